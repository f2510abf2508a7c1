"""A second factor in a real browser: set up, signed out, signed in with it."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from .browser import PASSWORD, in_a_browser, overflow, sign_in, violations

pytestmark = in_a_browser


def code(key: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(key, int(time.time()) // 30 + steps))


def check(page):
    assert (violations(page), overflow(page), page.complaints) == ([], 0, [])


def test_staff_set_up_a_second_factor_and_sign_in_with_it(strict_site, page):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{strict_site}/admin/timeline/milestone/")
    check(page)
    page.get_by_label("Username").fill("curator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Set up two-step sign-in")
    expect(page.get_by_role("img", name="QR code for the authenticator app")).to_be_visible()
    check(page)
    key = page.locator(".account-key").inner_text()
    page.get_by_role("textbox", name="Code").fill(code(key))
    page.get_by_role("button", name="Switch it on").click()

    expect(page.locator(".account-codes li")).to_have_count(10)
    check(page)
    page.get_by_role("link", name="I have kept them: go on").click()
    assert page.url == f"{strict_site}/admin/timeline/milestone/"
    page.get_by_role("button", name="Log out").click()

    sign_in(page, strict_site)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    check(page)
    page.get_by_role("textbox", name="Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This code is not right")).to_be_visible()
    check(page)
    page.get_by_role("textbox", name="Code").fill(code(key, steps=1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("#site-name")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_sign_in_page_in_each_language_and_theme(strict_site, page, language):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{strict_site}/language/{language}/?next=/accounts/login/")
        assert page.locator("html").get_attribute("lang") == language
        check(page)


def test_both_workers_of_the_server_count_attempts_together(strict_site, without_javascript):
    page = without_javascript
    for _attempt in range(6):
        page.goto(f"{strict_site}/accounts/login/")
        page.get_by_label("Username").fill("somebody")
        page.get_by_label("Password").fill("a wrong password")
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text(
        "Too many failed attempts. Wait 15 minutes and try again."
    )
