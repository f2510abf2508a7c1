"""Copying, sharing and printing, in a real browser."""

import pytest

from .browser import complaints, in_a_browser, overflow, shared_site, violations

pytestmark = [*in_a_browser, pytest.mark.once]
site = shared_site
STORY = "/ru/stories/the-school-that-was-ready/"


@pytest.fixture
def story(page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page.add_init_script(
        "navigator.share = async (data) => { window.shared = data; };"
        "window.print = () => { window.printed = true; };"
    )
    page.goto(site + STORY)
    return page


@pytest.mark.parametrize("name", ["cite-text", "cite-apa", "cite-link"])
def test_button_copies_what_stands_above_it(story, name):
    button = story.locator(f"[data-copy={name}]")
    label = button.inner_text()
    button.click()
    done = button.get_attribute("data-done")
    story.wait_for_function(
        "([b, done]) => b.textContent === done", arg=[button.element_handle(), done]
    )
    copied = story.evaluate("navigator.clipboard.readText()")
    assert " ".join(copied.split()) == story.locator(f"#{name}").inner_text()
    story.wait_for_function("([b, l]) => b.textContent === l", arg=[button.element_handle(), label])


def test_text_is_selected_where_copying_is_forbidden(page, site):
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'));")
    page.goto(site + STORY)
    page.click("[data-copy=cite-apa]")
    assert (
        page.evaluate("getSelection().toString().trim()") == page.locator("#cite-apa").inner_text()
    )


def test_device_shares_the_permanent_address(story, site):
    story.click("[data-share]")
    title = story.locator("h1").inner_text()
    assert story.evaluate("window.shared") == {"title": title, "url": site + STORY}


def test_print_button_prints(story):
    story.click("[data-print]")
    assert story.evaluate("window.printed") is True


def test_no_share_button_where_the_browser_cannot_share(page, site):
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'share', {value: undefined});")
    page.goto(site + STORY)
    assert not page.locator("[data-share]").is_visible()


def test_without_javascript_the_texts_are_there_and_no_button(without_javascript, site):
    without_javascript.goto(site + STORY)
    assert without_javascript.locator("#cite-apa").is_visible()
    assert without_javascript.locator(".cite button:visible").count() == 0


def test_policy_allows_the_data_block(story, site):
    assert story.locator("script[type='application/ld+json']").count() == 1
    assert [complaints(story, False), violations(story), overflow(story)] == [[], [], 0]


def test_print_leaves_out_what_only_a_screen_serves(story):
    story.emulate_media(media="print")
    hidden = (".menu", ".crumbs", ".cite button", ".similar", ".languages")
    assert [s for s in hidden if story.locator(f"{s}:visible").count()] == []
