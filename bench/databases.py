"""Databases of made records on PostgreSQL: kept as templates, copied for each run."""

import hashlib
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "unicef_kz_bench"
#: What the content of a template depends on.
SOURCES = (
    "*/migrations/*.py",
    "unicef_kz/*/migrations/*.py",
    "unicef_kz/making/*.py",
    "unicef_kz/content/search/index.py",
    "unicef_kz/content/search/words.py",
)
#: All work for a request is done by the process that is counted for it, and none takes for ever.
SETTINGS = ("max_parallel_workers_per_gather = 0", "statement_timeout = '30s'")


def named(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def fingerprint() -> str:
    digest = hashlib.blake2b(digest_size=8)
    files = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    for path in [*files, ROOT / "bench/textbook/copy.sql"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Server:
    """A PostgreSQL server on which databases may be made."""

    def __init__(self, url: str):
        self.url = url
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True

    def ask(self, sql: str, *parameters) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def drop(self, name: str) -> None:
        self.ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def template(self, stories: int, say) -> str:
        """The name of a database with so many stories; made anew when what it rests on changed."""
        name = f"{PREFIX}_{stories}"
        comment = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname=%s"
        if self.ask(comment, name) == [(fingerprint(),)]:
            return name
        say(f"Making the database of {stories} stories, once …")
        self.drop(name)
        self.ask(f'CREATE DATABASE "{name}"')
        manage(named(self.url, name), "migrate", "--verbosity", "0")
        manage(named(self.url, name), "make_records", "--stories", str(stories))
        with psycopg2.connect(named(self.url, name)) as fresh, fresh.cursor() as cursor:
            cursor.execute((ROOT / "bench/textbook/copy.sql").read_text())
        self.vacuum(name)
        self.ask(f'COMMENT ON DATABASE "{name}" IS %s', fingerprint())
        return name

    def vacuum(self, name: str) -> None:
        connection = psycopg2.connect(named(self.url, name))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        connection.close()

    @contextmanager
    def copy(self, template: str):
        """The address of a throw-away copy."""
        name = f"{PREFIX}_run_{os.getpid()}"
        self.drop(name)
        # PostgreSQL copies no database that somebody, such as its own vacuum, is connected to.
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        self.ask(others, template)
        self.ask(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        for setting in SETTINGS:
            self.ask(f'ALTER DATABASE "{name}" SET {setting}')
        try:
            yield named(self.url, name)
        finally:
            self.drop(name)

    def backends(self, url: str) -> list[int]:
        """Processes that work for one database, where the server runs on this machine."""
        name = urlsplit(url).path.lstrip("/")
        pids = self.ask("SELECT pid FROM pg_stat_activity WHERE datname = %s", name)
        return [pid for (pid,) in pids if is_postgres(pid)]

    def is_here(self) -> bool:
        return is_postgres(self.connection.info.backend_pid)


def is_postgres(pid: int) -> bool:
    try:
        return "postgres" in Path(f"/proc/{pid}/comm").read_text()
    except FileNotFoundError:
        return False


def manage(url: str, *arguments: str) -> None:
    environment = {"DATABASE_URL": url, "SLOW_QUERY_MS": "60000"}
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | environment)
