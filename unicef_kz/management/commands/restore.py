import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from unicef_kz.backup import Unusable
from unicef_kz.backup.archive import is_encrypted
from unicef_kz.backup.restoring import Restore, check, fits_key, made_at, space_missing
from unicef_kz.backup.since import taken_back_since


class Command(BaseCommand):
    help = (
        "Puts a backup in the place of the database, the pictures and the private files. Checks "
        "all of it first, and keeps what was there under another name. What was withdrawn since "
        "the backup is withdrawn again. Stop the site before; everybody has to sign in again."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="as manage.py backup wrote it")
        parser.add_argument(
            "--check", action="store_true", help="say what is in it, and change nothing"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, file, check, yes, verbosity, **options):
        file = file.absolute()
        try:
            manifest = self.look(file)
            if check:
                return
            self.refuse_wrong_user()
            taken = taken_back_since(made_at(manifest))
            self.warn(manifest, taken)
            if not yes:
                self.ask()
            done, undo = Restore(file, settings.BACKUP_KEY, self.say).run(taken)
        except (Unusable, OSError, DatabaseError) as error:
            raise CommandError(f"{file}: {error}\nNothing was changed.") from error
        self.finish(done, undo)

    def look(self, file) -> dict:
        self.say("Checking every byte …")
        manifest = check(file, settings.BACKUP_KEY)
        members = manifest["members"].values()
        size = sum(member["size"] for member in members) / 1_000_000
        made = timezone.localtime(made_at(manifest))
        kind = "encrypted" if is_encrypted(file) else "not encrypted"
        self.stdout.write(
            f"The backup is whole ({kind}).\n"
            f"  made      {made:%Y-%m-%d %H:%M}, by version {manifest['site']}\n"
            f"  database  {manifest['engine']}\n"
            f"  files     {len(members) - 1}, with the database {size:.1f} MB"
        )
        for kind, number in manifest["records"].items():
            self.stdout.write(f"  {number:>8}  {kind}")
        for name in manifest["missing"]:
            self.stdout.write(f"  was missing already: {name}")
        return manifest

    def refuse_wrong_user(self):
        """Files made by root would be closed to the service."""
        folder = Path(settings.PRIVATE_MEDIA_ROOT)
        if folder.exists() and (owner := folder.stat().st_uid) != os.geteuid():
            raise Unusable(f"Run this as the owner of {folder}: sudo -u '#{owner}' …")

    def warn(self, manifest, taken):
        if missing := space_missing(manifest):
            raise Unusable(f"The disk lacks {missing / 1_000_000:.0f} MB for it.")
        if not fits_key(manifest):
            self.stderr.write(
                "SECRET_KEY is not the one of the backup. Put that one into SECRET_KEY_FALLBACKS, "
                "or second factors have to be reset and withheld words entered again."
            )
        if taken is None:
            self.stderr.write(
                "The present database cannot be read, so nobody knows what was withdrawn or erased "
                f"after {made_at(manifest):%Y-%m-%d %H:%M} UTC: THAT WILL BE PUBLIC AGAIN. Ask the "
                "safeguarding lead for the receipts before visitors come back."
            )

    def ask(self):
        self.stdout.write("This replaces the database and all files. The present ones are kept.")
        if input("Type yes to go on: ").strip().lower() != "yes":
            raise Unusable("Not confirmed.")

    def finish(self, done, undo):
        for line in done:
            self.stdout.write(line)
        steps = "\n".join(f"  {line}" for line in undo)
        self.stdout.write(
            f"Restored. Start the site and look at it. To go back, stop it and run:\n{steps}\n"
            "What was there before still holds what has been erased: delete it once all is well."
        )

    def say(self, text):
        sys.stderr.write(f"{text}\n")
