"""``make bench``: our site beside a textbook one and the limits of the machine, in one run."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

from tests.run import postgres

from . import curves, pages, report, servers
from .client import CONNECTIONS, WRK, ask, load
from .databases import ROOT, Server
from .machine import Meter
from .report import BUSY, Cell, Cells

RESULTS = ROOT / "bench" / "results"
#: A page that takes longer is timed as one request; one that takes very long, only in one round.
SLOW, VERY_SLOW = 1.0, 4.0
WARM = ("list", "filters", "detail", "common", "304")
GROWTH = ("list", "filters", "detail", "common")


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Run:
    """The servers on one database, and what was measured of them."""

    def __init__(self, database: Server, url: str, folder: Path, options):
        self.database, self.url, self.folder, self.options = database, url, folder, options
        self.cells, self.took, self.repeats = Cells(), {}, 12
        facts = subprocess.run(
            [sys.executable, "-m", "bench.facts"],
            env=os.environ | {"DATABASE_URL": url},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        self.facts = json.loads(facts.stdout.splitlines()[-1])
        self.addresses = {"cold": pages.ours(self.facts), "textbook": pages.textbook(self.facts)}
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

    def backends(self) -> list[int]:
        return self.database.backends(self.url)

    def header(self, server, page: str) -> dict:
        """What makes the answer a 304."""
        if page != "304":
            return {}
        return {"If-None-Match": ask(server.host, self.addresses[server.name][page][0])[2]["etag"]}

    def warm_up(self, server, page: str) -> None:
        """Apart from the measuring. A cold page is asked for once, to see how slow it is."""
        if server.name == "warm":
            deadline = time.monotonic() + 60
            path = self.addresses["warm"][page][0]
            while not server.is_quick(path) and time.monotonic() < deadline:
                pass
        elif (server.name, page) not in self.took:
            path = next(self.turns[server.name, page])
            self.took[server.name, page] = ask(server.host, path)[1]

    def measure(self, server, page: str, seconds: float) -> None:
        self.warm_up(server, page)
        took = self.took.get((server.name, page), 0)
        if took > VERY_SLOW and self.cells.of(server.name, page):
            return
        while True:
            meter = Meter(server.pids(), self.backends)
            found = self.once(server, page) if took > SLOW else self.many(server, page, seconds)
            used = meter.stop()
            if used["others"] <= BUSY or took > SLOW or not self.repeats:
                break
            self.repeats -= 1
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

    def once(self, server, page: str) -> dict:
        status, took, _headers, _body = ask(server.host, next(self.turns[server.name, page]))
        failed = int(status != 200)
        return {"requests": 1, "seconds": took, "errors": failed, "p99": took * 1000}

    def many(self, server, page: str, seconds: float) -> dict:
        file = self.folder / f"{server.name}-{page}.txt"
        file.write_text("\n".join(self.addresses[server.name][page]) + "\n")
        header = "".join(f"{k}: {v}" for k, v in self.header(server, page).items())
        return load(server.host, file, seconds, header)

    def rounds(self, sites: list, kinds, number: int, seconds: float, deadline: float) -> int:
        """Page by page, site after site, round by round; returns how many were finished."""
        for done in range(number):
            for page in kinds:
                for server in sites:
                    if page in self.addresses[server.name] and wanted(server.name, page):
                        if time.monotonic() > deadline:
                            return done
                        self.measure(server, page, seconds)
            say(f"  round {done + 1} of {number}")
        return number


def wanted(site: str, page: str) -> bool:
    return site != "warm" or page in WARM


def change(run: Run, step: str, slug: str) -> float:
    """Done by a process beside the site; returns the time of its end."""
    command = [sys.executable, "-m", "bench.facts", step, slug]
    output = subprocess.run(
        command,
        env=os.environ | {"DATABASE_URL": run.url},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(output.splitlines()[-1])


def until_seen(run: Run, server, step: str, slug: str, old: int) -> float:
    """Seconds from the end of a step to the last answer, of any process, that does not know it."""
    last, stop = [0.0], threading.Event()

    def watch():
        while not stop.is_set():
            asked = time.time()
            if ask(server.host, f"/en/stories/{slug}/")[0] == old:
                last[0] = max(last[0], asked)

    watchers = [threading.Thread(target=watch) for _ in range(CONNECTIONS)]
    for watcher in watchers:
        watcher.start()
    done = change(run, step, slug)
    time.sleep(2)
    stop.set()
    for watcher in watchers:
        watcher.join()
    return max(0.0, last[0] - done)


def main_run(run: Run, stack: ExitStack, deadline: float) -> dict:
    cold = start(stack, servers.site("cold", run.url, run.folder, cache_mb=0))
    warm = start(stack, servers.site("warm", run.url, run.folder, cache_mb=32))
    bytes_of = run.folder / "bytes"
    bytes_of.mkdir()
    for page in ("list", "detail"):
        (bytes_of / page).write_bytes(ask(warm.host, run.addresses["warm"][page][0])[3])
    sites = [start(stack, servers.textbook(run.url, run.folder)), cold, warm]
    sites.append(start(stack, servers.from_memory(run.folder)))
    if found := servers.nginx(run.folder):
        sites.append(start(stack, found))
    kinds = [*pages.PAGES, "304"]
    done = run.rounds(sites, kinds, run.options.rounds, run.options.seconds, deadline)
    extra = {
        "rounds": done,
        "memory": max(cold.workers_mb() + warm.workers_mb()),
        "first": max(cold.first, warm.first),
        "bytes": {p.name: p.stat().st_size for p in bytes_of.iterdir()},
    }
    slug = run.facts["slugs"][0]
    if run.took.get(("cold", "detail"), 0) < SLOW:
        extra["gone"] = until_seen(run, warm, "withdraw", slug, old=200)
        extra["visible"] = until_seen(run, warm, "publish", slug, old=410)
    return extra


def start(stack: ExitStack, server):
    stack.callback(server.stop)
    return server


def growth_run(database: Server, stories: int, folder: Path, options) -> dict:
    """Page → site → ms of CPU, of one short round on a smaller database."""
    template = database.template(stories, say)
    with database.copy(template) as url, ExitStack() as stack:
        run = Run(database, url, folder, options)
        cold = start(stack, servers.site("cold", url, folder, cache_mb=0))
        sites = [start(stack, servers.textbook(url, folder)), cold]
        run.rounds(sites, GROWTH, 1, 1, time.monotonic() + 60)
    return medians(run.cells)


def medians(cells: Cells) -> dict:
    return {
        page: {site: cells.median(site, page) for site in ("textbook", "cold")} for page in GROWTH
    }


def merged(by_size: dict[int, dict]) -> dict:
    """page → site → stories → ms, of all sizes that were measured."""
    found = {page: {site: {} for site in ("textbook", "cold")} for page in GROWTH}
    for stories, measured in sorted(by_size.items()):
        for page, sites in measured.items():
            for site, ms in sites.items():
                if ms is not None:
                    found[page][site][stories] = ms
    return found


def known_sizes() -> dict[int, dict]:
    """From the results of earlier runs, each with the cells of its own size."""
    found = {}
    for path in RESULTS.glob("[0-9]*.json"):
        cells = Cells(Cell(**cell) for cell in json.loads(path.read_text())["cells"])
        found[int(path.stem)] = medians(cells)
    return found


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2, help="for a cell")
    parser.add_argument("--budget", type=int, default=280, help="seconds for all of it")
    parser.add_argument("--no-growth", action="store_true", help="leave smaller sizes out")
    parser.add_argument("--gate", action="store_true", help="fail where a target is missed")
    return parser.parse_args()


def main() -> int:
    options, url = arguments(), postgres()
    if not url:
        say("This needs PostgreSQL: start a server, or name one in POSTGRES_URL.")
        return 2
    database, skipped = Server(url), []
    RESULTS.mkdir(exist_ok=True)
    sizes = [n for n in (1000, 10_000) if n < options.stories and not options.no_growth]
    template = database.template(options.stories, say)
    for size in sizes:
        database.template(size, say)
    start_time = time.monotonic()
    deadline = start_time + options.budget
    reserve = 35 * len(sizes)
    folder = Path(tempfile.mkdtemp(prefix="unicef-bench-"))
    folder.chmod(0o755)
    try:
        with database.copy(template) as copy, ExitStack() as stack:
            run = Run(database, copy, folder, options)
            extra = main_run(run, stack, deadline - reserve)
        by_size = known_sizes() | {options.stories: medians(run.cells)}
        for size in sizes:
            if time.monotonic() < deadline:
                by_size[size] = growth_run(database, size, folder, options)
            else:
                skipped.append(f"growth at {size} stories: no time was left (BUDGET=600)")
    finally:
        shutil.rmtree(folder)
    if extra["rounds"] < options.rounds:
        skipped.append(f"{options.rounds - extra['rounds']} rounds: no time was left (BUDGET=600)")
    return tell(run, options, extra, by_size, skipped + gaps(database), start_time)


def gaps(database: Server) -> list[str]:
    found = [] if servers.NGINX else ["nginx: apt install nginx"]
    if not WRK:
        found.append("wrk (apt install wrk): our own client is slower and may be the limit")
    if not database.is_here():
        found.append("CPU of the database: its server is on another machine")
    return found


def tell(run: Run, options, extra, by_size, skipped, start_time) -> int:
    found = report.targets(run.cells, extra)
    growth = merged(by_size)
    say(f"\n{options.stories} stories, {run.facts['stories']} public\n")
    for text in [*report.table(run.cells), *report.verdicts(found)]:
        say(text)
    say()
    for page, sites in growth.items():
        for site, values in sites.items():
            steps = "   ".join(f"{n:,}: {report.short(ms)}" for n, ms in values.items())
            say(f"growth, ms CPU   {page:9}{site:10}{steps}")
    extra |= {"stories": options.stories, "growth": growth, "skipped": skipped}
    extra["load"] = os.getloadavg()
    file = RESULTS / f"{options.stories}.json"
    file.write_text(json.dumps(report.as_json(run.cells, found, extra), indent=1) + "\n")
    (RESULTS / "growth.svg").write_text(curves.curves(growth))
    for what in skipped:
        say(f"=== SKIPPED {what}")
    say(f"\n{time.monotonic() - start_time:.0f} s. {file.relative_to(ROOT)}, growth.svg beside it")
    missed = [target for target in found if target.verdict == "MISSED"]
    return 1 if options.gate and missed else 0


if __name__ == "__main__":
    sys.exit(main())
