from django.core.management.base import BaseCommand

from unicef_kz.content.exchange.uploads import forget_old


class Command(BaseCommand):
    help = (
        "Deletes files that were uploaded for an import more than an hour ago and never confirmed. "
        "The next upload does it too; run it every night where imports are rare."
    )

    def handle(self, *, verbosity, **options):
        number = forget_old()
        if verbosity:
            self.stdout.write(f"Uploads deleted: {number}")
