"""What processes use, from ``/proc``: seconds of CPU, megabytes of memory."""

import os
from pathlib import Path

PROC = Path("/proc")
TICK = os.sysconf("SC_CLK_TCK")


def stat(pid: int) -> tuple[int, float]:
    """(parent, seconds of CPU) of a process; (0, 0) once it is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0.0
    return parse_stat(text)


def parse_stat(text: str) -> tuple[int, float]:
    """The name of a program may hold anything, so what follows its last bracket counts."""
    fields = text.rpartition(")")[2].split()
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / TICK


def tree(root: int) -> list[int]:
    """A process and all that descend from it."""
    parents = {int(p.name): stat(int(p.name))[0] for p in PROC.iterdir() if p.name.isdigit()}
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def seconds(pids: list[int]) -> float:
    return sum(stat(pid)[1] for pid in pids)


def machine_seconds() -> tuple[float, float]:
    """(at work, in all) of all cores together."""
    ticks = list(map(int, (PROC / "stat").read_text().split("\n")[0].split()[1:9]))
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / TICK, sum(ticks) / TICK


def memory(pid: int) -> float:
    """Megabytes of a process, shared pages counted by its share."""
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Meter:
    """CPU of what is measured, of the client, and of everybody else, between two moments."""

    def __init__(self, app: list[int], database):
        self.app, self.database = app, database
        self.before = self.read()

    def read(self) -> tuple:
        backends = {pid: stat(pid)[1] for pid in self.database()}
        children = os.times()
        own = children.user + children.system + children.children_user + children.children_system
        return seconds(self.app), backends, own, *machine_seconds()

    def stop(self) -> dict[str, float]:
        """Seconds of ``app`` and ``database``; ``others``: share of the machine, 0 to 1."""
        app, backends, own, busy, whole = self.read()
        was_app, was_backends, was_own, was_busy, was_whole = self.before
        database = sum(value - was_backends.get(pid, 0) for pid, value in backends.items())
        others = (busy - was_busy) - (app - was_app) - database - (own - was_own)
        return {
            "app": app - was_app,
            "database": database,
            "others": max(0.0, others / max(whole - was_whole, 0.01)),
        }
