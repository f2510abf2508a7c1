"""In a real browser: nothing typed is lost, texts are counted, and the desk is for everybody."""

import pytest
from playwright.sync_api import expect

from .browser import PASSWORD, in_a_browser, overflow, sign_in, violations

pytestmark = in_a_browser
FORM = "/admin/timeline/milestone/3/change/"


@pytest.fixture
def form(site, page):
    """A milestone in its form, with the editors ready."""
    sign_in(page, site)
    page.goto(site + FORM)
    expect(page.locator(".ProseMirror[contenteditable]").first).to_be_visible()
    page.asked = []
    page.on("dialog", lambda dialog: (page.asked.append(dialog.type), dialog.accept()))
    return page


def save(page):
    page.get_by_role("button", name="Propose the change").first.click()


def sign_out(page):
    """As after ten hours: the cookie is there no more, and the page does not know."""
    page.context.clear_cookies(name="sessionid")


def test_leaving_a_changed_form_is_asked_about(site, form):
    form.fill("#id_title_en", "Typed and not saved")
    form.goto(f"{site}/admin/")
    assert form.asked == ["beforeunload"]


def test_change_of_rich_text_is_a_change(site, form):
    form.locator(".ProseMirror[contenteditable]").first.click()
    form.keyboard.type("More.")
    form.goto(f"{site}/admin/")
    assert form.asked == ["beforeunload"]


def test_leaving_an_unchanged_form_is_not(site, form):
    form.locator("#id_title_en").click()
    form.keyboard.type("x")
    form.keyboard.press("Backspace")
    form.goto(f"{site}/admin/")
    assert form.asked == []


def test_saving_is_not(site, form):
    form.locator("#id_date_note_en").fill("Saved without a question")
    save(form)
    expect(form.locator(".messagelist")).to_contain_text("is proposed")
    assert (form.asked, form.complaints) == ([], [])


def test_form_that_came_back_with_errors_is_still_unsaved(site, form):
    form.fill("#id_date", "20x6")
    save(form)
    expect(form.locator(".errornote")).to_be_visible()
    form.locator("#id_title_en").click()
    form.goto(f"{site}/admin/")
    assert form.asked == ["beforeunload"]


def test_text_outlives_the_session_and_is_saved_after_signing_in_again(site, form):
    form.fill("#id_date_note_en", "Written for ten hours")
    sign_out(form)
    save(form)
    dialog = form.get_by_role("dialog", name="Not saved yet")
    expect(dialog).to_contain_text("You are signed out")
    with form.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in (new window)").click()
    other = opened.value
    other.fill("#id_login", "curator")
    other.fill("#id_password", PASSWORD)
    other.click("[type=submit]")
    expect(other.locator("#site-name")).to_be_visible()
    other.close()
    form.bring_to_front()
    form.evaluate("dispatchEvent(new Event('focus'))")
    expect(form.locator("#guard-news")).to_have_text("You are signed in again. Save now.")
    expect(dialog).to_be_hidden()
    expect(form.locator("#id_date_note_en")).to_have_value("Written for ten hours")
    save(form)
    expect(form.locator(".messagelist")).to_contain_text("is proposed")
    expect(form.locator("#id_date_note_en")).to_have_value("Written for ten hours")
    assert (form.asked, [c for c in form.complaints if "403" not in c]) == ([], [])


def test_reason_of_a_step_outlives_the_session_too(site, form):
    form.fill("#step-comment", "A long reason")
    sign_out(form)
    form.locator("#page-steps button").first.click()
    expect(form.get_by_role("dialog", name="Not saved yet")).to_be_visible()
    assert violations(form) == []
    form.get_by_role("button", name="Back to the text").click()
    expect(form.locator("#step-comment")).to_have_value("A long reason")


def test_site_that_does_not_answer_takes_no_text_away(site, form):
    form.fill("#id_date_note_en", "Written in the train")
    form.route("**/admin/session/", lambda route: route.abort())
    save(form)
    dialog = form.get_by_role("dialog", name="Not saved yet")
    expect(dialog).to_contain_text("does not answer")
    expect(dialog.get_by_role("link", name="Sign in")).to_be_hidden()
    form.unroute("**/admin/session/")
    dialog.get_by_role("button", name="Try again").click()
    expect(form.locator(".messagelist")).to_contain_text("is proposed")


def test_texts_are_counted_while_one_types(form):
    form.fill("#id_title_en", "The Convention’s text, 54 articles")
    count = form.locator("#id_title_en + .text-count")
    expect(count).to_have_text("Words: 5 · Characters: 34 of 250")
    form.fill("#id_summary_kk", "Бала құқықтары")
    expect(form.locator("#id_summary_kk + .text-count")).to_have_text("Words: 2")
    expect(form.locator("#count-news")).to_have_text("Words: 2")
    assert violations(form) == []


def test_alternative_text_of_a_new_picture_is_counted(form):
    form.get_by_role("button", name="Add another Photo").click()
    form.locator("[name$='-0-alt_en']").fill("Two rooms")
    expect(form.locator("[name$='-0-alt_en'] + .text-count")).to_contain_text("Words: 2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_desk_is_accessible_and_fits_a_phone(site, page, language, scheme):
    page.emulate_media(color_scheme=scheme)
    sign_in(page, site)
    page.goto(f"{site}/admin/timeline/milestone/add/")
    page.fill("#id_title_en", f"A draft {language} {scheme}")
    page.select_option("#id_kind", "event")
    page.locator("[name=_save]").first.click()
    page.wait_for_url("**/milestone/")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/admin/", "/admin/my-settings/"):
            page.goto(f"{site}/language/{language}/?next={path}")
            assert page.locator("html").get_attribute("lang") == language
            assert (violations(page), overflow(page), page.complaints) == ([], 0, [])
    page.goto(f"{site}/admin/")
    page.locator(".desk dd a[href*='milestone']").click()
    expect(page.locator("#result_list tbody tr").first).to_be_visible()
    page.goto(f"{site}/language/en/?next=/admin/")


def test_narrow_form_has_room_for_counts_and_steps(form):
    form.set_viewport_size({"width": 360, "height": 800})
    assert overflow(form) == 0
