"""Everything at once that nobody well-meaning sends: no error of ours, and memory stays flat."""

import random
import threading
import time

from .load import FAILURES, LANGUAGES, Crowd, Line, figures

WORDS = (
    "%00", "%ff%fe", "%F0%9F%92%A5", "..%2f..%2fetc%2fpasswd", "%27%20OR%201=1--", "<script>",
    "{{7*7}}", "%25%25", "A" * 3000, "%D0%B1" * 400, "-1", "99999999999999999999", "%0d%0aX:y",
    "1994-99-99", "NaN", "%E2%80%AE", "(((((((", "*", "%22", "\\", "a%20-a", "%5B%5D",
)  # fmt: skip
NAMES = (
    "q", "from", "to", "page", "region", "programme", "sdg", "kind", "sort", "lang", "format",
    "page_size", "status", "cycle", "partner", "year", "show", "download", "utm",
)  # fmt: skip
PATHS = (
    "/{}/search/", "/{}/programmes/", "/{}/timeline/", "/{}/stories/", "/{}/figures/",
    "/{}/regions/", "/{}/timeline/feed.atom", "/{}/timeline/calendar.ics", "/{}/card/site.png",
    "/{}/no/such/page/",
    "/api/v1/stories/", "/api/v1/milestones/", "/api/v1/figures/", "/api/v1/schema/",
    "/sitemap.xml",
    "/media/{}/480.jpg", "/accounts/login/", "/admin/", "/language/{}/", "/preview/link/{}/",
    "/data/unicef-kazakhstan.zip", "//evil.example/", "/%2e%2e/%2e%2e/", "/.env", "/wp-login.php",
)  # fmt: skip
METHODS = ("GET",) * 12 + ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW")
HEADERS = (
    {},
    {"Accept-Language": "x" * 2000},
    {"Accept-Language": "kk;q=nonsense,*;q=9"},
    {"Accept-Encoding": "br;q=-1, gzip;q=x, *"},
    {"Host": "evil.example"},
    {"Cookie": "sessionid=" + "0" * 3000},
    {"Range": "bytes=9-1,0-"},
    {"If-None-Match": '"x", W/"y", *' * 50},
    {"If-Modified-Since": "yesterday"},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "application/json; charset=nonsense"},
    {"X-Forwarded-Proto": "gopher"},
    {"X-Request-ID": "../../x"},
    {"Accept": "text/csv;q=x, */*"},
)
BODIES = (b"", b"x=1", b"--x\r\n", b'{"a":' * 500, b"\xff" * 5000, b"a=1&" * 6000)
#: Megabytes by which a worker may grow from the first third to the end.
GROWTH = 25


def hostile_traffic(site, minutes: float):
    faults, count, memory = [], [0], []
    stopped = threading.Event()
    with site.served():
        crowd = Crowd(site.port, readers=2, pause=0.1)
        attackers = [
            threading.Thread(target=attack, args=(site.port, n, stopped, count, faults))
            for n in range(6)
        ]
        with crowd.reading():
            for thread in attackers:
                thread.start()
            until = time.monotonic() + 60 * minutes
            while time.monotonic() < until:
                time.sleep(5)
                memory.append(max(site.memory()))
            stopped.set()
            for thread in attackers:
                thread.join()
    settled = max(memory[: len(memory) // 3 + 1])
    found = {
        "hostile_requests": count[0],
        "errors_of_ours": len(faults),
        "first_errors": faults[:10],
        "largest_worker_mb": {"first": memory[0], "settled": settled, "last": memory[-1]},
        "ordinary_visitors": figures(crowd.asked),
    }
    return found, {
        "an error of ours": len(faults),
        "memory grew by MB": max(0, memory[-1] - settled - GROWTH),
        "a visitor without a page": sum(one.status != 200 for one in crowd.asked),
        "a wrong page": found["ordinary_visitors"]["wrong"],
    }


def attack(port: int, number: int, stopped, count: list, faults: list):
    chance, line = random.Random(number), Line(port)
    while not stopped.is_set():
        path = chance.choice(PATHS).format(chance.choice([*LANGUAGES, chance.choice(WORDS)]))
        pairs = [
            f"{chance.choice(NAMES)}={chance.choice(WORDS)}" for _i in range(chance.randrange(4))
        ]
        address = f"203.0.113.{chance.randrange(1, 255)}"
        headers = {"X-Forwarded-For": address} | chance.choice(HEADERS)
        method, body = chance.choice(METHODS), chance.choice(BODIES)
        body = body if method in ("POST", "PUT", "PATCH") else None
        asked = f"{path}?{'&'.join(pairs)}" if pairs else path
        count[0] += 1
        try:
            status, _headers, _body = line.ask(asked, method, body, headers)
        except FAILURES as error:
            if "ConnectionRefused" in repr(error):
                faults.append([method, asked[:200], repr(error)])
            continue
        if status >= 500:
            faults.append([method, asked[:200], status, headers])
    line.close()
