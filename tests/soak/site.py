"""The site with the command of deploy/systemd, on a PostgreSQL of its own where one is found."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from ..browser import free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
UNIT = ROOT / "deploy" / "systemd" / "unicef-kz.service"
MB = 2**20
#: PostgreSQL does it by itself some minutes after so many rows.
ANALYZE = "from django.db import connection as c; c.cursor().execute('ANALYZE')"


def server_command(port: int, *more: str) -> list[str]:
    """What systemd starts, on another port."""
    (line,) = (x for x in UNIT.read_text().splitlines() if x.startswith("ExecStart="))
    _program, *arguments = shlex.split(line.removeprefix("ExecStart="))
    arguments[arguments.index("--port") + 1] = str(port)
    return [sys.executable, "-m", "granian", *arguments[:-1], *more, arguments[-1]]


class Cluster:
    """A throw-away PostgreSQL, as in .ci/run."""

    def __init__(self, folder: Path, programs: Path):
        self.folder, self.programs, self.port = folder, programs, free_port()
        self.name = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self.run(f"initdb -D {folder}/db -A trust -U postgres -E UTF8 --locale=C.UTF-8")

    def run(self, command: str):
        command = f"cd / && {self.programs}/{command}"
        as_whom = ["su", "postgres", "-s", "/bin/sh", "-c"] if os.geteuid() == 0 else ["sh", "-c"]
        subprocess.run([*as_whom, command], check=True, stdout=subprocess.DEVNULL)

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self.run(f"pg_ctl -D {self.folder}/db -w -l {self.folder}/log -o '{options}' start")

    def stop(self):
        self.run(f"pg_ctl -D {self.folder}/db -w -m fast stop")


def find_cluster(folder: Path) -> Cluster | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Cluster(folder / "postgresql", found[-1].parent) if found else None


class Site:
    def __init__(self, folder: Path, database: str):
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "unicef_kz.settings",
            "SECRET_KEY": "only for this run, and long enough to be one: 0123456789",
            "DATABASE_URL": database,
            "SITE_URL": self.address,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "TRUSTED_PROXIES": "1",
            "EMAIL_URL": "dummymail://",
            "PRIVATE_MEDIA_ROOT": str(folder / "private"),
            "MEDIA_ROOT": str(folder / "media"),
            "BACKUP_DIR": str(folder / "backups"),
            "BACKUP_KEY": "only for this run, and long enough",
            "TWO_PEOPLE": "0",
            "REQUIRE_MFA": "0",
        }

    def manage(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def prepare(self):
        for command in ("migrate --verbosity 0", "roles", "seed"):
            done = self.manage(*command.split())
            if done.returncode:
                sys.exit(done.stderr)
        self.manage("shell", "--no-imports", "-c", ANALYZE)

    @contextmanager
    def served(self, *more: str, **environment: str):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                server_command(self.port, *more),
                cwd=ROOT,
                env=self.environment | environment,
                stdout=log,
                stderr=log,
            )
            try:
                wait_for(f"{self.address}/healthz", seconds=60)
                yield self
            finally:
                self.process.terminate()
                self.process.wait(60)

    def workers(self) -> list[int]:
        """The processes that answer, the oldest first."""
        main = self.process.pid
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return [int(pid) for pid in children if b"tracker" not in command_line(pid)]

    def ready(self) -> list[int]:
        """Those of the workers that listen; the others are still starting."""
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        port = f":{self.port:04X}"
        inodes = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A" and row[1].endswith(port)}
        return [pid for pid in self.workers() if inodes & open_files(pid)]

    def memory(self) -> list[int]:
        """Megabytes of each worker."""
        found = []
        for pid in self.workers():
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            found.append(pages * os.sysconf("SC_PAGE_SIZE") // MB)
        return found

    def reload(self):
        self.process.send_signal(signal.SIGHUP)


def command_line(pid: str) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def open_files(pid: int) -> set[str]:
    try:
        return {os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:  # it has just ended
        return set()


@contextmanager
def prepared_site(folder: Path):
    """(site, its cluster or None)."""
    cluster = find_cluster(folder)
    if cluster:
        cluster.start()
    try:
        site = Site(folder, cluster.name if cluster else f"sqlite:///{folder}/db.sqlite3")
        site.prepare()
        yield site, cluster
    finally:
        if cluster:
            cluster.stop()


def wait_until(condition, seconds: float) -> float:
    """Seconds until it held; ``inf`` where it did not."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            return float("inf")
        time.sleep(0.05)
    return time.monotonic() - began
