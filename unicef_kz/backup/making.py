import datetime
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac

from unicef_kz.content.publishing import Page

from . import Unusable, files
from .archive import packing
from .databases import engine

NAME = re.compile(r"unicef-kz-(\d{4}-\d\d-\d\dT\d{6})Z\.tar\.gz(\.enc)?")
STAMP = "%Y-%m-%dT%H%M%S"
UNFINISHED = ".unicef-kz-unfinished-"
DAY = datetime.timedelta(days=1)


def utcnow() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def make(folder: Path, secret: str, report: Callable[[str], None]) -> tuple[Path, dict]:
    """The finished file and what it is about. Raises Unusable or OSError and leaves nothing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    forget_unfinished(folder)
    ending = ".enc" if secret else ""
    target = folder / f"unicef-kz-{utcnow().strftime(STAMP)}Z.tar.gz{ending}"
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as scratch:
        partial = Path(scratch) / target.name
        with open(partial, "xb", opener=private) as file:
            about = pack(file, secret, Path(scratch), report)
            file.flush()
            os.fsync(file.fileno())
        os.rename(partial, target)
    sync(folder)
    return target, about


def pack(file, secret, scratch, report) -> dict:
    report("Taking the database …")
    database, about = engine().snapshot(scratch, look, forgotten_tables())
    names, used = about.pop("names"), about.pop("tokens")
    with packing(file, secret) as archive:
        archive.add(database.name, database)
        database.unlink()
        found = list(files.belonging(used))
        for number, (name, path) in enumerate(found, 1):
            if number % 500 == 0 or number == len(found):
                report(f"{number} of {len(found)} files …")
            try:
                archive.add(name, path)
            except FileNotFoundError:
                continue  # removed for good a moment ago: not brought back by a backup either
        about["missing"] = sorted(n for n in names if f"private/{n}" not in archive.members)
        archive.close(about)
        return about | {"members": archive.members}


def look() -> dict:
    """At the state that the snapshot holds."""
    names = files.named()
    records = [model for model in apps.get_models() if issubclass(model, Page)]
    return {
        "site": version(),
        "made_at": utcnow().isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
        "records": {m._meta.label_lower: m._base_manager.count() for m in records},
        "secret": fingerprints()[0],
        "names": names,
        "tokens": files.tokens(names),
    }


def forgotten_tables() -> list[str]:
    """Sessions and the cache: nobody is signed in by a backup."""
    cache = settings.CACHES["default"]
    return ["django_session", *([cache["LOCATION"]] if "DatabaseCache" in cache["BACKEND"] else [])]


def fingerprints() -> list[str]:
    """Of the secret keys: they encrypt the second factors, and no backup holds them."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [salted_hmac("unicef_kz.backup", "secret key", s).hexdigest()[:16] for s in secrets]


def version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["version"]


def private(path, flags):
    return os.open(path, flags, 0o600)


def sync(folder: Path) -> None:
    """A rename lasts once the folder itself is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# What is kept


def made(folder: Path) -> list[tuple[datetime.datetime, Path]]:
    """Backups in a folder, newest first; anything else in it is left alone."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if (match := NAME.fullmatch(path.name)) and path.is_file():
            at = datetime.datetime.strptime(match[1], STAMP).replace(tzinfo=datetime.UTC)
            found.append((at, path))
    return sorted(found, reverse=True)


def rotate(folder: Path, keep: int, just_made: Path) -> list[Path]:
    """Keeps what is younger than a day and the newest of each of the last ``keep`` days."""
    days, dropped = set(), []
    for at, path in made(folder):
        is_newest = at.date() not in days
        days.add(at.date())
        if path != just_made and at < utcnow() - DAY and (not is_newest or len(days) > keep):
            path.unlink()
            dropped.append(path)
    return dropped


def forget_unfinished(folder: Path) -> None:
    """Of a run that was cut off, such as by a lost machine: it may hold the bare database."""
    for path in folder.glob(f"{UNFINISHED}*"):
        if path.stat().st_mtime < (utcnow() - DAY).timestamp():
            shutil.rmtree(path)


def newest(folder: Path) -> datetime.datetime:
    """Raises Unusable where there is none."""
    if not (found := made(folder)):
        raise Unusable(f"There is no backup in {folder}.")
    return found[0][0]
