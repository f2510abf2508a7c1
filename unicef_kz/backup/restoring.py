import datetime
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from . import Unusable, files
from .archive import DATABASES, unpack
from .databases import engine
from .making import fingerprints, utcnow
from .pointing import pointed_at
from .since import TakenBack, take_back_again


def check(path: Path, secret: str) -> dict:
    """The manifest of a backup that this site can take. Raises Unusable or OSError."""
    manifest = unpack(path, secret)
    if manifest["engine"] != connection.vendor:
        raise Unusable(
            f"The file holds a database of {manifest['engine']}, and DATABASE_URL names one of "
            f"{connection.vendor}."
        )
    if engine().MEMBER not in manifest["members"]:
        raise Unusable("The file holds no database.")
    if unknown := sorted({tuple(pair) for pair in manifest["migrations"]} - known_migrations()):
        names = ", ".join(".".join(pair) for pair in unknown)
        raise Unusable(
            f"The file was made by a newer version of this site ({manifest['site']}). Upgrade the "
            f"code first: it does not know the migrations {names}."
        )
    return manifest


def known_migrations() -> set[tuple[str, str]]:
    migrations = MigrationLoader(None).disk_migrations
    return set(migrations).union(*(map(tuple, m.replaces) for m in migrations.values()))


def made_at(manifest: dict) -> datetime.datetime:
    return datetime.datetime.fromisoformat(manifest["made_at"])


def fits_key(manifest: dict) -> bool:
    """Whether second factors and withheld words of the backup work with this SECRET_KEY."""
    return manifest["secret"] in fingerprints()


def space_missing(manifest: dict) -> int:
    """Bytes. Half as much again as the file holds, for a database grows while it is filled."""
    needed = sum(m["size"] for m in manifest["members"].values()) * 3 // 2
    return max(0, needed - shutil.disk_usage(engine().scratch()).free)


class Restore:
    """Everything is prepared beside what is live; ``swap`` then only renames.

    Raises Unusable, OSError or DatabaseError, and then all is as it was.
    """

    def __init__(self, path: Path, secret: str, report):
        self.path, self.secret, self.report = path, secret, report
        self.stamp = utcnow().strftime("%Y%m%d-%H%M%S%f")[:-3]
        self.roots = {
            folder: (root, root.with_name(f"{root.name}.restored-{self.stamp}"))
            for folder, root in files.folders().items()
        }

    def run(self, taken: TakenBack | None) -> tuple[list[str], list[str]]:
        """What was done, and how to undo it."""
        with ExitStack() as on_failure:
            database = self.prepare(on_failure)
            with pointed_at(database):
                self.report("Bringing the database up to date …")
                call_command("migrate", verbosity=0, interactive=False)
                done = take_back_again(taken) if taken else []
            undo = self.swap(database, on_failure)
            on_failure.pop_all()
        return done, undo

    def prepare(self, on_failure: ExitStack) -> str:
        """The name of the new database; the files lie beside the present ones."""
        self.report("Unpacking …")
        scratch = Path(tempfile.mkdtemp(prefix=".restoring-", dir=engine().scratch()))
        with ExitStack() as always:
            always.callback(shutil.rmtree, scratch, ignore_errors=True)
            for _root, staged in self.roots.values():
                on_failure.callback(shutil.rmtree, staged, ignore_errors=True)
                staged.mkdir(parents=True)
            unpack(self.path, self.secret, lambda name: self.place(name, scratch))
            self.report("Filling the database …")
            database = engine().stage(scratch / engine().MEMBER, self.stamp)
            on_failure.callback(engine().drop, database)
        return database

    def place(self, name: str, scratch: Path) -> Path:
        if name in DATABASES:
            return scratch / name
        folder, _separator, rest = name.partition("/")
        return self.roots[folder][1] / rest

    def swap(self, database: str, on_failure: ExitStack) -> list[str]:
        undo = []
        for root, staged in self.roots.values():
            kept = root.with_name(f"{root.name}.before-{self.stamp}")
            if root.exists():
                rename(root, kept)
                on_failure.callback(os.rename, kept, root)
                undo += [f"mv {root} {staged}", f"mv {kept} {root}"]
            rename(staged, root)
            on_failure.callback(os.rename, root, staged)
        return [*undo, *engine().undo(engine().swap(database, self.stamp))]


def rename(old: Path, new: Path) -> None:
    try:
        os.rename(old, new)
    except OSError as error:
        raise Unusable(
            f"{old} cannot be renamed to {new.name} ({error.strerror}). If it is a disk of its "
            "own, let PRIVATE_MEDIA_ROOT and MEDIA_ROOT name a folder in it."
        ) from error
