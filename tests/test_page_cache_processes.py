"""Two workers of the real server, changed from a third process."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from .browser import free_port, wait_for

pytestmark = pytest.mark.once
MAKE = """
from tests.factories import make_programme
make_programme(slug="old", title="The old one")
"""
CHANGE = """
from programmes.models import Programme
from tests.factories import make_programme
make_programme(slug="new", title="The new one")
Programme.objects.get(slug="old").withdraw(actor=None, comment="test")
"""


def status(address: str) -> int:
    try:
        with urlopen(address, timeout=10) as reply:
            return reply.status
    except HTTPError as error:
        error.close()
        return error.code


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("workers"), free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "SITE_URL": address,
    }

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, env=environment, check=True, capture_output=True)

    manage("migrate")
    manage("shell", "-c", MAKE)
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"{address}/healthz", seconds=60)
        yield SimpleNamespace(address=address, folder=folder, manage=manage)
    finally:
        server.terminate()
        server.wait(30)


def everywhere(address: str) -> set[int]:
    """What the workers answer; each takes its share of so many connections."""
    with ThreadPoolExecutor(8) as pool:
        return set(pool.map(status, [address] * 40))


def test_change_shows_in_every_worker_as_soon_as_it_is_made(site):
    old, new = (f"{site.address}/en/programmes/{slug}/" for slug in ("old", "new"))
    before = everywhere(old), everywhere(new)
    site.manage("shell", "-c", CHANGE)
    assert before == ({200}, {404})
    assert (everywhere(old), everywhere(new)) == ({410}, {200})


def test_known_pages_outlive_the_database_and_the_others_say_that_it_is_away(site):
    known, cold = f"{site.address}/en/programmes/", f"{site.address}/ru/programmes/"
    everywhere(known)
    database, aside = site.folder / "db.sqlite3", site.folder / "aside"
    database.rename(aside)
    away = everywhere(known), everywhere(cold)
    for empty in site.folder.glob("db.sqlite3*"):  # SQLite makes a lost file anew
        empty.unlink()
    aside.rename(database)
    assert away == ({200}, {503})
    assert everywhere(cold) == {200}
