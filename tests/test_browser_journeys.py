"""What visitors and curators do, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .browser import in_a_browser, sign_in

pytestmark = in_a_browser
ADMIN_PAGES = {
    "index": "",
    "list": "programmes/programme/",
    "form": "timeline/milestone/1/change/",
    "story": "stories/story/1/change/",
    "add": "programmes/indicator/add/",
    "audit": "content/auditentry/",
    "users": "auth/user/",
}


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
    page.goto(f"{site}/en/figures/minors-convicted-of-an-offence/")
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
