"""Axe on what is folded at first: menus, filters, tables and suggestions, in both themes.

The sweep of test_browser_pages.py reads pages as they come; it has wide pages light and narrow
ones dark, so here they are the other way round.
"""

import pytest
from playwright.sync_api import expect

from .browser import in_a_browser, overflow, shared_site, violations
from .test_browser_pages import FOLDERS, PAGES

pytestmark = in_a_browser
site = shared_site
NAMES = ["home", "search", "filtered", "milestone list", "region list", "indicator list", "data"]


def open_all(page) -> int:
    """How many are open, and all that is in them is there to be read."""
    page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true })")
    suggest(page)
    return page.locator("details[open]").count()


def suggest(page) -> None:
    field = page.get_by_role("combobox").first
    field.fill("бала")
    expect(page.get_by_role("option").first).to_be_visible()


@pytest.mark.parametrize("name", [*NAMES, *FOLDERS])
def test_page_is_accessible_with_everything_open(site, page, name):
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(f"{site}/kk/{PAGES[name]}")
    assert open_all(page) > 0
    for scheme, width in (("light", 360), ("dark", 1280)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert (scheme, width, violations(page)) == (scheme, width, [])
        assert (width, overflow(page)) == (width, 0)
