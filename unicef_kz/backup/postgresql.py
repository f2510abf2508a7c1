import os
import re
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from . import Unusable
from .pointing import pointed_at

MEMBER = "database.dump"
#: Where one connects to make and rename databases.
MAINTENANCE = "postgres"


def run(program: str, *arguments: str) -> None:
    """With the address and password of the site's database. Raises Unusable."""
    psql, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    command = [program, *psql[1:-1], *arguments]
    try:
        done = subprocess.run(
            command, env=os.environ | (environment or {}), capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise Unusable(missing(program)) from error
    if done.returncode:
        mismatch = "version mismatch" in done.stderr or "unsupported version" in done.stderr
        hint = f"\n{missing(program)}" if mismatch else ""
        raise Unusable(f"{program} failed: {done.stderr.strip()}{hint}")


def missing(program: str) -> str:
    major = connection.pg_version // 10000
    return (
        f"This needs {program} of PostgreSQL {major} or newer. "
        f"On Debian: apt install postgresql-client-{major}"
    )


def snapshot(folder: Path, look, forgotten):
    """One state for the dump and for us, while others write."""
    path = folder / MEMBER
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (name,) = cursor.fetchone()
        run(
            "pg_dump",
            "--format=custom",
            "--compress=0",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={name}",
            f"--file={path}",
            *(f"--exclude-table-data={table}" for table in forgotten),
            f"--dbname={connection.settings_dict['NAME']}",
        )
        return path, look()


def scratch() -> Path:
    return Path(settings.PRIVATE_MEDIA_ROOT).parent


def stage(file: Path, stamp: str) -> str:
    live = connection.settings_dict["NAME"]
    staged = f"{live}_restored_{short(stamp)}"
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()"
        )
        locale = cursor.fetchone()
    try:
        with pointed_at(MAINTENANCE), connection.cursor() as cursor:
            cursor.execute(
                f"CREATE DATABASE {quote(staged)} TEMPLATE template0 ENCODING 'UTF8' "
                "LC_COLLATE %s LC_CTYPE %s",
                locale,
            )
    except DatabaseError as error:
        role = connection.settings_dict["USER"] or "the site's role"
        raise Unusable(
            f"A new database cannot be made beside the old one: {str(error).strip()}\n"
            f"Where a right is missing, an administrator of PostgreSQL gives it by: "
            f'ALTER ROLE "{role}" CREATEDB;'
        ) from error
    try:
        run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={staged}", str(file))
    except Unusable:
        drop(staged)
        raise
    return staged


def swap(staged: str, stamp: str) -> str:
    """Both names change in one transaction. Raises Unusable while anybody is connected."""
    live = connection.settings_dict["NAME"]
    kept, quote = f"{live}_before_{short(stamp)}", connection.ops.quote_name
    try:
        with pointed_at(MAINTENANCE), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {quote(live)} RENAME TO {quote(kept)}")
            cursor.execute(f"ALTER DATABASE {quote(staged)} RENAME TO {quote(live)}")
    except OperationalError as error:
        raise Unusable(
            f"{str(error).strip()}\n"
            "Stop everything that uses the database first (systemctl stop unicef-kz)."
        ) from error
    except DatabaseError as error:
        raise Unusable(f"The databases cannot be renamed: {str(error).strip()}") from error
    return kept


def drop(staged: str) -> None:
    with pointed_at(MAINTENANCE), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(staged)}")


def undo(kept: str) -> list[str]:
    live, quote = connection.settings_dict["NAME"], connection.ops.quote_name
    restored = kept.replace("_before_", "_restored_")
    return [
        f"psql {MAINTENANCE} -c 'ALTER DATABASE {quote(live)} RENAME TO {quote(restored)}'",
        f"psql {MAINTENANCE} -c 'ALTER DATABASE {quote(kept)} RENAME TO {quote(live)}'",
    ]


def short(stamp: str) -> str:
    return re.sub(r"\D", "", stamp)
