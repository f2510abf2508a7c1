"""A number that changes whenever the content does, for the caches of all processes.

Every statement that writes is looked at on its way to the database. So the admin, commands,
imports, ``queryset.update()``, ``bulk_create()`` and relations all count, and no code has to
remember it.

It is counted up before the first write of a transaction and again after its commit. The second
count ends what was rendered in between from the old content. The first is for a process that is
killed between its commit and the second: then only pages rendered in that moment are out of date,
and ``bump()`` at the start of each worker ends those too.

Whoever keeps something takes the number *before* reading the content, and keeps both together.
"""

import itertools
import re
import time
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection as own_connection
from django.utils import timezone

from .shared import SharedNumbers

#: Apps whose tables hold no content. Those of every other app count, so that none is forgotten.
OTHER_APPS = ("django.", "allauth.")
#: Rows of our own that no visitor ever sees.
FOR_STAFF = frozenset(
    {
        "content_auditentry",
        "content_proposal",
        "content_receipt",
        "content_reminder",
        "content_reviewlink",
        "content_staffsettings",
        "content_version",
    }
)
WRITE = re.compile(
    r"\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE)"
    r"\s+(?:TABLE\s+|ONLY\s+)*(?!SET\b)[\"`]?(\w+)",
    re.IGNORECASE,
)
#: Seconds for which a number from Redis is believed.
BELIEVED = 0.2
#: Numbers that nobody else has.
UNSHARED = itertools.count(-1, -1)


class Cell(SharedNumbers):
    """A counter for the processes of one machine.

    It starts from the clock, so that a lost file never brings an earlier number back.
    """

    def __init__(self, path: Path):
        super().__init__(path, 1, "Q")

    def begin(self) -> None:
        self.numbers[0] = time.time_ns()

    def value(self) -> int:
        return self.numbers[0]

    def bump(self) -> None:
        with self.alone():
            self.numbers[0] += 1


class SharedKey:
    """The same in Redis, for several machines. Asked a few times a second at most.

    While it cannot be asked nothing is known, so no two answers are the same. A write that it
    cannot be told of is refused.
    """

    KEY = "content-version"

    def __init__(self, cache, errors=()):
        self.cache, self.errors = cache, errors
        self.last, self.asked_at = 0, float("-inf")

    def value(self) -> int:
        if time.monotonic() - self.asked_at > BELIEVED:
            asked_at = time.monotonic()
            try:
                self.last = self.cache.get(self.KEY) or self.bump()
            except self.errors:
                return next(UNSHARED)
            self.asked_at = asked_at
        return self.last

    def bump(self) -> int:
        self.cache.add(self.KEY, time.time_ns(), timeout=None)
        self.last = self.cache.incr(self.KEY)
        return self.last


@cache
def counter(path: Path | None = None) -> Cell | SharedKey:
    if path:
        return Cell(path)
    from redis import RedisError  # a library that only those who name Redis need

    return SharedKey(caches["default"], errors=RedisError)


def shared() -> Cell | SharedKey:
    return counter(settings.CONTENT_VERSION_FILE)


def current() -> int:
    """Inside a transaction that has written content: a number of its own, after each write.

    Nobody else may take what was read there for the content, and it may be rolled back.
    """
    pending = Announcement.pending(own_connection)
    return pending.number if pending else shared().value()


def bump() -> None:
    """For a change that no statement shows, such as a database that was put in place of another."""
    shared().bump()


# Watching the database


class Announcement:
    """Waits for the commit of a transaction that has written content.

    Django forgets it when the savepoint in which it was made is rolled back, and what is written
    after that makes a new one.
    """

    def __init__(self):
        self.number = next(UNSHARED)

    def __call__(self):
        bump()

    @classmethod
    def pending(cls, connection) -> "Announcement | None":
        callbacks = (callback for _savepoints, callback, _robust in connection.run_on_commit)
        return next((c for c in callbacks if isinstance(c, cls)), None)


def watch_connection(sender, connection, **kwargs):
    if watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)


def watch(execute, sql, params, many, context):
    connection = context["connection"]
    pending = Announcement.pending(connection)
    if sql.startswith("ROLLBACK TO") and pending:
        pending.number = next(UNSHARED)
    if not writes_content(sql):
        return execute(sql, params, many, context)
    if pending:
        pending.number = next(UNSHARED)
        return execute(sql, params, many, context)
    bump()
    if connection.in_atomic_block:
        # Before the callbacks of others: one that fails would keep the rest from being called.
        savepoints = set(connection.savepoint_ids)
        connection.run_on_commit.insert(0, (savepoints, Announcement(), False))
        return execute(sql, params, many, context)
    try:
        return execute(sql, params, many, context)
    finally:
        bump()


def writes_content(sql: str) -> bool:
    if sql.startswith(("SELECT", "(SELECT")):
        return False
    tables = WRITE.findall(sql)
    return any(table.lower() not in tables_without_content() for table in tables)


@cache
def tables_without_content() -> frozenset[str]:
    others = (
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name.startswith(OTHER_APPS)
        for model in config.get_models(include_auto_created=True)
    )
    stores = (str(cache.get("LOCATION")) for cache in settings.CACHES.values())
    return frozenset({"django_migrations", *others, *stores}) | FOR_STAFF


# Time

_next = (0, None)


def next_change() -> datetime | None:
    """When ``public()`` will answer differently although nobody has written anything.

    Every queryset that has ``to_come()`` is asked in one statement, every one that has a
    ``next_change()`` by itself, once for each version. Each condition of ``public()`` that lapses
    with time needs its part in one of them, or caches outlive it.
    """
    global _next
    version, (known_for, moment) = current(), _next
    if known_for != version or (moment and moment <= timezone.now()):
        managers = [model._default_manager for model in apps.get_models()]
        first, *others = (m.to_come() for m in managers if hasattr(m, "to_come"))
        moments = [at for (at,) in first.union(*others, all=True)]
        moments += [m.next_change() for m in managers if hasattr(m, "next_change")]
        moment = min(filter(None, moments), default=None)
        _next = version, moment
    return moment


def start_of(day: date) -> datetime:
    """Midnight in the time zone of the site."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
