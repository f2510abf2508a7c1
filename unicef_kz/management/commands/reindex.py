from django.core.management.base import BaseCommand

from unicef_kz.content.search import index


class Command(BaseCommand):
    help = (
        "Writes the search index anew. Not needed in daily use, since every change writes its own "
        "part; after a restore or a change of the program. Safe to repeat and to stop, while the "
        "site runs and staff work."
    )

    def handle(self, *, verbosity, **options):
        def report(model, number):
            if verbosity:
                self.stdout.write(f"  {number} {model._meta.verbose_name_plural}")

        total = index.rebuild(report)
        self.stdout.write(self.style.SUCCESS(f"Search index: {total} records"))
