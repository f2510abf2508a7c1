"""The map in a real browser: keyboard, targets, axe, the form without JavaScript."""

import re

from playwright.sync_api import expect

from .browser import in_a_browser, shared_site, violations

pytestmark = in_a_browser
site = shared_site


def boxes(page) -> list[dict]:
    """Where the links of the map lie, in their order."""
    return [link.bounding_box() for link in page.locator(".map-svg a").all()]


def test_keyboard_reaches_circles_in_the_order_of_the_table(site, page):
    page.goto(f"{site}/en/regions/?show=cities")
    rows = page.locator(".map-table tbody tr").filter(has=page.locator("td a")).all()
    expected = [
        f"{row.locator('th').inner_text()}: {row.locator('td').first.inner_text()}" for row in rows
    ]
    page.locator(".map-form button").focus()
    reached = []
    for _row in rows:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert len(expected) > 5
    assert reached == expected


def test_focus_is_seen_on_a_circle(site, page):
    page.goto(f"{site}/en/regions/")
    page.locator(".map-form button").focus()
    circle = page.locator(".map-svg a .map-circle").first
    before = circle.evaluate("e => getComputedStyle(e).strokeWidth")
    page.keyboard.press("Tab")
    assert (before, circle.evaluate("e => getComputedStyle(e).strokeWidth")) == ("1.5px", "4px")


def test_targets_are_large_enough_on_a_phone(site, page):
    page.set_viewport_size({"width": 360, "height": 800})
    for query in ("?show=cities&year=2023", "?show=milestones&year=2017"):
        page.goto(f"{site}/ru/regions/{query}")
        found = boxes(page)
        assert len(found) > 5
        assert [box for box in found if min(box["width"], box["height"]) < 24] == []
        centres = [(b["x"] + b["width"] / 2, b["y"] + b["height"] / 2) for b in found]
        gaps = [
            ((x - v) ** 2 + (y - w) ** 2) ** 0.5
            for i, (x, y) in enumerate(centres)
            for v, w in centres[:i]
        ]
        assert min(gaps) >= 24


def test_a_circle_leads_to_what_it_counts(site, page):
    page.goto(f"{site}/en/regions/?show=milestones")
    circle = page.locator(".map-svg a").first
    number = circle.get_attribute("aria-label").split(": ")[1]
    circle.click()
    assert page.locator(".count b").inner_text() == number


def test_map_is_accessible_in_both_themes(site, page):
    for path in ("regions/?show=cities&year=2017", "regions/?show=nothing&year=x"):
        page.goto(f"{site}/kk/{path}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width in (1280, 360):
                page.set_viewport_size({"width": width, "height": 900})
                assert (path, scheme, width, violations(page)) == (path, scheme, width, [])


def test_form_works_without_javascript_and_keeps_the_filters(site, without_javascript):
    page = without_javascript
    page.goto(f"{site}/en/regions/?kind=city")
    page.get_by_label("Show on the map").select_option("Milestones")
    page.get_by_label("Year").select_option("2017")
    page.locator(".map-form button").click()
    assert page.url.endswith("?kind=city&show=milestones&year=2017#map")
    assert page.locator(".map-table tbody th").all_text_contents() == ["Astana", "Almaty"]


def test_map_follows_its_form_and_the_filters_of_the_list_at_once(site, page):
    page.goto(f"{site}/en/regions/")
    page.get_by_label("Year").focus()  # choosing alone does not, in every browser
    page.get_by_label("Year").select_option("2017")
    page.wait_for_url("**/regions/?year=2017")
    expect(page.locator(".map-table")).to_contain_text("South Kazakhstan")
    expect(page.get_by_label("Year")).to_be_focused()
    page.get_by_label(re.compile("^City of republican")).check()
    page.wait_for_url("**/regions/?kind=city&year=2017")
    expect(page.locator(".map-table tbody th")).to_have_count(2)
    page.go_back()
    expect(page.locator(".map-table tbody th")).not_to_have_count(2)
    assert page.complaints == []
