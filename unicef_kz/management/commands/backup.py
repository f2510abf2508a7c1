import signal
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from unicef_kz.backup import Unusable
from unicef_kz.backup.making import make, rotate

from .check_links import at_least


class Command(BaseCommand):
    help = (
        "Puts the database, the pictures and the private files into one file, as they are at one "
        "moment, while the site runs; encrypted where BACKUP_KEY is set. Older backups in the same "
        "folder go: what is younger than a day stays, and the newest of each of the last --keep "
        "days. Sessions are not in it, and neither is SECRET_KEY: keep that one elsewhere."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", nargs="?", type=Path, help="where to (default: BACKUP_DIR, else var/backups)"
        )
        parser.add_argument(
            "--keep", type=at_least(1), default=14, metavar="DAYS", help="(default: 14)"
        )
        parser.add_argument("--quiet", action="store_true", help="say nothing but what is wrong")

    def handle(self, *, folder, keep, quiet, verbosity, **options):
        folder = (folder or settings.BACKUP_DIR).absolute()
        self.say = (lambda text: None) if quiet or not verbosity else self.tell
        # A stopped service unwinds like any other failure, and leaves no bare database behind.
        signal.signal(signal.SIGTERM, lambda *args: sys.exit(143))
        if not settings.BACKUP_KEY:
            self.stderr.write(
                "BACKUP_KEY is not set: whoever gets this file can read consent forms and drafts."
            )
        try:
            path, about = make(folder, settings.BACKUP_KEY, self.say)
        except (Unusable, OSError, DatabaseError) as error:
            raise CommandError(
                f"No backup was made in {folder}: {error}\nEarlier backups are as they were."
            ) from error
        for name in about["missing"]:
            self.stderr.write(f"A record names a file that is not there: {name}")
        size = path.stat().st_size / 1_000_000
        self.say(f"{path}: {sum(about['records'].values())} records, {size:.1f} MB")
        try:
            for old in rotate(folder, keep, path):
                self.say(f"Deleted: {old.name}")
        except OSError as error:
            raise CommandError(f"The backup was made; older ones stay: {error}") from error

    def tell(self, text):
        sys.stderr.write(f"{text}\n")
