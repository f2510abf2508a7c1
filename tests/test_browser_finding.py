"""Searching and filtering without JavaScript and with the keyboard alone, in a real browser."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from .browser import in_a_browser, overflow, shared_site, violations

pytestmark = [*in_a_browser, pytest.mark.once]
site = shared_site


def number(page) -> int:
    return int(page.locator(".count b").inner_text())


def test_search_without_javascript(site, without_javascript):
    """Words, two kinds and a region, the next page, one filter off, all filters off."""
    page = without_javascript
    page.goto(f"{site}/en/search/")
    page.get_by_role("searchbox").fill("children")
    page.get_by_role("button", name="Search", exact=True).last.click()
    assert page.url == f"{site}/en/search/?q=children"
    every = number(page)
    page.locator("summary", has_text="Filters").click()
    for label in ("Milestones", "Stories", "East Kazakhstan Region"):
        page.get_by_label(re.compile(f"^{label}")).check()
    page.get_by_label("From").fill("2000")
    page.get_by_role("button", name="Show the records").click()
    chosen = "region=KZ-63&kind=milestone&kind=story&from=2000"
    assert page.url == f"{site}/en/search/?q=children&{chosen}"
    few = number(page)
    page.locator("a.chip", has_text="East Kazakhstan").click()
    assert page.url == f"{site}/en/search/?q=children&kind=milestone&kind=story&from=2000"
    more = number(page)
    page.get_by_role("link", name="Next page").click()
    assert page.url.endswith("&page=2")
    expect(page.locator(".hit")).not_to_have_count(0)
    page.get_by_role("link", name="Clear all").last.click()
    assert page.url == f"{site}/en/search/?q=children"
    assert (0 < few < more < every, number(page), overflow(page)) == (True, every, 0)


def test_all_partners_without_javascript_keep_what_was_ticked(site, without_javascript):
    page = without_javascript
    page.goto(f"{site}/en/timeline/")
    page.locator("summary", has_text="Filters").click()
    page.get_by_label(re.compile("^Treaty")).check()
    page.locator("button[name=all][value=partner]").click()
    assert page.url == f"{site}/en/timeline/?kind=treaty&all=partner"
    page.goto(f"{site}/en/timeline/?all=partner")
    page.locator("summary", has_text="Filters").click()
    last = page.locator("input[name=partner]").last
    code = last.get_attribute("value")
    last.check()
    page.get_by_role("button", name="Show the records").click()
    assert page.url == f"{site}/en/timeline/?partner={code}&all=partner"


def test_filtered_list_is_taken_along_without_javascript(site, without_javascript):
    page = without_javascript
    page.goto(f"{site}/en/timeline/?kind=treaty&from=1994")
    slugs = [row.get_attribute("id") for row in page.locator("li[id][class], li[id]").all()]
    slugs = [slug for slug in slugs if page.locator(f"#{slug} > a").count()]
    files = {a.inner_text(): a.get_attribute("href") for a in page.locator(".take li a").all()}
    text = page.request.get(site + files["Table (CSV)"]).body().decode("utf-8-sig")
    rows = page.request.get(site + files["For programs (JSON)"]).json()["results"]
    taken = [row["slug"] for row in csv.DictReader(io.StringIO(text))]
    assert (taken, [row["slug"] for row in rows], len(slugs) > 1) == (slugs, slugs, True)


def tab_to(page, name: str, most=40):
    """Forward by Tab until the focus is on the control with this text or label."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText"
        )
        if re.match(name, focused or ""):
            return
    raise AssertionError(f"{name} was not reached")


def test_filters_by_keyboard_alone(site, page):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{site}/en/stories/")
    page.locator("#f-q").focus()
    tab_to(page, "Filters")
    page.keyboard.press("Enter")
    tab_to(page, "East Kazakhstan")
    page.keyboard.press("Space")
    page.wait_for_url("**/stories/?region=KZ-63")
    box = page.get_by_label(re.compile("^East Kazakhstan"))
    expect(box).to_be_focused()
    assert box.is_visible() and box.is_checked()
    tab_to(page, "Remove the filter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories/")
    expect(page.locator("a.chip")).to_have_count(0)
    page.goto(f"{site}/en/timeline/?kind=treaty")
    page.locator("#f-q").focus()
    tab_to(page, "Filters")
    page.keyboard.press("Enter")
    tab_to(page, "Show all")
    page.keyboard.press("Enter")
    page.wait_for_url("**/timeline/?kind=treaty&all=partner")
    expect(page.locator("input[name=partner]").first).to_be_focused()
    tab_to(page, "Clear all", most=120)
    page.keyboard.press("Enter")
    page.wait_for_url("**/timeline/")
    assert page.complaints == []


@pytest.mark.parametrize("width", [360, 1280])
def test_search_with_open_filters_has_no_violation(site, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if width == 360 else "light")
    page.goto(f"{site}/ru/search/?q=дети&region=KZ-63&all=partner&from=2000")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert (violations(page), overflow(page), page.complaints) == ([], 0, [])


def test_list_is_copied_and_shared_with_its_filters(site, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page.add_init_script("navigator.share = async (data) => { window.shared = data; };")
    page.goto(f"{site}/en/stories/")
    page.get_by_label(re.compile("^East Kazakhstan")).check()
    page.wait_for_url("**/stories/?region=KZ-63")
    address = f"{site}/en/stories/?region=KZ-63"
    page.locator(".take [data-copy]").click()
    expect(page.locator(".take [data-copy]")).to_have_text("Copied")
    page.locator(".take [data-share]").click()
    shared = page.evaluate("window.shared")
    assert (page.evaluate("navigator.clipboard.readText()"), shared["url"]) == (address, address)
    page.goto(f"{site}/en/about/")
    page.locator("[data-share]").click()
    assert page.evaluate("window.shared")["url"] == f"{site}/en/about/"
