"""Tables as files: CSV and XLSX are read and written, JSON is written.

A file is somebody else's: what it may weigh, unpack to and hold is limited before it is read.
"""

import csv
import datetime
import io
import re
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

import tablib
from django.utils.translation import gettext
from import_export.formats import base_formats
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES, MAX_UNPACKED = 10 * 2**20, 100 * 2**20
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 5_000, 200, 32_767
#: A spreadsheet would run it. The apostrophe in front is taken away again when the file comes back.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
ESCAPED = re.compile(r"'+[=+\-@\t\r]")
#: Neither XML nor a reader knows what to do with them.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: What the library raises for a workbook that is damaged in one place or another.
DAMAGED = (
    InvalidFileException,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


class Unreadable(Exception):
    """Says why a file cannot be read or written, and what to do."""


def read(data: bytes) -> tablib.Dataset:
    """Every cell as text; as many cells in each row as there are headers."""
    if len(data) > MAX_BYTES:
        raise Unreadable(gettext("The file is larger than 10 MB. Divide it into several."))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        text = gettext("This is an old or a locked workbook. Save it as .xlsx without a password.")
        raise Unreadable(text)
    dataset = (XLSX() if data.startswith(b"PK") else CSV()).create_dataset(data)
    if not len(dataset):
        raise Unreadable(gettext("The file has no rows below its header."))
    return dataset


def as_dataset(rows) -> tablib.Dataset:
    """Blank rows keep their place, so that a row has the number that the spreadsheet shows."""
    rows = iter(rows)
    header = trimmed(next(rows, []))
    if not any(header) or len(header) > MAX_COLUMNS:
        text = gettext("The first row has to name the columns, at most %d of them.")
        raise Unreadable(text % MAX_COLUMNS)
    dataset = tablib.Dataset(headers=[name.strip().lower() for name in header])
    blank = 0
    for number, cells in enumerate(rows, 2):
        cells = trimmed(cells)
        if not cells:
            blank += 1
            continue
        if number > MAX_ROWS + 1:
            text = gettext("The file has more than %d rows. Divide it into several.")
            raise Unreadable(text % MAX_ROWS)
        if len(cells) > len(header):
            text = gettext("Row %d has more cells than the header has columns.")
            raise Unreadable(text % number)
        for _row in range(blank):
            dataset.append([""] * len(header))
        blank = 0
        dataset.append(cells + [""] * (len(header) - len(cells)))
    return dataset


def trimmed(cells) -> list[str]:
    cells = [tidy(unescaped(cell)) for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def tidy(text: str) -> str:
    """As it counts: without odd line ends, and without space around it."""
    return UNPRINTABLE.sub("", re.sub(r"\r\n?", "\n", text)).strip()


def escaped(value):
    """Text that a spreadsheet takes for a formula gets an apostrophe; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    return f"'{value}" if FORMULA.match(value) else value


def unescaped(text: str) -> str:
    return text[1:] if ESCAPED.match(text) else text


class CSV(base_formats.CSV):
    def create_dataset(self, in_stream: bytes, **kwargs):
        text = self._decoded(in_stream)
        first = text.split("\n", 1)[0]
        delimiter = max(";,\t", key=first.count)
        try:
            return as_dataset(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as error:
            text = gettext("This is no CSV file: %s. Save it again, or as .xlsx.")
            raise Unreadable(text % error) from error

    def _decoded(self, data: bytes) -> str:
        """With or without a byte order mark; Excel's “Unicode text” is UTF-16."""
        is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        try:
            return data.decode("utf-16" if is_wide else "utf-8-sig").replace("\0", "")
        except UnicodeDecodeError as error:
            text = gettext(
                "This is no CSV file in UTF-8. In Excel choose “CSV UTF-8”, or save it as .xlsx."
            )
            raise Unreadable(text) from error

    def export_data(self, dataset, **kwargs) -> bytes:
        """With a byte order mark, without which Excel shows no Cyrillic."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream)
        writer.writerow(dataset.headers)
        writer.writerows([escaped(value) for value in row] for row in dataset)
        return stream.getvalue().encode("utf-8-sig")


class XLSX(base_formats.XLSX):
    def create_dataset(self, in_stream: bytes):
        try:
            self._check_size(in_stream)
            book = load_workbook(io.BytesIO(in_stream), read_only=True, data_only=True)
            sheet = book.active
            sheet.reset_dimensions()  # the file may claim millions of columns
            rows = sheet.iter_rows(max_row=20 * MAX_ROWS)
            return as_dataset([in_words(cell) for cell in row] for row in rows)
        except DAMAGED as error:
            text = gettext("This workbook cannot be read. Save it again as .xlsx, or as CSV UTF-8.")
            raise Unreadable(text) from error

    def _check_size(self, data: bytes) -> None:
        """Before a byte is unpacked; zipfile reads no more than a file says of itself."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
                raise Unreadable(gettext("The workbook is too large. Divide it into several."))

    def export_data(self, dataset, **kwargs) -> bytes:
        book = Workbook()
        sheet = book.active
        sheet.freeze_panes = "A2"
        for number, name in enumerate(dataset.headers, 1):
            values = dataset.get_col(number - 1)
            is_text = not any(isinstance(value, (int, float)) for value in values)
            letter = get_column_letter(number)
            longest = max([len(name), *(len(str(value)) for value in values)])
            sheet.column_dimensions[letter].width = min(longest + 2, 60)
            if is_text:  # so that 1994-11 typed into it stays 1994-11
                sheet.column_dimensions[letter].number_format = "@"
            sheet.cell(1, number, name).font = Font(bold=True)
            for row, value in enumerate(values, 2):
                self._write(sheet.cell(row, number), value, is_text)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def _write(self, cell, value, is_text) -> None:
        if is_text:
            cell.number_format = "@"
        if isinstance(value, str):
            value = escaped(UNPRINTABLE.sub("", value))
            if len(value) > MAX_CELL:
                text = gettext("“%s …” is too long for a cell of a workbook. Choose CSV.")
                raise Unreadable(text % value[:40])
        if value not in (None, ""):
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula, nor an error such as #N/A


FORMATS = {"xlsx": XLSX, "csv": CSV, "json": base_formats.JSON}


def in_words(cell) -> str:
    """What a cell of a workbook shows: a number, or a date as exact as its format has it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "e":
        text = gettext("Cell %(cell)s holds the error %(error)s. Mend it, or write text into it.")
        raise Unreadable(text % {"cell": cell.coordinate, "error": value})
    if isinstance(value, datetime.datetime):
        pattern = re.sub(r"\[[^\]]*\]|\"[^\"]*\"|\\.", "", cell.number_format.lower())
        return value.strftime("%Y-%m-%d" if "d" in pattern else "%Y-%m")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
