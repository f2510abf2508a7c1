"""The uploaded file between its dry run and its confirmation.

It may name a child that never gets into the record. So it lies under a random name in the private
storage, for the session that uploaded it alone, until it is imported or given up, an hour at most.
"""

import datetime
import secrets
from contextlib import suppress

from django.utils import timezone

from ..storage import private_storage

FOLDER, SESSION_KEY = "imports", "import"
LIFE = datetime.timedelta(hours=1)


def keep(request, upload, **about) -> None:
    """``about`` comes back from ``kept()``, with the ``data`` of the file."""
    forget(request)
    forget_old()
    upload.seek(0)
    file = private_storage().save(f"{FOLDER}/{secrets.token_hex(16)}", upload)
    request.session[SESSION_KEY] = about | {"file": file, "at": timezone.now().isoformat()}


def kept(request) -> dict | None:
    about = request.session.get(SESSION_KEY)
    if not about or is_old(datetime.datetime.fromisoformat(about["at"])):
        forget(request)
        return None
    try:
        with private_storage().open(about["file"]) as file:
            return about | {"data": file.read()}
    except FileNotFoundError:
        return None


def forget(request) -> None:
    if about := request.session.pop(SESSION_KEY, None):
        private_storage().delete(about["file"])


def forget_old() -> int:
    """Also of sessions that ended meanwhile. How many files there were."""
    storage, old = private_storage(), []
    with suppress(FileNotFoundError):
        files = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]]
        old = [file for file in files if is_old(storage.get_modified_time(file))]
    for file in old:
        storage.delete(file)
    return len(old)


def is_old(moment) -> bool:
    return moment < timezone.now() - LIFE
