"""The bundled record on the production server, in a real browser."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from .surfaces import DETAILS, LANGUAGES, LISTS, STANDING

BROWSER = os.environ.get("BROWSER_PATH", "")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not BROWSER, reason="no Chromium; name one in BROWSER_PATH"),
]
PASSWORD = "a long password"
FOLDERS = {
    "programme": "programmes/child-friendly-cities/",
    "partner": "partners/world-health-organization/",
    "region": "regions/east-kazakhstan/",
    "indicator": "figures/minors-convicted-of-an-offence/",
    "milestone": "timeline/convention-on-the-rights-of-the-child-signed/",
    "story": "stories/a-nurse-who-learned-to-listen/",
    "source": "sources/unicef-brochure/",
}
LIST_PATHS = {
    "programme": "programmes/",
    "partner": "partners/",
    "region": "regions/",
    "indicator": "figures/",
    "milestone": "timeline/",
    "story": "stories/",
    "source": "sources/",
}
PAGES = {
    "home": "",
    "search": "search/?q=children",
    "no hits": "search/?q=nothing+like+this",
    "filtered": "programmes/?region=KZ-43&kind=programme",
    "wrong value": "stories/?from=never",
    "no rows": "programmes/?region=KZ-11",
    "not there": "programmes/not-there/",
    **{f"{kind} list": path for kind, path in LIST_PATHS.items()},
    **FOLDERS,
    **{slug: f"{slug}/" for slug in STANDING},
}
ADMIN_PAGES = {
    "index": "",
    "list": "programmes/programme/",
    "form": "timeline/milestone/1/change/",
    "story": "stories/story/1/change/",
    "add": "programmes/indicator/add/",
    "audit": "content/auditentry/",
    "users": "auth/user/",
}


def test_the_sweep_covers_every_kind():
    assert set(LIST_PATHS) == set(LISTS)
    assert set(FOLDERS) == set(DETAILS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The address of a server with the bundled record and one account, on SQLite of its own."""
    folder, port = tmp_path_factory.mktemp("site"), free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "SITE_URL": address,
        "PRIVATE_MEDIA_ROOT": str(folder / "private"),
    }

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, env=environment, check=True, capture_output=True)

    manage("migrate")
    manage("roles")
    manage("seed")
    manage("createsuperuser", "--no-input", "--username", "curator", "--email", "c@example.org")
    with open(folder / "log", "wb") as log:
        command = [sys.executable, "manage.py", "serve", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    wait_for(f"{address}/healthz")
    yield address
    server.terminate()
    server.wait(10)


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


@pytest.fixture(scope="session")
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
def without_javascript(chromium):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    yield context.new_page()
    context.close()


def violations(page) -> list[tuple]:
    found = Axe().run(page).response["violations"]
    return [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in found]


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def complaints(page, expected_status: bool) -> list[str]:
    """What the console said; that an expected error page was answered is no complaint."""
    return [c for c in page.complaints if not (expected_status and "404" in c)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits(site, page, name, language):
    page.goto(f"{site}/{language}/{PAGES[name]}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert (scheme, width, violations(page)) == (scheme, width, [])
            assert (width, overflow(page)) == (width, 0)
    assert complaints(page, name == "not there") == []


@pytest.mark.parametrize("name", ["home", "programme list", "programme", "milestone list"])
def test_page_reflows_at_320_pixels_and_with_wide_text_spacing(site, page, name):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{site}/ru/{PAGES[name]}")
    page.evaluate(
        """for (const element of document.querySelectorAll("body *")) {
             element.style.letterSpacing = "0.12em"; element.style.wordSpacing = "0.16em";
             element.style.lineHeight = "1.5" }"""
    )
    assert overflow(page) == 0


def test_visitor_filters_without_javascript(site, without_javascript):
    page = without_javascript
    page.goto(f"{site}/en/stories/")
    page.locator("summary", has_text="Filter").first.click()
    page.get_by_label(re.compile("East Kazakhstan Region")).check()
    page.get_by_role("button", name="Show the records").click()
    assert "region=KZ-63" in page.url
    expect(page.get_by_role("status")).to_contain_text("2")
    page.locator("a.chip").first.click()
    expect(page.get_by_role("status")).to_contain_text("4")


def test_language_link_keeps_the_filters(site, page):
    page.goto(f"{site}/en/programmes/?region=KZ-43")
    page.get_by_role("link", name="Русский").click()
    assert page.url == f"{site}/ru/programmes/?region=KZ-43"
    page.goto(f"{site}/")
    assert page.url == f"{site}/ru/"


def test_first_tab_offers_to_skip_the_navigation(site, page):
    page.goto(f"{site}/en/programmes/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def sign_in(page, site):
    page.goto(f"{site}/admin/login/")
    page.fill("#id_username", "curator")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_admin_is_usable_under_the_strict_policy(site, page, name):
    sign_in(page, site)
    page.goto(f"{site}/admin/{ADMIN_PAGES[name]}")
    page.wait_for_load_state("networkidle")
    assert page.complaints == []
    grave = [
        (v["id"], v["nodes"][0]["html"][:150])
        for v in Axe().run(page).response["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert grave == []


def test_curator_corrects_a_figure_and_the_page_shows_it(site, page):
    sign_in(page, site)
    page.goto(f"{site}/admin/programmes/indicator/?q=minors-convicted-of")
    page.locator("#result_list tbody th a").first.click()
    page.locator("input[name$='-value'][value^='631']").fill("632")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    page.goto(f"{site}/en/{FOLDERS['indicator']}")
    expect(page.locator("main")).to_contain_text("632")


def test_editor_writes_rich_text(site, page):
    sign_in(page, site)
    page.goto(f"{site}/admin/timeline/milestone/add/")
    page.fill("#id_title_en", "A rich milestone")
    page.locator(".ProseMirror[contenteditable]").first.fill("What changed.")
    page.select_option("#id_kind", "event")
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.locator(".page-panel")).to_contain_text("Draft")
    expect(page.locator(".ProseMirror[contenteditable]").first).to_contain_text("What changed.")
