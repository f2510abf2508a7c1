"""What processes use, from ``/proc``: seconds of CPU, megabytes of memory."""

import os
from pathlib import Path
from threading import Event, Thread

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
    """CPU of what is measured, of the client, and of everybody else, between two moments.

    ``database()`` gives the processes that PostgreSQL runs just now. They come and go with their
    connections, so they are looked at several times a second.
    """

    def __init__(self, app: list[int], database):
        self.app, self.database = app, database
        self.first, self.last = {}, {}
        self.look()
        self.first = dict(self.last)
        self.before = self.read()
        self.over = Event()
        self.watcher = Thread(target=self.watch, daemon=True)
        self.watcher.start()

    def look(self) -> None:
        for pid in {*self.database(), *self.last}:
            self.last[pid] = max(self.last.get(pid, 0.0), stat(pid)[1])

    def watch(self) -> None:
        while not self.over.wait(0.2):
            self.look()

    def read(self) -> tuple:
        own = os.times()
        spent = own.user + own.system + own.children_user + own.children_system
        return seconds(self.app), spent, *machine_seconds()

    def stop(self) -> dict[str, float]:
        """Seconds of ``app`` and ``database``; ``others``: share of the machine, 0 to 1."""
        app, own, busy, whole = (
            now - was for now, was in zip(self.read(), self.before, strict=True)
        )
        self.over.set()
        self.watcher.join()
        self.look()
        database = sum(value - self.first.get(pid, 0) for pid, value in self.last.items())
        others = max(0.0, busy - app - database - own)
        return {"app": app, "database": database, "others": others / max(whole, 0.01)}
