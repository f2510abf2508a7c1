"""Suggestions while typing, by keyboard and with a mouse, in a real browser."""

import pytest
from playwright.sync_api import expect

from .browser import in_a_browser, shared_site, violations

pytestmark = in_a_browser
site = shared_site


def options(page):
    return page.locator(".suggestions:not([hidden]) [role=option]")


def test_a_suggestion_is_chosen_by_keyboard(page, site):
    page.goto(f"{site}/en/search/")
    field = page.get_by_role("combobox")
    field.press_sequentially("almat", delay=20)
    expect(options(page).first).to_contain_text("Almaty")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert options(page).first.get_attribute("id") == active
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    page.wait_for_url(f"{site}/en/regions/almaty/")
    assert page.complaints == []


def test_escape_closes_and_enter_searches(page, site):
    page.goto(f"{site}/ru/")
    field = page.get_by_role("combobox")
    field.press_sequentially("алмат", delay=20)
    expect(options(page).first).to_be_visible()
    field.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("алмат")
    field.press("Enter")
    page.wait_for_url(f"{site}/ru/search/?q=*")
    expect(page.locator("mark").first).to_be_visible()


def test_a_suggestion_is_chosen_with_a_mouse(page, site):
    page.goto(f"{site}/kk/stories/")
    page.locator("#site-q").press_sequentially("алмат", delay=20)
    options(page).first.click()
    page.wait_for_url(f"{site}/kk/regions/almaty/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_open_list_has_no_violation(page, site, scheme, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site}/en/")
    field = page.get_by_role("combobox")
    field.press_sequentially("child", delay=20)
    field.press("ArrowDown")
    expect(options(page).first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") == 0
