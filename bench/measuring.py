"""Cells: one page of one site in one round."""

import json
import os
import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path

from . import machine, pages
from .client import ask, load
from .databases import ROOT, Server
from .machine import Meter
from .report import BUSY, Cell, Cells

#: Seconds. Slow pages are asked for one by one, very slow ones only in one round.
SLOW, VERY_SLOW = 0.2, 2.0
#: Fewer requests than connections say nothing: those under way are not counted.
FEWEST = 16
#: Of sites that are not asked for every page.
ONLY = {
    "warm": ("304", "list", "filters", "detail", "common"),
    "first": ("list", "detail", "rare", "common"),
}
#: They answer tens of thousands of requests in the time of a cell.
QUICK = ("warm", "memory", "nginx")
#: A search looks for its words anew; that one page of it has been shown is all that another knows.
SEARCHES = ("rare", "common")


def beside(url: str, *arguments: str):
    """What ``bench.facts``, a process of its own on the same database, answers."""
    output = subprocess.run(
        [sys.executable, "-m", "bench.facts", *arguments],
        env=os.environ | {"DATABASE_URL": url},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(output.splitlines()[-1])


class Run:
    """The servers on one database, and what was measured of them."""

    def __init__(self, database: Server, url: str, folder: Path, say):
        self.database, self.url, self.folder, self.say = database, url, folder, say
        self.cells, self.took, self.repeats = Cells(), {}, 12
        self.facts = beside(url)
        self.addresses = {"cold": pages.ours(self.facts), "textbook": pages.textbook(self.facts)}
        self.addresses["first"] = self.addresses["cold"]
        self.addresses["warm"] = {k: found[:1] for k, found in self.addresses["cold"].items()}
        self.addresses["warm"]["304"] = self.addresses["warm"]["list"]
        limits = {page: [f"/{page}"] for page in ("list", "detail")}
        limits["304"] = limits["list"]
        self.addresses |= {"memory": limits, "nginx": limits}
        self.turns = {
            (site, page): cycle(paths)
            for site, found in self.addresses.items()
            for page, paths in found.items()
        }

    def begin(self, sites: list) -> float:
        """Every worker reads what it reads once for each version of the content. Returns the
        seconds of the first list.
        """
        _status, took, *_answer = ask(sites[0].host, self.addresses["cold"]["list"][0])
        for server in sites:
            server.ask_all([paths[0] for paths in self.addresses["cold"].values()])
        return took

    def backends(self) -> list[int]:
        return self.database.backends(self.url)

    def header(self, server, page: str) -> dict:
        """What makes the answer a 304."""
        if page != "304":
            return {}
        return {"If-None-Match": ask(server.host, self.addresses[server.name][page][0])[2]["etag"]}

    def warm_up(self, server, page: str, work) -> None:
        """Apart from the measuring."""
        path = self.addresses[server.name][page][0]
        deadline = time.monotonic() + 60
        while server.name == "warm" and time.monotonic() < deadline:
            if server.is_quick(path):
                return
        if server.name == "warm" or self.cells.of(server.name, page):
            return
        if server.name == "cold" and page not in SEARCHES:
            server.ask_all(self.addresses["cold"][page])
        else:
            work(server, page, 1)
        self.settle(server)

    def measure(self, server, page: str, seconds: int) -> None:
        known = self.took.get((server.name, page))
        if known is None and server.name != "warm":
            found, used = self.metered(server, self.one_by_one, page, 0)
            self.took[server.name, page] = known = found["seconds"]
            if known > VERY_SLOW:
                self.keep(server, page, found, used)
        failed = any(cell.errors for cell in self.cells.of("cold", page))
        if (known and known > VERY_SLOW) or (server.name == "warm" and failed):
            return
        work = self.one_by_one if known and known > SLOW else self.many
        self.warm_up(server, page, work)
        if server.name in QUICK:
            seconds = 1
        found, used = self.metered(server, work, page, seconds)
        while used["others"] > BUSY and self.repeats:
            self.repeats -= 1
            found, used = self.metered(server, work, page, seconds)
        if found["requests"] < FEWEST and work == self.many:
            self.took[server.name, page] = 2 * SLOW
            self.settle(server)
            found, used = self.metered(server, self.one_by_one, page, seconds)
        self.keep(server, page, found, used)
        self.settle(server)

    def settle(self, server) -> None:
        """What is under way ends before something else is measured."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            pids = [*server.pids(), *self.backends()]
            before = machine.seconds(pids)
            time.sleep(0.1)
            if machine.seconds(pids) - before < 0.02:
                return

    def metered(self, server, work, *arguments) -> tuple[dict, dict]:
        meter = Meter(server.pids(), self.backends)
        return work(server, *arguments), meter.stop()

    def keep(self, server, page: str, found: dict, used: dict) -> None:
        each = max(found["requests"], 1) / 1000
        self.cells.append(
            Cell(
                server.name,
                page,
                rate=found["requests"] / found["seconds"],
                app=used["app"] / each,
                database=used["database"] / each,
                others=used["others"],
                errors=found["errors"],
                p99=found["p99"],
            )
        )

    def one_by_one(self, server, page: str, seconds: int) -> dict:
        """At least one request."""
        start, answers = time.perf_counter(), []
        while not answers or time.perf_counter() - start < seconds:
            answers.append(ask(server.host, next(self.turns[server.name, page])))
        times = sorted(took for _status, took, _headers, _body in answers)
        return {
            "requests": len(answers),
            "seconds": time.perf_counter() - start,
            "errors": sum(status != 200 for status, *_rest in answers),
            "p99": times[-1] * 1000,
        }

    def many(self, server, page: str, seconds: int) -> dict:
        file = self.folder / f"{server.name}-{page}.txt"
        file.write_text("\n".join(self.addresses[server.name][page]) + "\n")
        header = "".join(f"{k}: {v}" for k, v in self.header(server, page).items())
        return load(server.host, file, seconds, header)

    def rounds(self, sites: list, kinds, number: int, seconds: int, deadline: float) -> int:
        """Page by page, site after site, round by round; returns how many were finished."""
        for done in range(number):
            for page in kinds:
                for server in sites:
                    if page in self.addresses[server.name] and wanted(server.name, page):
                        if time.monotonic() > deadline:
                            return done
                        self.measure(server, page, seconds)
            self.say(f"  round {done + 1} of {number}")
        return number


def wanted(site: str, page: str) -> bool:
    return page in ONLY.get(site, (page,))
