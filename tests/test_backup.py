"""Real commands in a process of their own, on a database and folders that are theirs alone."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

BACKUP_KEY = "a key that only tests know"
#: One story with a picture and a signed form, one session, and what belongs to no record.
FILL = """
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.management import call_command
from tests.factories import make_programme, make_story_with_picture
from stories.models import Consent
from unicef_kz.content.storage import private_storage
call_command("roles", verbosity=0)
make_programme(slug="stays")
make_programme(slug="taken-back")
story = make_story_with_picture(slug="of-a-child")
consent = Consent.objects.exclude(photos=None).get()
consent.evidence.save("form.pdf", ContentFile(bytes(range(256)) * 999))
SessionStore().create()
private_storage().save("imports/upload", ContentFile(b"names"))
private_storage().save("0" * 32 + ".jpg", ContentFile(b"an orphan"))
"""
#: Two rows at a time, until there is a file "stop".
WRITE = """
from pathlib import Path
from django.contrib.auth.models import Group
from django.db import transaction
n = 0
while not Path("{folder}/stop").exists():
    n += 1
    with transaction.atomic():
        Group.objects.create(name=f"one {{n}}")
        Group.objects.create(name=f"two {{n}}")
    Path("{folder}/started").touch()
"""


class Operator:
    """A process of the site that is told what to do; starting one for each command takes long."""

    def __init__(self, environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.operator"],
            env=environment,
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, code: str):
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()

    def finish(self) -> tuple[str, str]:
        """What it said, and the error that ended it."""
        return tuple(json.loads(self.process.stdout.readline()))

    def close(self):
        self.process.communicate()


class Site:
    def __init__(self, folder: Path, url: str):
        self.folder, self.private, self.backups = folder, folder / "private", folder / "backups"
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_DATABASE_URL": url,
            "PRIVATE_MEDIA_ROOT": str(self.private),
            "MEDIA_ROOT": str(folder / "media"),
            "BACKUP_DIR": str(self.backups),
            "BACKUP_KEY": BACKUP_KEY,
        }
        self.operator, self.visitor = Operator(environment), Operator(environment)

    def do(self, code: str) -> str:
        self.operator.begin(code)
        said, error = self.operator.finish()
        assert error == ""
        return said.strip()

    def refused(self, *arguments: str) -> str:
        self.operator.begin(f"call_command(*{arguments})")
        _said, error = self.operator.finish()
        return error

    def manage(self, *arguments: str) -> str:
        return self.do(f"call_command(*{arguments})")

    def backup(self) -> Path:
        self.manage("backup")
        return max(self.backups.glob("unicef-kz-*"))

    def records(self) -> str:
        return self.manage("dumpdata", "--exclude", "sessions", "--exclude", "auth.permission")

    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.private.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.private)): path.read_bytes() for path in paths}

    def everything(self) -> tuple:
        return self.records(), self.files(), sorted(self.folder.iterdir())


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The address of an empty database on the same kind of server as the test run's."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database')}/db.sqlite3"
        return
    server, name = os.environ["TEST_DATABASE_URL"].rsplit("/", 1)
    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_backup"
    administrator = psycopg2.connect(f"{server}/postgres")
    administrator.autocommit = True
    with administrator.cursor() as cursor:
        forget_databases(cursor, name)
        cursor.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        forget_databases(cursor, name)
    administrator.close()


def forget_databases(cursor, name):
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [name])
    for (found,) in cursor.fetchall():
        cursor.execute(f'DROP DATABASE "{found}" WITH (FORCE)')


@pytest.fixture(scope="module")
def site(database, tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"), database)
    site.manage("migrate", "--verbosity", "0")
    site.do(FILL)
    yield site
    site.operator.close()
    site.visitor.close()


def test_what_was_destroyed_comes_back(site):
    records, files = site.records(), site.files()
    file = site.backup()
    site.do("Programme.objects.all().delete()")
    for path in site.private.glob("*.*"):
        path.unlink()
    said = site.manage("restore", str(file), "--yes")
    assert "To go back, stop it and run:" in said
    assert site.records() == records
    belonging = {n: data for n, data in files.items() if not n.startswith(("imports/", "0000"))}
    assert len(belonging) == 4
    assert site.files() == belonging
    assert site.do("print(Session.objects.count())") == "0"


def test_what_was_withdrawn_since_is_withdrawn_again(site):
    file = site.backup()
    site.do(
        "Programme.objects.get(slug='taken-back').withdraw(actor=None, comment='asked for')\n"
        "Consent.objects.update(withdrawn_on='2020-01-01')"
    )
    said = site.manage("restore", str(file), "--yes")
    assert "Withdrawn again: programme" in said
    slugs = site.do("print(*Programme.objects.public().values_list('slug', flat=True))")
    assert slugs == "stays"
    lives = (
        "print(Consent.objects.filter(withdrawn_on=None).count(), Story.objects.public().count())"
    )
    assert site.do(lives) == "0 0"


def test_one_moment_is_kept_while_others_write(site):
    site.visitor.begin(WRITE.format(folder=site.folder))
    while not (site.folder / "started").exists():
        time.sleep(0.01)
    file = site.backup()
    (site.folder / "stop").touch()
    assert site.visitor.finish() == ("", "")
    count = "print(*(Group.objects.filter(name__startswith=w).count() for w in ('one', 'two')))"
    at_last = int(site.do(count).split()[0])
    site.visitor.begin("connection.close()")
    site.visitor.finish()
    site.manage("restore", str(file), "--yes")
    one, two = map(int, site.do(count).split())
    assert (one, 0 < one < at_last) == (two, True)


def test_nothing_changes_where_a_file_is_refused(site):
    file = site.backup()
    damaged = bytearray(file.read_bytes())
    damaged[-1000] ^= 0xFF
    (site.folder / "damaged").write_bytes(damaged)
    before = site.everything()
    error = site.refused("restore", str(site.folder / "damaged"), "--yes")
    assert error.endswith("is damaged, or its end is missing.\nNothing was changed.")
    assert site.everything() == before


def test_a_site_that_runs_is_not_swapped(site):
    file = site.backup()
    before = site.everything()
    site.visitor.begin("held = transaction.atomic(); held.__enter__(); Group.objects.count()")
    site.visitor.finish()
    error = site.refused("restore", str(file), "--yes")
    site.visitor.begin("held.__exit__(None, None, None); connection.close()")
    site.visitor.finish()
    assert "systemctl stop unicef-kz" in error
    assert site.everything() == before


def test_a_full_disk_leaves_what_there_was(site):
    site.backup()
    before = sorted(site.backups.iterdir())
    big = site.private / "a scan.bin"
    big.write_bytes(os.urandom(5_000_000))
    site.do("resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, resource.RLIM_INFINITY))")
    error = site.refused("backup")
    site.do("resource.setrlimit(resource.RLIMIT_FSIZE, [resource.RLIM_INFINITY] * 2)")
    big.unlink()
    assert error.startswith("No backup was made")
    assert error.endswith("File too large\nEarlier backups are as they were.")
    assert sorted(site.backups.iterdir()) == before


def test_quiet_says_nothing(site):
    assert site.manage("backup", "--quiet") == ""
