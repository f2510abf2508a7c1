"""Whole journeys of a country office: written, approved, published, proposed, withdrawn."""

import re
import time

from playwright.sync_api import expect

from .browser import in_a_browser, violations
from .test_masking import noise

pytestmark = in_a_browser
SAVE = "Save and continue editing"


def save(page):
    page.get_by_role("button", name=SAVE).first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def take(page, step, comment="Checked"):
    page.fill("#step-comment", comment)
    page.get_by_role("button", name=step, exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def status(page, address: str) -> int:
    return page.request.get(address).status


def write_story(editor, site, tmp_path) -> str:
    """A draft about a child that can be recognised, with a picture; its address in the admin."""
    file = tmp_path / "picture.png"
    file.write_bytes(noise((900, 600)).read())
    editor.goto(f"{site}/admin/stories/story/add/")
    editor.fill("#id_title_en", "A boy who plants trees")
    editor.fill("#id_summary_en", "He planted ten.")
    editor.fill("#id_date", "2026")
    editor.get_by_role("textbox", name="Text [en]").fill("Ten trees.")
    for risk in ("siblings", "of_retribution", "of_stigma"):
        name = "risk_to_siblings" if risk == "siblings" else f"risk_{risk}"
        editor.select_option(f"#id_{name}", "no")
    editor.select_option("#id_contact_with_perpetrator", "no")
    editor.get_by_role("button", name=re.compile("Add another Person in the story")).click()
    editor.fill("#id_subjects-0-label_en", "A boy")
    editor.select_option("#id_subjects-0-identity", "identified")
    editor.check("#id_subjects-0-is_child")
    editor.select_option("#id_subjects-0-age_band", "adolescent")
    editor.get_by_role("button", name="Add another Photo").click()
    row = editor.locator("[id^=content-photo-content_type-object_id-0]").first
    row.locator("input[type=file]").set_input_files(file)
    row.locator("[name$='-alt_en']").fill("A boy with a spade")
    row.locator("[name$='-identifiable']").select_option("children")
    save(editor)
    return editor.url


def give_consent(lead, site):
    lead.goto(f"{site}/admin/stories/consent/add/")
    lead.locator(".select2-selection").first.click()
    lead.keyboard.type("plants trees")
    expect(lead.locator(".select2-results__option").first).to_contain_text("A boy")
    lead.keyboard.press("Enter")
    for field in ("guardian_agreed_on", "child_agreed_on"):
        lead.fill(f"#id_{field}", "2026-01-10")
    for field in ("explained", "channel_web", "medium_text", "medium_photo", "language_en"):
        lead.check(f"#id_{field}")
    lead.fill("#id_expires_on", "2099-12-31")
    save(lead)
    lead.locator("[name=photos]").first.check()
    save(lead)


def test_story_with_a_photo_goes_public_and_away_with_its_consent(site, colleague, page, tmp_path):
    editor, lead, reviewer = map(colleague, ("editor", "safeguarding", "reviewer"))
    address = write_story(editor, site, tmp_path)
    expect(editor.locator(".page-problems")).to_contain_text("No live consent")
    give_consent(lead, site)
    editor.goto(address)
    take(editor, "Submit for review")
    public = f"{site}/en/stories/a-boy-who-plants-trees/"
    assert status(page, public) == 404
    lead.goto(address)
    take(lead, "Approve as safeguarding lead")
    reviewer.goto(address)
    take(reviewer, "Publish")

    page.goto(public)
    image = site + page.locator("main picture img").first.get_attribute("src")
    expect(page.locator("main picture img").first).to_have_js_property("complete", True)
    assert (status(page, public), status(page, image)) == (200, 200)

    lead.goto(f"{site}/admin/stories/consent/")
    lead.locator("#result_list tbody th a").first.click()
    lead.fill("#id_withdrawn_on", "2026-02-01")
    started = time.monotonic()
    save(lead)
    listing, search = f"{site}/en/stories/", f"{site}/en/search/?q=trees"
    answers = [status(page, address) for address in (public, image)]
    pages = [page.request.get(address).text() for address in (listing, search)]
    assert answers == [404, 404]
    assert [text for text in pages if "plants trees" in text] == []
    assert time.monotonic() - started < 3  # the save itself included
    assert [p.complaints for p in (editor, lead, reviewer)] == [[], [], []]


def propose(editor, address, title, why):
    editor.goto(address)
    editor.fill("#id_title_en", title)
    editor.fill("#id_change-comment", why)
    editor.get_by_role("button", name="Propose the change").first.click()
    expect(editor.locator(".messagelist .success")).to_contain_text("is proposed")


def answer(reviewer, comment, button):
    reviewer.fill("#decision", comment)
    reviewer.get_by_role("button", name=button).click()
    expect(reviewer.locator(".messagelist .success")).to_be_visible()


def test_proposal_is_made_compared_returned_corrected_and_approved(site, colleague, page):
    editor, reviewer = colleague("editor"), colleague("reviewer")
    address = f"{site}/admin/timeline/milestone/3/change/"
    public = f"{site}/en/timeline/?q=forty-two"
    propose(editor, address, "It was forty-two", "A better title")
    page.goto(public)
    expect(page.locator(".count")).to_contain_text("0 results")

    reviewer.goto(address)
    reviewer.get_by_role("link", name="See what would change").click()
    expect(reviewer.locator(".changes ins").first).to_have_text("It was forty-two")
    assert violations(reviewer) == []
    with reviewer.expect_popup() as opened:
        reviewer.get_by_role("link", name="EN", exact=True).click()
    expect(opened.value.locator("h1")).to_have_text("It was forty-two")
    answer(reviewer, "Say what it was", "Return to its author")

    editor.goto(address)
    expect(editor.locator(".page-panel")).to_contain_text("Say what it was")
    propose(editor, address, "The number was forty-two", "As asked")
    reviewer.reload()
    answer(reviewer, "", "Approve: change the public page")
    page.goto(public)
    expect(page.locator(".count")).to_contain_text("1")
    assert (editor.complaints, reviewer.complaints) == ([], [])


def test_record_withdrawn_while_a_change_is_proposed_stays_withdrawn(site, colleague, page):
    editor, reviewer = colleague("editor"), colleague("reviewer")
    address = f"{site}/admin/timeline/milestone/4/change/"
    propose(editor, address, "Proposed too late", "Late")
    reviewer.goto(address.replace("change/", "proposal/"))
    other = reviewer.context.new_page()
    other.goto(address)
    take(other, "Withdraw", "It was wrong")
    reviewer.get_by_role("button", name="Approve: change the public page").click()
    expect(reviewer.locator(".messagelist .error")).to_contain_text("no longer open")
    page.goto(f"{site}/en/timeline/?q=proposed+too+late")
    expect(page.locator(".count")).to_contain_text("0 results")
    other.goto(address)
    expect(other.locator(".page-panel h2").first).to_contain_text("Withdrawn")


def tab_to(page, locator, most=400):
    """With the keys alone."""
    for _ in range(most):
        if locator.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keys do not reach {locator}")


def test_new_record_is_published_by_keyboard_alone(site, colleague, page):
    editor, reviewer = colleague("editor"), colleague("reviewer")
    editor.goto(f"{site}/admin/programmes/partner/add/")
    for field, words in (("title_en", "A keyboard club"), ("summary_en", "It types.")):
        tab_to(editor, editor.locator(f"#id_{field}"))
        editor.keyboard.type(words)
    tab_to(editor, editor.locator("#id_kind"))
    editor.keyboard.press("ArrowDown")
    tab_to(editor, editor.get_by_role("button", name=SAVE).last)
    editor.keyboard.press("Enter")
    expect(editor.locator(".page-panel")).to_contain_text("Draft")
    tab_to(editor, editor.get_by_role("button", name="Submit for review"))
    editor.keyboard.press("Enter")
    expect(editor.locator(".page-panel h2").first).to_contain_text("In review")
    reviewer.goto(editor.url)
    tab_to(reviewer, reviewer.get_by_role("button", name="Publish", exact=True))
    reviewer.keyboard.press("Enter")
    expect(reviewer.locator(".page-panel h2").first).to_contain_text("Published")
    page.goto(f"{site}/en/partners/a-keyboard-club/")
    expect(page.locator("h1")).to_have_text("A keyboard club")
