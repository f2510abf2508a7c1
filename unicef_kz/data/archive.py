"""One ZIP of everything: a CSV for each table, what they mean, and how they may be used.

It is made when it is asked for, once for each state of the content, and kept until that changes,
because somebody wrote or because a consent ended. What is no longer public is in no copy of ours:
old ones go when the next is made, or with ``forget_uploads``.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic, sleep
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from unicef_kz import freshness
from unicef_kz.api.tables import as_csv
from unicef_kz.content.languages import CODES

from .datasets import rows, tables
from .package import descriptor

ATTEMPTS = 3
LOCK = "lock"
#: Seconds for which one waits for a file that another one is making.
PATIENCE = 15


class Busy(Exception):
    """The content changed each time before the file was finished, or making it takes long."""


def archive() -> BinaryIO:
    """The finished file, open for reading. Raises Busy."""
    for _attempt in range(ATTEMPTS):
        path = path_of(freshness.state())
        if freshness.may_be_kept():
            with suppress(FileNotFoundError):
                return path.open("rb")
        with alone(PATIENCE):
            if file := made_for(freshness.state()):
                return file
    raise Busy


def path_of(state: str) -> Path:
    return settings.EXPORT_ROOT / f"{state}.zip"


@contextmanager
def alone(patience=0) -> Iterator[None]:
    """Locks out the other threads and processes. Raises Busy after so many seconds."""
    settings.EXPORT_ROOT.mkdir(parents=True, exist_ok=True)
    ends = monotonic() + patience
    with (settings.EXPORT_ROOT / LOCK).open("w") as file:  # closing it opens the lock
        while True:
            try:
                flock(file, LOCK_EX | LOCK_NB)
                break
            except BlockingIOError:
                if monotonic() >= ends:
                    raise Busy from None
                sleep(0.05)
        yield


def made_for(state: str) -> BinaryIO | None:
    """None if the content has changed meanwhile. To be called alone."""
    kept, path = freshness.may_be_kept(), path_of(state)
    if kept and path.exists():
        return path.open("rb")
    made = build()
    try:
        if freshness.state() != state:
            return None
        if kept:
            os.replace(made, path)
            remove_all_but(path)
            return path.open("rb")
        return made.open("rb")
    finally:
        made.unlink(missing_ok=True)


def remove_all_but(path: Path) -> int:
    """What older states and builds that crashed have left. To be called alone."""
    others = {*settings.EXPORT_ROOT.iterdir()} - {path, settings.EXPORT_ROOT / LOCK}
    for other in others:
        other.unlink(missing_ok=True)
    return len(others)


def forget_stale() -> int:
    """How many files there were; 0 while one is being made, which does it too."""
    if not settings.EXPORT_ROOT.exists():
        return 0
    try:
        with alone():
            return remove_all_but(path_of(freshness.state()))
    except Busy:
        return 0


def build() -> Path:
    with NamedTemporaryFile(dir=settings.EXPORT_ROOT, suffix=".part", delete=False) as file:
        try:
            with ZipFile(file, "w", ZIP_DEFLATED) as book:
                write(book)
        except BaseException:
            os.unlink(file.name)
            raise
    return Path(file.name)


def write(book: ZipFile) -> None:
    for name, _title, _intro, table in tables():
        with book.open(entry(f"{name}.csv"), "w") as file:
            for line in as_csv(table.header, map(table.cells, rows(name))):
                file.write(line)
    package = descriptor()
    book.writestr(entry("datapackage.json"), json.dumps(package, ensure_ascii=False, indent=1))
    for code in CODES:
        with override(code):
            book.writestr(entry(f"README.{code}.txt"), readme())


def entry(name: str) -> ZipInfo:
    """Dated today, and readable for everybody once it is unpacked."""
    found = ZipInfo(name, timezone.localtime().timetuple()[:6])
    found.compress_type, found.external_attr = ZIP_DEFLATED, 0o644 << 16
    return found


def readme() -> str:
    context = {
        "tables": [(name, title, intro) for name, title, intro, _table in tables()],
        "site_url": settings.SITE_URL,
        "licence": settings.LICENCE,
        "changed": freshness.last_change(),
    }
    return render_to_string("data/readme.txt", context)
