"""How soon every process knows of a change."""

import threading
import time

from .client import CONNECTIONS, ask
from .measuring import beside


def until_seen(url: str, host: str, step: str, slug: str, old: int) -> float:
    """Seconds from the end of a step to the last answer, of any process, that does not know it."""
    last, stop = [0.0], threading.Event()

    def watch():
        while not stop.is_set():
            asked = time.time()
            if ask(host, f"/en/stories/{slug}/")[0] == old:
                last[0] = max(last[0], asked)

    watchers = [threading.Thread(target=watch) for _ in range(CONNECTIONS)]
    for watcher in watchers:
        watcher.start()
    done = beside(url, step, slug)
    time.sleep(2)
    stop.set()
    for watcher in watchers:
        watcher.join()
    return max(0.0, last[0] - done)
