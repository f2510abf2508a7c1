"""Readers that know what each page has to say."""

import http.client
import random
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

LANGUAGES = ("en", "kk", "ru")
WARM = [
    f"/{code}/{name}"
    for code in LANGUAGES
    for name in ("", "programmes/", "timeline/", "figures/", "stories/", "partners/", "regions/")
]
FAILURES = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Asked:
    path: str
    status: int  # 0: no answer
    began: float
    ended: float
    right: bool = True
    language: str = ""
    error: str = ""

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class Line:
    """A connection that is opened again when it broke. A request that finds a kept connection
    closed is sent once more, as every browser and nginx do.
    """

    def __init__(self, port: int, seconds: float = 30):
        self.port, self.seconds, self.inner = port, seconds, None

    def ask(self, path: str, method="GET", body=None, headers=()) -> tuple:
        kept = self.inner is not None
        try:
            return self.once(path, method, body, dict(headers))
        except (http.client.RemoteDisconnected, ConnectionError):
            self.close()
            if not kept:
                raise
            return self.once(path, method, body, dict(headers))

    def once(self, path, method, body, headers) -> tuple:
        if self.inner is None:
            self.inner = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.seconds)
        try:
            self.inner.request(method, path, body=body, headers=headers)
            answer = self.inner.getresponse()
            content = answer.read()
        except FAILURES:
            self.close()
            raise
        if answer.will_close:
            self.close()
        return answer.status, answer.headers, content

    def close(self):
        if self.inner:
            self.inner.close()
        self.inner = None


def digest(body: bytes) -> str:
    return sha256(body).hexdigest()


class Crowd:
    """``cold``: the share of requests that no cache knows. They answer with a page of their own
    language that repeats the word that was searched.
    """

    def __init__(self, port: int, *, readers: int = 6, cold: float = 0.1, pause=0.0, seconds=30):
        self.port, self.cold, self.pause, self.asked = port, cold, pause, []
        self.seconds = seconds
        line = Line(port)
        self.known = {path: digest(line.ask(path)[2]) for path in WARM}
        line.close()
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.read, args=(n,)) for n in range(readers)]

    @contextmanager
    def reading(self):
        for thread in self.threads:
            thread.start()
        try:
            yield self
        finally:
            self.stopped.set()
            for thread in self.threads:
                thread.join()

    def read(self, number: int):
        chance, line = random.Random(number), Line(self.port, self.seconds)
        while not self.stopped.is_set():
            language = chance.choice(LANGUAGES)
            word = f"w{chance.getrandbits(48):x}"
            is_cold = chance.random() < self.cold
            path = f"/{language}/search/?q={word}" if is_cold else chance.choice(WARM)
            address = ".".join(str(chance.randrange(1, 255)) for _i in range(4))
            self.asked.append(self.one(line, path, address, word if is_cold else ""))
            time.sleep(self.pause)
        line.close()

    def one(self, line: Line, path: str, address: str, word: str) -> Asked:
        began = time.monotonic()
        try:
            status, headers, body = line.ask(path, headers={"X-Forwarded-For": address})
        except FAILURES as error:
            return Asked(path, 0, began, time.monotonic(), error=repr(error))
        ended = time.monotonic()
        language = headers.get("Content-Language", "")
        is_right = language == path[1:3] and body.rstrip().endswith(b"</html>")
        if status == 200:
            is_right &= word.encode() in body if word else digest(body) == self.known[path]
        return Asked(path, status, began, ended, is_right, language)


def figures(asked: list[Asked]) -> dict:
    seconds = sorted(one.seconds for one in asked if one.status) or [0]
    statuses = {}
    for one in asked:
        statuses[str(one.status)] = statuses.get(str(one.status), 0) + 1
    return {
        "requests": len(asked),
        "statuses": dict(sorted(statuses.items())),
        "wrong": sum(not one.right for one in asked),
        "median_ms": round(seconds[len(seconds) // 2] * 1000, 1),
        "p99_ms": round(seconds[int(len(seconds) * 0.99)] * 1000, 1),
        "longest_ms": round(seconds[-1] * 1000, 1),
    }
