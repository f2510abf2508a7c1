"""What is wrong with this installation, in plain words, and what to do about it."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.db import DatabaseError, connection
from django.db.models import Count, Q

from stories.models import Consent
from unicef_kz.backup import Unusable
from unicef_kz.backup.cipher import SHORTEST_KEY
from unicef_kz.backup.making import DAY, newest, utcnow
from unicef_kz.content.models import Source
from unicef_kz.content.worklists import kinds

from . import health, roles

LEAST_PERCENT_FREE = 10
#: check_links asks every link once a week
WEEKS_OF_LINKS = 14


@dataclass(frozen=True)
class Finding:
    """``must``: the site is broken or unsafe as it is; otherwise it is worth a look."""

    what: str
    do: str
    must: bool = True


def must(what: str, do: str) -> Finding:
    return Finding(what, do)


def should(what: str, do: str) -> Finding:
    return Finding(what, do, must=False)


def environment() -> Iterator[Finding]:
    if settings.DEBUG:
        yield must("DEBUG is on: visitors see code and settings in errors.", "Set DEBUG=0.")
    if not settings.SECRET_KEY_IS_SET:
        yield should(
            f"SECRET_KEY is not set; one was made and lies in {settings.VAR_DIR / 'secret_key'}.",
            "Put that very text into SECRET_KEY, and a copy where no backup is. Without it second "
            "factors and withheld words of a backup are lost.",
        )
    if not settings.HTTPS:
        yield must(
            f"SITE_URL is {settings.SITE_URL}: cookies and passwords travel in the clear.",
            "Set SITE_URL to the https:// address of the site.",
        )
    host = settings.SITE_URL.split("://")[-1].split(":")[0]
    if "*" in settings.ALLOWED_HOSTS or host not in settings.ALLOWED_HOSTS:
        yield must(
            f"ALLOWED_HOSTS is {','.join(settings.ALLOWED_HOSTS)}.",
            f"Name the hosts that visitors use, and no *: ALLOWED_HOSTS={host}",
        )
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        yield must(
            "Mails go to the console: nobody gets a new password, a notice or a reminder.",
            "Set EMAIL_URL, such as smtp+tls://user:password@host:587.",
        )
    if not settings.REQUIRE_MFA:
        yield should("Staff sign in with a password alone.", "Set REQUIRE_MFA=1.")


def deployment() -> Iterator[Finding]:
    """Django's own checks; the settings above say most of it in better words."""
    if settings.HTTPS and not settings.DEBUG:
        for found in checks.run_checks(include_deployment_checks=True):
            yield must(f"{found.msg} ({found.id})", found.hint or "See the Django documentation.")


def data() -> Iterator[Finding]:
    health.database()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_collation WHERE collname = 'kk-x-icu'")
            if not cursor.fetchone()[0]:
                yield must(
                    "PostgreSQL was built without ICU: Kazakh cannot be sorted.",
                    "Install PostgreSQL from Debian's packages.",
                )
    for check, do in (
        (health.migrations, "Run: python manage.py migrate"),
        (health.shared_cache, "Look at CACHE_URL; unset, the database is the cache."),
    ):
        try:
            check()
        except health.Unwell as error:
            yield must(f"{check.__name__.replace('_', ' ').capitalize()}: {error}.", do)


def built() -> Iterator[Finding]:
    if not settings.DEBUG:
        try:
            staticfiles_storage.url("css/base.css")
        except ValueError:
            yield must(
                "The style sheets were not collected.",
                "Run: python manage.py collectstatic --no-input",
            )
    for folder in settings.LOCALE_PATHS:
        for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            compiled = path.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime:
                yield must(
                    f"{path.relative_to(settings.BASE_DIR)} is newer than what visitors read.",
                    "Run: python manage.py compile_languages, and restart the site.",
                )


def folders() -> Iterator[Finding]:
    private, public = Path(settings.PRIVATE_MEDIA_ROOT), Path(settings.MEDIA_ROOT)
    for served in (public, Path(settings.STATIC_ROOT)):
        if private.resolve().is_relative_to(served.resolve()):
            yield must(
                f"The private files ({private}) are inside {served}, which a web server may serve.",
                "Move them, and set PRIVATE_MEDIA_ROOT to a folder of its own.",
            )
    for folder in (private, public):
        there = next(path for path in (folder, *folder.parents) if path.exists())
        if not os.access(there, os.W_OK):
            yield must(
                f"{folder} cannot be written to.",
                f"Give it to the user that runs the site: chown -R USER {there}",
            )
        total, _used, free = shutil.disk_usage(there)
        if free < health.LEAST_FREE or free * 100 < total * LEAST_PERCENT_FREE:
            yield must(
                f"The disk of {folder} has {free // 1024**2} MB left.",
                "Delete old backups or logs, or give it a larger disk.",
            )


def backups() -> Iterator[Finding]:
    folder = settings.BACKUP_DIR
    try:
        age = utcnow() - newest(folder)
        if age > 2 * DAY:
            yield must(
                f"The newest backup in {folder} is {age.days} days old.",
                "Look why: journalctl -u unicef-kz-task@backup",
            )
    except (Unusable, OSError) as error:
        yield must(f"{error}", "Run: python manage.py backup, and every night by a timer.")
    if not settings.BACKUP_KEY:
        yield should(
            "Backups are not encrypted; they hold consent forms.",
            "Set BACKUP_KEY to a long random text, and keep a copy elsewhere.",
        )
    elif len(settings.BACKUP_KEY) < SHORTEST_KEY:
        yield must("BACKUP_KEY is too short.", f"Give it {SHORTEST_KEY} characters or more.")


def people() -> Iterator[Finding]:
    missing = set(roles.ROLES) - set(Group.objects.values_list("name", flat=True))
    if missing:
        names = ", ".join(sorted(missing))
        yield must(f"Roles are missing: {names}.", "Run: python manage.py roles")
    active = User.objects.filter(is_active=True, is_staff=True)
    if not active.filter(Q(is_superuser=True) | Q(groups__name=roles.ADMINISTRATOR)).exists():
        yield must("Nobody can manage accounts.", "Run: python manage.py createsuperuser")
    counts = Group.objects.annotate(n=Count("user", filter=Q(user__in=active)))
    empty = [group.name for group in counts if group.n == 0 and group.name in roles.ROLES]
    if empty:
        yield should(
            f"Nobody is: {', '.join(sorted(empty))}.", "Give people their roles in the admin."
        )


def chores() -> Iterator[Finding]:
    late = len(Consent.objects.to_remind()) + sum(len(m.objects.to_remind()) for m in kinds())
    if late:
        yield should(
            f"{late} reminders have not been sent.",
            "Run manage.py remind every morning by a timer.",
        )
    if unchecked := Source.objects.due(WEEKS_OF_LINKS).count():
        yield should(
            f"{unchecked} links were not checked for {WEEKS_OF_LINKS} days.",
            "Run manage.py check_links every night by a timer.",
        )


PARTS = (environment, deployment, data, built, folders, backups, people, chores)


def findings() -> Iterator[Finding]:
    """What the tables hold is not asked where the database does not answer."""
    for part in PARTS:
        try:
            yield from part()
        except DatabaseError as error:
            yield must(
                f"The database does not answer: {str(error).strip()}",
                "Look at DATABASE_URL, whether it runs, and: python manage.py migrate",
            )
            return
