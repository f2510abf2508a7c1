"""From measured cells to ratios, targets and a table."""

from dataclasses import asdict, dataclass
from statistics import median

from .pages import PAGES

#: What a ratio may fall short of its target before it counts as missed: the machine is noisy.
SLACK = 0.15


@dataclass(frozen=True)
class Cell:
    """One page of one site in one round; CPU in ms for a request, of the app and the database."""

    site: str
    page: str
    rate: float
    app: float
    database: float
    others: float = 0.0
    errors: int = 0
    p99: float = 0.0

    @property
    def cpu(self) -> float:
        return self.app + self.database


@dataclass(frozen=True)
class Target:
    what: str
    wanted: float
    found: float | None
    #: Whether smaller is better.
    at_most: bool = False
    unit: str = ""
    beside: str = ""

    @property
    def verdict(self) -> str:
        if self.found is None:
            return "not measured"
        ratio = self.wanted / max(self.found, 1e-9) if self.at_most else self.found / self.wanted
        return "reached" if ratio >= 1 else "nearly" if ratio >= 1 - SLACK else "MISSED"


class Cells(list):
    def of(self, site: str, page: str) -> list[Cell]:
        return [cell for cell in self if (cell.site, cell.page) == (site, page)]

    def median(self, site: str, page: str, value: str = "cpu") -> float | None:
        found = [getattr(cell, value) for cell in self.of(site, page)]
        return median(found) if found else None

    def ratio(self, slow: tuple, quick: tuple, value: str = "cpu") -> float | None:
        """Median over the rounds of how many times the one costs what the other does; None where
        one of ours failed, since errors are quick.
        """
        both = [*self.of(*slow), *self.of(*quick)]
        if any(cell.errors for cell in both if cell.site in ("first", "cold", "warm")):
            return None
        pairs = zip(self.of(*slow), self.of(*quick), strict=False)
        found = [getattr(a, value) / max(getattr(b, value), 1e-6) for a, b in pairs]
        return median(found) if found else None


def targets(cells: Cells, extra: dict) -> list[Target]:
    def quicker(what, wanted, slow, quick):
        rate = cells.ratio(quick, slow, "rate")
        beside = f"{rate:.2f} × the requests/s" if rate else ""
        return Target(what, wanted, cells.ratio(slow, quick), unit="×", beside=beside)

    other_pages = [cells.ratio(("cold", p), ("cold", "list")) for p in ("middle", "last")]
    found = [
        quicker("warm list / same server from memory", 0.7, ("memory", "list"), ("warm", "list")),
        quicker("warm list / nginx", 0.4, ("nginx", "list"), ("warm", "list")),
        quicker("warm 304 / same server from memory", 0.7, ("memory", "304"), ("warm", "304")),
        quicker("warm 304 / nginx", 0.4, ("nginx", "304"), ("warm", "304")),
        quicker("cold list / textbook", 6, ("textbook", "list"), ("cold", "list")),
        quicker("cold detail / textbook", 2, ("textbook", "detail"), ("cold", "detail")),
        Target(
            "dearest page of a list : its first",
            1.5,
            max(filter(None, other_pages), default=None),
            at_most=True,
            unit="×",
        ),
        quicker("search, rare word / textbook", 500, ("textbook", "rare"), ("cold", "rare")),
        quicker("search, common word / textbook", 50, ("textbook", "common"), ("cold", "common")),
    ]
    limits = (
        ("withdrawn → gone in every process", "gone", 1, "s"),
        ("published → visible in every process", "visible", 1, "s"),
        ("memory of a worker", "memory", 150, "MB"),
        ("first answer after start", "first", 2, "s"),
    )
    return found + [Target(w, n, extra.get(key), True, unit) for w, key, n, unit in limits]


def table(cells: Cells) -> list[str]:
    lines = [
        f"{'page':22}{'site':10}{'requests/s':>12}{'min–max':>18}{'CPU ms':>9}{'app+db':>16}"
        f"{'p99 ms':>9}{'textbook÷':>11}"
    ]
    for page in [*PAGES, "304"]:
        for site in ("textbook", "first", "cold", "warm", "memory", "nginx"):
            if found := cells.of(site, page):
                lines.append(line(cells, found, site, page))
        lines.append("")
    return lines


def line(cells: Cells, found: list[Cell], site: str, page: str) -> str:
    rates = [cell.rate for cell in found]
    app, database = cells.median(site, page, "app"), cells.median(site, page, "database")
    times = cells.ratio(("textbook", page), (site, page))
    notes = [f"{sum(c.errors for c in found)} errors"] if any(c.errors for c in found) else []
    notes += ["busy machine"] if any(c.others > BUSY for c in found) else []
    return (
        f"{PAGES.get(page, page):22}{site:10}{short(median(rates)):>12}"
        f"{short(min(rates)) + '–' + short(max(rates)):>18}{short(app + database):>9}"
        f"{short(app) + '+' + short(database):>16}{short(cells.median(site, page, 'p99')):>9}"
        f"{short(times) if times else '':>11}  {', '.join(notes)}"
    )


#: Share of the machine that others may use while a cell is measured.
BUSY = 0.15


def short(number: float) -> str:
    digits = 0 if number >= 100 else 1 if number >= 10 else 2 if number >= 1 else 3
    return f"{number:,.{digits}f}"


def verdicts(found: list[Target]) -> list[str]:
    lines = []
    for target in found:
        sign = "≤" if target.at_most else "≥"
        value = "–" if target.found is None else f"{short(target.found)} {target.unit}"
        wanted = f"{sign} {target.wanted:g} {target.unit}"
        lines.append(
            f"{target.verdict:14}{target.what:42}{value:>14}   {wanted:10} {target.beside}"
        )
    return lines


def as_json(cells: Cells, found: list[Target], extra: dict) -> dict:
    return {
        **extra,
        "cells": [asdict(cell) for cell in cells],
        "targets": [asdict(target) | {"verdict": target.verdict} for target in found],
    }
