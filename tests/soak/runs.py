"""The runs. Each gives its figures and what of its rule was broken."""

import os
import signal
import time
from contextlib import nullcontext

from ..programs import NGINX
from .load import LANGUAGES, WARM, Crowd, Line, figures
from .proxy import nginx
from .site import wait_until

#: Seconds around a moment, for clocks of two processes.
BLUR = 0.1


def workers_killed(site, minutes: float):
    """Straight, and through nginx, which asks once more for a page whose worker was lost."""
    found, broken = {}, {}
    ways = {"straight": lambda site: nullcontext(site.port)} | ({"nginx": nginx} if NGINX else {})
    for way, door in ways.items():
        found[way], rules = killing(site, minutes, door)
        broken |= {f"{way}: {what}": number for what, number in rules.items()}
    return found, broken


def killing(site, minutes: float, door):
    """Every second the oldest worker is killed. Errors only for requests in flight.

    A machine that starts workers more slowly than they are killed has none left in the end, so the
    last one that is ready is spared, and that is counted.
    """
    kills, spared, gone = [], 0, 0
    with site.served(), door(site) as port:
        crowd = Crowd(port, readers=4, pause=0.05)
        with crowd.reading():
            until = time.monotonic() + 60 * minutes
            while time.monotonic() < until and site.process.poll() is None:
                time.sleep(1)
                ready = site.ready()
                if len(ready) > 1:
                    kills.append(time.monotonic())
                    os.kill(ready[0], signal.SIGKILL)
                else:
                    spared += 1
            gone = int(site.process.poll() is not None)
            time.sleep(5)
        last = crowd.asked[-4:]
    lost = [one for one in crowd.asked if one.status in (0, 502)]
    idle = [one for one in lost if not any(in_flight(one, kill) for kill in kills)]
    found = figures(crowd.asked) | {"kills": len(kills), "spared": spared, "lost": len(lost)}
    return found | {"lost_without_a_kill": len(idle)}, {
        "a wrong page": sum(not one.right for one in crowd.asked if one not in lost),
        "an error of ours": sum(one.status >= 500 and one.status != 502 for one in crowd.asked),
        "a request lost that no kill explains": len(idle),
        "nothing was killed": int(not kills),
        "the server gave up": gone,
        "no answer after the last kill": sum(one.status != 200 for one in last),
    }


def in_flight(one, kill: float) -> bool:
    return one.began - BLUR <= kill <= one.ended + BLUR


def reloaded(site, minutes: float):
    """``systemctl reload`` again and again: nobody is turned away."""
    seconds = []
    with site.served():
        crowd = Crowd(site.port, readers=4, pause=0.05)
        with crowd.reading():
            until = time.monotonic() + 60 * minutes
            while not seconds or time.monotonic() < until:
                old = set(site.workers())
                site.reload()
                seconds.append(wait_until(lambda old=old: not old & set(site.workers()), 120))
                time.sleep(2)
    found = figures(crowd.asked)
    found |= {"reloads": len(seconds), "longest_reload_s": round(max(seconds), 1)}
    return found, {
        "a request without its page": sum(one.status != 200 for one in crowd.asked),
        "a wrong page": found["wrong"],
        "a reload that did not end": seconds.count(float("inf")),
    }


def memory_bounded(site, minutes: float):
    """Workers that may not use what they use: each is replaced, and nobody notices."""
    limit = ["--workers-max-rss", "60", "--rss-sample-interval", "5"]
    with site.served(*limit):  # the last of an option counts
        crowd = Crowd(site.port, readers=2, pause=0.1)
        seen = set(site.workers())
        with crowd.reading():
            until = time.monotonic() + min(60 * minutes, 60)
            while time.monotonic() < until:
                seen |= set(site.workers())
                time.sleep(0.5)
    found = figures(crowd.asked) | {"workers_replaced": len(seen) - 4}
    return found, {
        "no worker was replaced": int(len(seen) <= 4),
        "a request without its page": sum(one.status != 200 for one in crowd.asked),
    }


def database_restarted(site, minutes: float, *, cluster):
    """PostgreSQL is away for some seconds: warm pages go on, cold ones say so."""
    away, recovered = 10, []
    with site.served():
        crowd = Crowd(site.port, readers=4, cold=0.3, pause=0.02)
        line = Line(site.port)
        with crowd.reading():
            time.sleep(8)
            stopping = time.monotonic()
            cluster.stop()
            stopped = time.monotonic()
            time.sleep(away)
            starting = time.monotonic()
            cluster.start()
            for code in LANGUAGES:
                path = f"/{code}/search/?q=back"
                recovered.append(wait_until(lambda path=path: line.ask(path)[0] == 200, 30))
            back = time.monotonic()
            time.sleep(5)
        line.close()
    meanwhile = [one for one in crowd.asked if stopped + 1 < one.began and one.ended < starting]
    warm = [one for one in meanwhile if one.path in WARM]
    cold = [one for one in meanwhile if one.path not in WARM]
    after = [one for one in crowd.asked if one.began > back + 2]
    return {
        "away_s": round(starting - stopping, 1),
        "warm": figures(warm),
        "cold": figures(cold),
        "recovered_s": round(back - starting, 1),
        "after": figures(after),
    }, {
        "a warm page that was not there": sum(one.status not in (200, 304) for one in warm),
        "a cold page without 503": sum(one.status != 503 for one in cold),
        "a page in another language": sum(one.path[1:3] != one.language for one in meanwhile),
        "an answer that failed otherwise": sum(one.status not in (200, 503) for one in crowd.asked),
        "something failing afterwards": sum(one.status != 200 for one in after),
        "too little was asked": int(len(warm) < 50 or len(cold) < 20),
        "no recovery": recovered.count(float("inf")),
    }
