import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from unicef_kz.content.exchange.files import FORMATS, Unreadable
from unicef_kz.exchanged import KINDS, records_of, sheet_of


class Command(BaseCommand):
    help = (
        "Writes all records of a kind into a file that import_records, or the admin, reads again. "
        "Pictures, people in stories, consents and risk answers are never in it. Without --public "
        "drafts and withdrawn records are."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, help="where to (default: the terminal)")
        parser.add_argument("--kind", required=True, choices=KINDS, help="what to export")
        parser.add_argument(
            "--format", choices=FORMATS, help="default: as the file's name ends, else csv"
        )
        parser.add_argument("--public", action="store_true", help="only what every visitor may see")

    def handle(self, *, file, kind, format, public, verbosity, **options):
        format = format or (file and file.suffix.lstrip(".").lower()) or "csv"
        if format not in FORMATS:
            raise CommandError(f"“{format}” is no format. Choose one of: {', '.join(FORMATS)}.")
        if format == "xlsx" and not file:
            raise CommandError("A workbook needs a file: name one.")
        sheet = sheet_of(kind, public=public)
        querysets = records_of(sheet, public=public)
        dataset = sheet.export(querysets if sheet.has_many_rows else querysets[0])
        try:
            data = FORMATS[format]().export_data(dataset)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        data = data if isinstance(data, bytes) else data.encode()
        if not file:
            self.stdout.write(data.decode("utf-8-sig"), ending="")
            return
        try:
            file.write_bytes(data)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        if verbosity:
            sys.stderr.write(f"{file}: {len(dataset)} rows\n")
