from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from unicef_kz.content.search import index
from unicef_kz.seedfiles import FOLDER, Seed, SeedError
from unicef_kz.seeding import Loader


class Command(BaseCommand):
    help = (
        "Loads the bundled record. Safe to repeat: what has not changed in the files is left "
        "alone, and so is every record that staff have changed or deleted since."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="print what would change and change nothing"
        )
        parser.add_argument(
            "--force", action="store_true", help="overwrite what staff have changed since"
        )
        parser.add_argument(
            "--folder", type=Path, default=FOLDER, help="where the files are (default: bundled)"
        )

    def handle(self, *, dry_run, force, folder, verbosity, **options):
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        counts = Counter()

        def report(action, key, details):
            counts[action] += 1
            if dry_run or verbosity > 1 or action.startswith("kept"):
                self.stdout.write(f"{action}: {key}{f' ({details})' if details else ''}")
            elif sum(counts.values()) % 50 == 0:
                self.stdout.write(f"  {sum(counts.values())} records …")

        try:
            with transaction.atomic():
                Loader(Seed(folder), force=force, report=report).load_all()
                if not index.is_complete():
                    index.rebuild()
                if dry_run:
                    transaction.set_rollback(True)
        except SeedError as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        summary = ", ".join(f"{number} {action}" for action, number in sorted(counts.items()))
        prefix = "Would be: " if dry_run else "Bundled record: "
        self.stdout.write(self.style.SUCCESS(prefix + (summary or "nothing to change")))
