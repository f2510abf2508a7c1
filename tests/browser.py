"""A server with the bundled record, and a real browser before it.

Module-wide, not session-wide: while Playwright runs, no other test may use the database.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

BROWSER = os.environ.get("BROWSER_PATH", "")
PASSWORD = "a long password"
AXE = Axe().axe_script
#: One account for each role, named by its first word.
COLLEAGUES = f"""
from django.contrib.auth.models import Group, User
for group in Group.objects.all():
    name = group.name.split()[0].lower()
    user = User.objects.create_user(name, password="{PASSWORD}", is_staff=True)
    user.groups.add(group)
"""
in_a_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(not BROWSER, reason="no Chromium; name one in BROWSER_PATH"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def shared_by_all(folder):
    """The folder of this run; a process that runs beside others has its own within it."""
    return folder.parents[1 if "PYTEST_XDIST_WORKER" in os.environ else 0]


def prepared(folder, seeded: bool, environment: dict):
    """A database with the accounts, made by whoever comes first: several processes ask for it."""
    path = folder / f"prepared-{'seeded' if seeded else 'empty'}.sqlite3"
    with open(f"{path}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            prepare(path.with_suffix(".new"), seeded, environment)
            path.with_suffix(".new").rename(path)
    return path


def prepare(path, seeded: bool, environment: dict) -> None:
    environment = environment | {"TEST_DATABASE_URL": f"sqlite:///{path}"}

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, env=environment, check=True, capture_output=True)

    manage("migrate")
    manage("roles")
    if seeded:
        manage("seed")
    manage("createsuperuser", "--no-input", "--username", "curator", "--email", "c@example.org")
    manage("shell", "-c", COLLEAGUES)


@contextmanager
def served(folder, *, seeded: bool, **environment):
    """The address of a server with one account, on SQLite of its own."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = (
        os.environ
        | environment
        | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            "SITE_URL": address,
            "PRIVATE_MEDIA_ROOT": str(folder / "private"),
            "TWO_PEOPLE": "1",
        }
    )

    shutil.copyfile(prepared(shared_by_all(folder), seeded, environment), folder / "db.sqlite3")
    with open(folder / "log", "wb") as log:
        command = [sys.executable, "manage.py", "serve", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The bundled record, where a password is enough."""
    with served(tmp_path_factory.mktemp("site"), seeded=True, REQUIRE_MFA="0") as address:
        yield address


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory):
    """The same for all who only read; import it ``as site``."""
    with served(tmp_path_factory.mktemp("shared"), seeded=True, REQUIRE_MFA="0") as address:
        yield address


@pytest.fixture(scope="module")
def strict_site(tmp_path_factory):
    """An empty record, where staff need a second factor."""
    with served(tmp_path_factory.mktemp("strict"), seeded=False, REQUIRE_MFA="1") as address:
        yield address


def wait_for(address: str, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def chromium():
    flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
    flags += " --disable-background-networking --disable-component-update"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=flags.split())
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def colleague(chromium, site):
    """``colleague("editor")`` is a page of somebody who has signed in; each has their own."""
    contexts = []

    def arrive(name):
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 900}))
        page = contexts[-1].new_page()
        page.complaints = []
        page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
        sign_in(page, site, name)
        return page

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def without_javascript(chromium):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    yield context.new_page()
    context.close()


def violations(page) -> list[tuple]:
    """Axe goes into a page once, and tells nothing but what is wrong: a third of the time."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then((all) => all.violations)"
    )
    return [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in found]


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def complaints(page, expected_status: bool) -> list[str]:
    """What the console said; that an expected error page was answered is no complaint."""
    return [c for c in page.complaints if not (expected_status and "404" in c)]


def sign_in(page, site, name="curator"):
    page.goto(f"{site}/admin/login/")
    page.fill("#id_login", name)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
