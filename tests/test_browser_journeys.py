"""What visitors and curators do, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .browser import in_a_browser, sign_in, violations
from .test_images import noise

pytestmark = in_a_browser
ADMIN_PAGES = {
    "index": "",
    "list": "programmes/programme/",
    "form": "timeline/milestone/1/change/",
    "story": "stories/story/1/change/",
    "add": "programmes/indicator/add/",
    "audit": "content/auditentry/",
    "history": "timeline/milestone/1/history/",
    "deleted": "timeline/milestone/deleted/",
    "import": "timeline/milestone/import/",
    "board": "content/translation/",
    "translation": "programmes/programme/1/translation/kk/",
    "users": "auth/user/",
}


def test_visitor_filters_without_javascript(site, without_javascript):
    page = without_javascript
    page.goto(f"{site}/en/stories/")
    page.locator("summary", has_text="Filter").first.click()
    page.get_by_label(re.compile("East Kazakhstan Region")).check()
    page.get_by_role("button", name="Show the records").click()
    assert "region=KZ-63" in page.url
    expect(page.locator(".count")).to_contain_text("2")
    page.locator("a.chip").first.click()
    expect(page.locator(".count")).to_contain_text("4")


def test_filter_applies_as_soon_as_it_is_set(site, page):
    """With the keyboard; the place in the page stays, and so does the way back."""
    page.goto(f"{site}/en/timeline/")
    box = page.get_by_label(re.compile("^Treaty"))
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/timeline/?kind=treaty")
    expect(page.get_by_label(re.compile("^Treaty"))).to_be_focused()
    few = int(page.locator(".count b").inner_text())
    page.get_by_label(re.compile("^Agreement")).check()
    page.wait_for_url("**/timeline/?kind=agreement&kind=treaty")
    expect(page.locator("p.vh[aria-live]")).to_contain_text("results")
    assert int(page.locator(".count b").inner_text()) > few
    assert page.get_by_role("link", name="Русский").get_attribute("href").count("kind") == 2
    page.get_by_label("Words in this list").fill("convention")
    page.keyboard.press("Enter")
    page.wait_for_url("**/timeline/?q=convention&kind=agreement&kind=treaty")
    page.get_by_role("link", name="Clear all").first.click()
    page.wait_for_url("**/timeline/")
    page.go_back()
    expect(page.locator("a.chip")).to_have_count(3)
    assert page.complaints == []


def test_language_link_keeps_the_filters(site, page):
    page.goto(f"{site}/en/programmes/?region=KZ-43")
    page.get_by_role("link", name="Русский").click()
    assert page.url == f"{site}/ru/programmes/?region=KZ-43"
    page.goto(f"{site}/")
    assert page.url == f"{site}/ru/"


def test_russian_reader_moves_to_kazakh_and_meets_the_same_records(site, page):
    page.goto(f"{site}/ru/stories/")
    page.get_by_label(re.compile("Восточно-Казахстанская")).check()
    page.wait_for_url("**/stories/?region=KZ-63")
    stories = [a.get_attribute("href") for a in page.locator("main h3 a").all()]
    page.get_by_role("link", name="Қазақша").click()
    assert page.url.startswith(f"{site}/kk/stories/?") and "region=KZ-63" in page.url
    kazakh = [a.get_attribute("href") for a in page.locator("main h3 a").all()]
    assert kazakh == [address.replace("/ru/", "/kk/") for address in stories]
    page.locator("main h3 a").first.click()
    assert page.url == site + kazakh[0]
    met = [hits(site, page, word) for word in ("отбасы", "семья", "family")]
    assert "a-nurse-who-learned-to-listen" in set.intersection(*met)


def hits(site, page, word: str) -> set[str]:
    page.goto(f"{site}/kk/")
    page.locator("input[type=search]:visible").first.fill(word)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    return {a.get_attribute("href").split("/")[-2] for a in page.locator(".hit h3 a").all()}


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


def test_editor_writes_rich_text(site, page):
    sign_in(page, site)
    page.goto(f"{site}/admin/timeline/milestone/add/")
    page.fill("#id_title_en", "A rich milestone")
    page.locator(".ProseMirror[contenteditable]").first.fill("What changed.")
    page.select_option("#id_kind", "event")
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.locator(".page-panel")).to_contain_text("Draft")
    expect(page.locator(".ProseMirror[contenteditable]").first).to_contain_text("What changed.")


def test_narrow_form_shows_one_language_at_a_time(site, page):
    page.set_viewport_size({"width": 700, "height": 900})
    sign_in(page, site)
    page.goto(f"{site}/admin/timeline/milestone/1/change/")
    expect(page.locator("#id_title_kk")).to_be_hidden()
    page.get_by_role("button", name="Қазақша").click()
    expect(page.locator("#id_title_kk")).to_be_visible()
    expect(page.locator("#id_title_en")).to_be_hidden()
    assert page.locator("#id_title_kk").get_attribute("lang") == "kk"


def test_error_in_a_hidden_language_comes_to_the_front(site, page):
    page.set_viewport_size({"width": 700, "height": 900})
    sign_in(page, site)
    page.goto(f"{site}/admin/timeline/milestone/1/change/")
    page.get_by_role("button", name="Русский").click()
    page.fill("#id_title_ru", "")
    page.get_by_role("button", name="Қазақша").click()
    page.evaluate("document.querySelector('#id_title_kk').removeAttribute('maxlength')")
    page.fill("#id_title_kk", "ұ" * 300)
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Propose the change").first.click()
    expect(page.locator("#id_title_kk")).to_be_visible()
    expect(page.locator("#id_title_kk")).to_have_value("ұ" * 300)


def test_curator_adds_a_picture_and_obscures_a_face(site, page, tmp_path):
    """With the mouse, then with the keys; a second person would confirm it."""
    file = tmp_path / "picture.png"
    file.write_bytes(noise((900, 600)).read())
    sign_in(page, site)
    page.goto(f"{site}/admin/timeline/milestone/add/")
    page.fill("#id_title_en", "A milestone with a picture")
    page.select_option("#id_kind", "event")
    page.get_by_role("button", name="Add another Photo").click()
    row = page.locator("[id^=content-photo-content_type-object_id-0]").first
    row.locator("input[type=file]").set_input_files(file)
    row.locator("[name$='-alt_en']").fill("Colours")
    row.locator("[name$='-identifiable']").select_option("nobody")
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.locator(".photo-thumb")).to_have_js_property("naturalWidth", 480)
    draft = page.url
    page.get_by_role("link", name="Obscure faces and surroundings").click()
    frame = page.locator("[data-stage]").bounding_box()
    page.mouse.move(frame["x"] + frame["width"] * 0.5, frame["y"] + frame["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.75, frame["y"] + frame["height"] * 0.75)
    page.mouse.up()
    expect(page.locator("[name=form-0-x]")).to_have_value("50.0")
    expect(page.locator("[name=form-0-width]")).to_have_value("25.0")
    page.get_by_role("button", name="Add an area").click()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[name=form-1-x]")).to_have_value("39.0")
    expect(page.locator("[name=form-1-height]")).to_have_value("21.0")
    assert (violations(page), page.complaints) == ([], [])
    page.get_by_role("button", name="Obscure for good").click()
    expect(page.locator(".messagelist")).to_contain_text("2 areas were obscured for good.")
    page.goto(draft)
    page.get_by_role("link", name="Look at it and confirm").click()
    expect(page.locator("form.photo-step")).to_contain_text("somebody else confirms it")
    assert page.complaints == []
