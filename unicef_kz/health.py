"""Whether this machine can serve. Each check returns nothing, or raises with the reason.

What goes out to everybody is the name of a check alone; the reason goes to the log.
"""

import logging
import secrets
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

logger = logging.getLogger(__name__)
LEAST_FREE = 200 * 1024 * 1024  # bytes


class Unwell(Exception):
    pass


def database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations():
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        more = f" and {len(plan) - 1} more" if len(plan) > 1 else ""
        raise Unwell(f"not applied: {plan[0][0]}{more}")


def shared_cache():
    """A cache may raise anything when it is away, so anything is caught."""
    key = f"health-{secrets.token_hex(8)}"
    try:
        cache.set(key, "ok", 5)
        found = cache.get(key)
        cache.delete(key)
    except Exception as error:
        raise Unwell(f"{type(error).__name__}: {error}") from error
    if found != "ok":
        raise Unwell("what was written is not there")


def storage():
    folder = Path(settings.PRIVATE_MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".health-") as file:
        file.write(b"ok")


def disk():
    folder = Path(settings.PRIVATE_MEDIA_ROOT)
    folder = next(path for path in (folder, *folder.parents) if path.exists())
    if (free := shutil.disk_usage(folder).free) < LEAST_FREE:
        raise Unwell(f"{free // 1024**2} MB left")


CHECKS = {
    "database": database,
    "migrations": migrations,
    "cache": shared_cache,
    "storage": storage,
    "disk": disk,
}


def states() -> dict[str, str]:
    """Each check → "ok" or "failed"."""
    found = {}
    for name, check in CHECKS.items():
        try:
            check()
            found[name] = "ok"
        except (Unwell, OSError, DatabaseError) as error:
            logger.error("Not ready, %s: %s", name, error)
            found[name] = "failed"
    return found
