"""The load: wrk where it is found, else a client of our own, which is slower.

``python -m bench.client HOST:PORT FILE SECONDS CONNECTIONS [HEADER]`` is the latter.
"""

import asyncio
import http.client
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

WRK = shutil.which("wrk")
CONNECTIONS = 8


def load(host: str, file: Path, seconds: float, header: str = "") -> dict:
    """``requests``, ``seconds``, ``errors``, and ``p99`` in ms."""
    if WRK:
        command = [WRK, "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--timeout", "60s"]
        command += ["-H", header] if header else []
        script = Path(__file__).with_name("paths.lua")
        command += ["-s", str(script), f"http://{host}", "--", str(file)]
    else:
        command = [sys.executable, "-m", "bench.client", host, str(file), str(seconds)]
        command += [str(CONNECTIONS), header]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(output.splitlines()[-1])


def ask(host: str, path: str, timeout: float = 90, **headers) -> tuple[int, float, dict, bytes]:
    """(status, seconds, headers, body); status 0 where no answer came in time."""
    connection = http.client.HTTPConnection(host, timeout=timeout)
    start = time.perf_counter()
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        return 0, time.perf_counter() - start, {}, b""
    finally:
        connection.close()
    found = {name.lower(): value for name, value in answer.getheaders()}
    return answer.status, time.perf_counter() - start, found, body


# The client of our own


class Visitor(asyncio.Protocol):
    """One connection that is kept; the next request leaves once the whole answer is here."""

    def __init__(self, requests: list[bytes], times: list[float], errors: list):
        self.requests, self.times, self.errors, self.at = requests, times, errors, 0

    def connection_made(self, transport):
        self.transport = transport
        self.send()

    def send(self):
        self.buffer, self.missing = b"", None
        self.at, self.start = self.at + 1, time.perf_counter()
        self.transport.write(self.requests[self.at % len(self.requests)])

    def data_received(self, data):
        self.buffer += data
        head, end, body = self.buffer.partition(b"\r\n\r\n")
        if end and len(body) >= length(head):
            self.times.append(time.perf_counter() - self.start)
            if head[9:10] not in b"23":
                self.errors.append(head[:12])
            self.send()


def length(head: bytes) -> int:
    _before, found, after = head.lower().partition(b"content-length:")
    return int(after.split(b"\r\n")[0]) if found else 0


async def visit(host: str, requests: list[bytes], seconds: float, connections: int) -> dict:
    loop, times, errors = asyncio.get_running_loop(), [], []
    address, port = host.split(":")
    start = time.perf_counter()
    for at in range(connections):
        turned = requests[at:] + requests[:at]
        await loop.create_connection(lambda t=turned: Visitor(t, times, errors), address, int(port))
    await asyncio.sleep(seconds)
    took, found = time.perf_counter() - start, sorted(times) or [0.0]
    return {
        "requests": len(times),
        "seconds": took,
        "errors": len(errors),
        "p99": found[len(found) * 99 // 100] * 1000,
    }


def main(host: str, file: str, seconds: str, connections: str, header: str = "") -> None:
    extra = f"{header}\r\n" if header else ""
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{extra}\r\n".encode()
        for path in Path(file).read_text().splitlines()
    ]
    found = asyncio.run(visit(host, requests, float(seconds), int(connections)))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
