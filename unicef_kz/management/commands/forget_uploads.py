from django.core.management.base import BaseCommand

from unicef_kz.content.exchange.uploads import forget_old
from unicef_kz.data.archive import forget_stale


class Command(BaseCommand):
    help = (
        "Deletes files that nobody needs any more: what was uploaded for an import more than an "
        "hour ago and never confirmed, a ZIP of everything that is older than the content, and "
        "what a crash left of one. The next upload and the next ZIP do it too; run it every hour, "
        "so that what is no longer public does not lie about."
    )

    def handle(self, *, verbosity, **options):
        number, stale = forget_old(), forget_stale()
        if verbosity:
            self.stdout.write(f"Uploads deleted: {number}")
            self.stdout.write(f"Old ZIPs deleted: {stale}")
