import argparse
import json
import os
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path

from . import clients, disk, hostile, runs
from .site import prepared_site

#: name → (run, minutes of the issue)
RUNS = {
    "workers": (runs.workers_killed, 1),
    "reload": (runs.reloaded, 1),
    "memory": (runs.memory_bounded, 1),
    "database": (runs.database_restarted, 1),
    "disk": (disk.disk_full, 1),
    "slow": (clients.slow_clients, 1),
    "hostile": (hostile.hostile_traffic, 10),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description="Faults on purpose.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(RUNS)}; default: all")
    parser.add_argument("--minutes", type=float, help="of each run, instead of its own")
    parser.add_argument("--json", type=Path, help="where the figures go as well")
    asked = parser.parse_args()
    if unknown := set(asked.names) - {*RUNS}:
        parser.error(f"There is no run {', '.join(sorted(unknown))}.")
    results = {}
    # Stopped from outside it unwinds like after Ctrl+C, and leaves no server behind.
    signal.signal(signal.SIGTERM, lambda *arguments: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        os.chmod(folder, 0o755)
        say("Preparing a site")
        with prepared_site(Path(folder)) as (site, cluster):
            for name in asked.names or RUNS:
                say(name)
                results[name] = result = one(name, asked.minutes, site, cluster)
                sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    for name, result in results.items():
        say(f"{name}: {result.get('skipped') or result['broken'] or 'kept its rule'}")
    return int(any(result["broken"] for result in results.values()))


def one(name: str, minutes: float | None, site, cluster) -> dict:
    run, own = RUNS[name]
    if name == "database":
        if cluster is None:
            return {"skipped": "SKIPPED: needs PostgreSQL (apt install postgresql)", "broken": []}
        run = partial(run, cluster=cluster)
    if name == "disk" and os.geteuid() != 0:
        return {"skipped": "SKIPPED: needs root, to mount a small disk", "broken": []}
    found, rules = run(site, own if minutes is None else minutes)
    return found | {"broken": [f"{what}: {n}" for what, n in rules.items() if n]}


def say(text: str) -> None:
    sys.stdout.write(f"\n=== {text}\n")
    sys.stdout.flush()


sys.exit(main())
