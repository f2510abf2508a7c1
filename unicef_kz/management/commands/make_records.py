import time

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from stories.models import Story
from unicef_kz.content import version
from unicef_kz.content.publishing import Page
from unicef_kz.making.index import index_made
from unicef_kz.making.records import Maker


class Command(BaseCommand):
    help = (
        "Fills the database with made stories and what they lead to (milestones, programmes, "
        "partners, key figures, sources), in three languages and over thirty years, to see how the "
        "site bears many records: most public, some drafts, some hidden for want of a consent. The "
        "same numbers make the same records. For measuring only, never for a site that people "
        "read: the made records have no translation states, no history and no audit trail."
    )

    def add_arguments(self, parser):
        parser.add_argument("--stories", type=int, default=10_000, help="how many (default 10000)")
        parser.add_argument("--seed", type=int, default=1, help="another number, other records")
        parser.add_argument(
            "--force", action="store_true", help="also into a database with records of staff"
        )

    def handle(self, *, stories, seed, force, verbosity, **options):
        if stories < 1:
            raise CommandError("--stories is a number from 1 on.")
        if not force and (staff := self.staff_records()):
            raise CommandError(
                f"Staff have written in this database ({staff}). Made records are for an empty one "
                "or one with the bundled record; --force puts them here all the same."
            )
        if Story.objects.filter(slug__startswith="made-story-").exists():
            raise CommandError("There are made records here already. Start from an empty database.")

        start, told = time.monotonic(), {}

        def report(done, what):
            if verbosity and done - told.get(what, 0) >= max(stories // 10, 1000):
                told[what] = done
                self.stdout.write(f"  {done:,} {what}, {time.monotonic() - start:.0f} s")

        with transaction.atomic():
            counts = Maker(stories, seed, lambda done: report(done, "stories")).make()
            for done in index_made():
                report(done, "indexed")
        version.bump()
        summary = ", ".join(f"{number} {kind}" for kind, number in counts.items())
        self.stdout.write(
            self.style.SUCCESS(f"Made in {time.monotonic() - start:.0f} s: {summary}")
        )

    def staff_records(self) -> str:
        """The kinds in which a person was the last to change something."""
        kinds = (model for model in apps.get_models() if issubclass(model, Page))
        changed = (m for m in kinds if m.objects.filter(changed_by__isnull=False).exists())
        return ", ".join(str(model._meta.verbose_name_plural) for model in changed)
