"""``make bench``: our site beside a textbook one and the limits of the machine, in one run."""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.run import postgres

from . import curves, pages, report, servers
from .client import WRK, ask
from .databases import ROOT, Server
from .measuring import VERY_SLOW, Run
from .report import Cell, Cells
from .seen import until_seen

RESULTS = ROOT / "bench" / "results"
NOTHING_KEPT = {"PAGE_CACHE_MB": "0", "KEPT_MB": "0"}
GROWTH = ("list", "filters", "detail", "common")


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main_run(run: Run, stack: ExitStack, options, deadline: float) -> dict:
    first = start(stack, servers.site("first", run.url, run.folder, **NOTHING_KEPT))
    cold = start(stack, servers.site("cold", run.url, run.folder, PAGE_CACHE_MB="0"))
    warm = start(stack, servers.site("warm", run.url, run.folder))
    bytes_of = run.folder / "bytes"
    bytes_of.mkdir()
    for page in ("list", "detail"):
        (bytes_of / page).write_bytes(ask(warm.host, run.addresses["warm"][page][0])[3])
    after_change = run.begin([cold, first])
    sites = [start(stack, servers.textbook(run.url, run.folder)), first, cold, warm]
    sites.append(start(stack, servers.from_memory(run.folder)))
    if found := servers.nginx(run.folder):
        sites.append(start(stack, found))
    kinds = ["304", *pages.PAGES]
    done = run.rounds(sites, kinds, options.rounds, options.seconds, deadline)
    extra = {
        "rounds": done,
        "memory": max(cold.workers_mb() + warm.workers_mb()),
        "first": min(cold.first, warm.first),
        "after_change": after_change,
        "bytes": {p.name: p.stat().st_size for p in bytes_of.iterdir()},
    }
    slug = run.facts["slugs"][0]
    if run.took.get(("cold", "detail"), 0) < VERY_SLOW:
        extra["gone"] = until_seen(run.url, warm.host, "withdraw", slug, old=200)
        extra["visible"] = until_seen(run.url, warm.host, "publish", slug, old=410)
    return extra


def start(stack: ExitStack, server):
    stack.callback(server.stop)
    return server


def growth_run(database: Server, stories: int, folder: Path) -> dict:
    """Page → site → ms of CPU, of one short round on a smaller database."""
    template = database.template(stories, say)
    with database.copy(template) as url, ExitStack() as stack:
        run = Run(database, url, folder, say)
        cold = start(stack, servers.site("cold", url, folder, PAGE_CACHE_MB="0"))
        run.begin([cold])
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
    parser.add_argument("--seconds", type=int, default=2, help="for a cell")
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
            run = Run(database, copy, folder, say)
            extra = main_run(run, stack, options, deadline - reserve)
        by_size = known_sizes() | {options.stories: medians(run.cells)}
        for size in sizes:
            if time.monotonic() < deadline:
                by_size[size] = growth_run(database, size, folder)
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
    say(f"\nthe first list after a change: {extra['after_change']:.2f} s\n")
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
