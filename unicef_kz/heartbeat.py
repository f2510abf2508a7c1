import time
from threading import Thread

from django.db import Error, close_old_connections, connection

INTERVAL = 1  # second
#: In the WSGI environment of a request that must not wait for the database.
DATABASE_LOST = "unicef_kz.database_lost"


class Heartbeat:
    """Asks the database once a second whether it is there.

    In a thread of its own, so that a database that hangs holds up no visitor.
    """

    def __init__(self):
        self.last = time.monotonic()

    def start(self) -> "Heartbeat":
        Thread(target=self.run, name="heartbeat", daemon=True).start()
        return self

    def run(self) -> None:
        while True:
            self.beat()
            time.sleep(INTERVAL)

    def beat(self) -> None:
        """A real table, since SQLite makes a lost file anew, empty."""
        asked_at = time.monotonic()
        try:
            close_old_connections()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM django_content_type LIMIT 1")
        except Error:
            connection.close()
        else:
            self.last = asked_at

    def silence(self) -> float:
        """Seconds since the database was last known to be there."""
        return time.monotonic() - self.last
