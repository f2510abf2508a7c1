"""500 clients that take their time, before nginx and before the site itself."""

import socket
import time

from ..programs import NGINX
from .load import Crowd, figures
from .proxy import nginx

CLIENTS = 500
HEAD = "{} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 192.0.2.{}\r\n"
#: With a token, or the form would be refused before anybody reads it.
FORM = f"Cookie: csrftoken={'x' * 32}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
#: How each third sends: what at once, and what then letter by letter.
KINDS = (
    ("GET /en/", "", "X-Slow: " + "x" * 10_000),
    ("POST /accounts/login/", f"{FORM}Content-Length: 100000\r\n\r\n", "x" * 100_000),
    ("GET /en/programmes/", "\r\n", ""),
)


class Slow:
    """One letter a second each way."""

    def __init__(self, port: int, number: int):
        line, at_once, self.rest = KINDS[number % len(KINDS)]
        self.line = socket.socket()
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        self.line.settimeout(5)
        self.is_open, self.sent = True, 0
        try:
            self.line.connect(("127.0.0.1", port))
            self.line.sendall((HEAD.format(line, number % 250) + at_once).encode())
        except OSError:
            self.close()
        self.line.setblocking(False)

    def step(self):
        try:
            if self.sent < len(self.rest):
                self.line.send(self.rest[self.sent].encode())
                self.sent += 1
            if not self.line.recv(1):
                self.close()
        except BlockingIOError:
            pass
        except OSError:
            self.close()

    def close(self):
        self.is_open = False
        self.line.close()


def slow_clients(site, minutes: float):
    found, broken = {}, {}
    with site.served():
        if NGINX:
            with nginx(site) as port:
                found["nginx"] = besieged(port, minutes)
            asked = found["nginx"]
            broken["a visitor behind nginx without a page"] = asked["requests"] - asked[
                "statuses"
            ].get("200", 0)
            broken["a visitor behind nginx who waits"] = int(asked["p99_ms"] > 2000)
            broken["too little was asked"] = int(asked["requests"] < 20)
        else:
            found["nginx"] = "SKIPPED: apt install nginx"
        found["site alone, for comparison"] = besieged(site.port, min(minutes, 0.5), seconds=5)
    return found, broken


def besieged(port: int, minutes: float, seconds: float = 30) -> dict:
    """What one ordinary visitor gets meanwhile."""
    crowd = Crowd(port, readers=2, pause=0.1, seconds=seconds)
    clients = [Slow(port, number) for number in range(CLIENTS)]
    until = time.monotonic() + 60 * minutes
    with crowd.reading():
        while time.monotonic() < until:
            for client in clients:
                if client.is_open:
                    client.step()
            time.sleep(1)
        open_at_the_end = sum(client.is_open for client in clients)
        for client in clients:
            client.close()
    return figures(crowd.asked) | {"slow": CLIENTS, "still_connected": open_at_the_end}
