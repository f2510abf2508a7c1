"""One ZIP of everything: a CSV for each table, what they mean, and how they may be used.

It is made when it is asked for, once for each state of the content, and kept until that changes,
because somebody wrote or because a consent ended. What is no longer public is in no copy of ours.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
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


class Busy(Exception):
    """The content changed each time before the file was finished."""


def archive() -> BinaryIO:
    """The finished file, open for reading. Raises Busy."""
    for _attempt in range(ATTEMPTS):
        state, kept = freshness.state(), freshness.may_be_kept()
        path = settings.EXPORT_ROOT / f"{state}.zip"
        if kept:
            with suppress(FileNotFoundError):
                return path.open("rb")
        made = build()
        if freshness.state() != state:
            made.unlink()
            continue
        file = made.open("rb")
        if kept:
            keep(made, path)
        else:
            made.unlink()
        return file
    raise Busy


def keep(made: Path, path: Path) -> None:
    """From now on it is the only one."""
    os.replace(made, path)
    for other in settings.EXPORT_ROOT.glob("*.zip"):
        if other != path:
            other.unlink(missing_ok=True)


def build() -> Path:
    settings.EXPORT_ROOT.mkdir(parents=True, exist_ok=True)
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
        "changed": freshness.last_change(),
    }
    return render_to_string("data/readme.txt", context)
