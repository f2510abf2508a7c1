import socket

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Says in plain words when a port is taken."

    def add_arguments(self, parser):
        parser.add_argument("port", type=int)

    def handle(self, *, port, **options):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OverflowError as error:
                raise CommandError("A port is a number from 1 to 65535.") from error
            except OSError as error:
                raise CommandError(
                    f"Port {port} is taken by another program. Choose another: make run PORT=8001"
                ) from error
