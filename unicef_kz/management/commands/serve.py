import os
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serves the site on this machine with the server that production uses."

    def add_arguments(self, parser):
        parser.add_argument("port", type=int, nargs="?", default=8000)
        parser.add_argument(
            "--prepare", action="store_true", help="first migrate, make the roles, load the record"
        )

    def handle(self, *, port, prepare, **options):
        call_command("check_port", port)
        if prepare:
            call_command("migrate", verbosity=0)
            call_command("roles")
            call_command("seed")
        self.stdout.write(
            f"\n  The site:   http://127.0.0.1:{port}/\n"
            f"  Its admin:  http://127.0.0.1:{port}/{settings.ADMIN_URL}"
            "   (make admin creates the first account)\n"
            "  Stop it with Ctrl+C.\n"
        )
        self.stdout.flush()
        arguments = "--interface wsgi --workers 2 --blocking-threads 1 --no-ws --log-level warning"
        arguments += " --respawn-failed-workers --workers-kill-timeout 20"
        command = [sys.executable, "-m", "granian", *arguments.split(), "--host", "127.0.0.1"]
        # Granian takes over this process, so that signals reach it directly.
        os.execv(sys.executable, [*command, "--port", str(port), "unicef_kz.wsgi:application"])
