"""Records as tables: a CSV that streams, and a workbook."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from django.utils.timezone import make_naive
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from unicef_kz.content.exchange.files import MAX_CELL, UNPRINTABLE, escaped
from unicef_kz.content.languages import CODES

from .fields import columns_of

BOM = "\ufeff"
#: Bytes of a workbook.
MOST_IN_MEMORY = 2**20


class Table:
    """The columns of a serializer, and how its documents fill them."""

    def __init__(self, serializer, languages=CODES):
        context = {"languages": languages}
        self.fields = list(serializer(context=context).fields.values())
        self.columns = [(f, column) for f in self.fields for column in columns_of(f, languages)]

    @property
    def header(self) -> list[str]:
        return [column.name for _field, column in self.columns]

    def cells(self, document: dict) -> list:
        return [column.cell(document[field.field_name]) for field, column in self.columns]


class Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_csv(header: list[str], rows: Iterable[list], bom=True) -> Iterator[bytes]:
    """With a byte order mark, without which Excel shows no Cyrillic."""
    writer = csv.writer(Line())
    yield (BOM * bom + writer.writerow(header)).encode()
    for row in rows:
        yield writer.writerow([in_csv(value) for value in row]).encode()


def in_csv(value):
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return str(value).lower() if isinstance(value, bool) else escaped(value)


def as_workbook(header: list[str], rows: Iterable[list], title: str) -> BinaryIO:
    """A file that is gone when it is closed. Numbers and days are real ones; the first row stays
    in view and filters.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for number, name in enumerate(header, 1):
        sheet.column_dimensions[get_column_letter(number)].width = min(40, max(12, len(name) + 4))
    sheet.append([in_workbook(sheet, name, bold=True) for name in header])
    last = 1
    for last, row in enumerate(rows, 2):  # noqa: B007
        sheet.append([in_workbook(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{last}"
    file = SpooledTemporaryFile(MOST_IN_MEMORY)  # noqa: SIM115 the answer closes it
    book.save(file)
    file.seek(0)
    return file


def in_workbook(sheet, value, bold=False) -> WriteOnlyCell:
    is_text = isinstance(value, str)
    if isinstance(value, datetime):
        value = make_naive(value)
    if is_text:
        value = shortened(escaped(UNPRINTABLE.sub("", value)))
    cell = WriteOnlyCell(sheet, value=None if value == "" else value)
    if is_text and value:
        cell.data_type = "s"  # never a formula, nor an error such as #N/A
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
    if bold:
        cell.font = Font(bold=True)
    return cell


def shortened(text: str) -> str:
    """What does not fit into a cell is cut, and says so."""
    if len(text) <= MAX_CELL:
        return text
    note = gettext("… (cut here; the whole text is in the CSV and the JSON)")
    return text[: MAX_CELL - len(note)] + note
