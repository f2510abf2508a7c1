import os
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

from . import Unusable
from .pointing import pointed_at

MEMBER = "database.sqlite3"
IN_USE = "The site is still using its database. Stop it first (systemctl stop unicef-kz)."


def live() -> Path:
    return Path(connection.settings_dict["NAME"])


def snapshot(folder: Path, look, forgotten):
    """While others write. VACUUM leaves out what was deleted, which a copied file would hold."""
    path = folder / MEMBER
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    with pointed_at(path):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
            for table in forgotten:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        return path, look()


def scratch() -> Path:
    """On the same disk, so that the new file only has to be renamed."""
    return live().parent


def stage(file: Path, stamp: str) -> str:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    with pointed_at(file), connection.cursor() as cursor:  # which knows our collations
        cursor.execute("PRAGMA integrity_check")
        if cursor.fetchall() != [("ok",)]:
            raise Unusable("The database in the file is damaged.")
    staged = live().with_name(f"{live().name}.restored-{stamp}")
    os.rename(file, staged)
    return str(staged)


def swap(staged: str, stamp: str) -> str:
    """Raises Unusable while anybody has the old database open."""
    connection.close()
    kept = live().with_name(f"{live().name}.before-{stamp}")
    if live().exists():
        settle(live())
        os.rename(live(), kept)
    os.rename(staged, live())
    return str(kept)


def settle(path: Path) -> None:
    """Everything into the one file: what is in its log would stay behind under the old name."""
    with closing(sqlite3.connect(path, timeout=1)) as database:
        try:
            database.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            raise Unusable(IN_USE) from error
        except sqlite3.DatabaseError:
            pass  # it is broken, which may be why it is replaced
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def drop(staged: str) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(staged + ending).unlink(missing_ok=True)


def undo(kept: str) -> list[str]:
    """The log of the one database must not meet the other."""
    return [
        f"mv {live()} {live()}.restored",
        f"rm -f {live()}-wal {live()}-shm",
        f"mv {kept} {live()}",
    ]
