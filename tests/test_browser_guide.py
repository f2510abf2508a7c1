"""The week that docs/curators.md describes, walked in a browser; its pictures are made on the way.

``WRITE_SCREENSHOTS=1 BROWSER_PATH=… pytest tests/test_browser_guide.py`` makes them anew.
"""

import io
import os
import re
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from .browser import in_a_browser
from .test_browser_curation import answer, propose, save, take
from .test_guides import GUIDES, PICTURES, pictures_of

pytestmark = in_a_browser
TITLES = {
    "en": "A reading club opens in the village library",
    "kk": "Ауыл кітапханасында оқу клубы ашылды",
    "ru": "В сельской библиотеке открылся читательский клуб",
}
SUMMARIES = {
    "en": "Children read to each other on Saturdays.",
    "kk": "Балалар сенбі сайын бір-біріне кітап оқиды.",
    "ru": "По субботам дети читают друг другу вслух.",
}
NEWSLETTER = {
    "en": "Village library newsletter, autumn 2016",
    "kk": "Ауыл кітапханасының хабаршысы, 2016 жылдың күзі",
    "ru": "Вестник сельской библиотеки, осень 2016 года",
}
FACE = {"x": "30", "y": "41", "width": "12", "height": "25"}  # in per cent of the drawing
EDITORS = ".ProseMirror[contenteditable]"
CITATION = "#content-citation-content_type-object_id-0"


@pytest.fixture
def shoot(site, tmp_path):
    """``shoot(page, "desk", ".desk")`` keeps that part of the page as it looks in each guide."""
    folder = PICTURES if os.environ.get("WRITE_SCREENSHOTS") else tmp_path

    def shoot(page, name, *parts, ready="", typed=()):
        path = urlsplit(page.url)._replace(scheme="", netloc="").geturl()
        for code in GUIDES:
            page.goto(f"{site}/language/{code}/?next={path}")
            if ready:
                expect(page.locator(ready).first).to_be_visible()
            for field, value in typed:
                page.fill(field, value)
            crop(page, parts).save(folder / f"{name}.{code}.png", optimize=True)
        page.goto(f"{site}/language/en/?next={path}")

    shoot.folder = folder
    return shoot


def crop(page, parts) -> Image.Image:
    """What lies from the first to the last of these parts, in few colours, as files are small."""
    page.evaluate("document.activeElement.blur()")
    boxes = [page.locator(part).first.bounding_box() for part in parts]
    left, top = (min(box[side] for box in boxes) for side in "xy")
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    shot = page.screenshot(full_page=True, clip=clip)
    return Image.open(io.BytesIO(shot)).convert("RGB").quantize(48)


def drawing(path):
    """Two people before a shelf, drawn, so that nobody is shown."""
    image = Image.new("RGB", (960, 420), "#dfeaf2")
    draw = ImageDraw.Draw(image)
    for number, colour in enumerate(["#b5523b", "#3b6ea5", "#d9a441", "#4d8b57"] * 8):
        draw.rectangle((40 + number * 28, 40, 62 + number * 28, 150), colour)
    for x, colour in ((300, "#3b6ea5"), (620, "#4d8b57")):
        draw.ellipse((x, 180, x + 90, 270), "#e3b48f")
        draw.rounded_rectangle((x - 35, 275, x + 125, 440), 40, colour)
    image.save(path)
    return path


def write_draft(editor, site) -> None:
    editor.goto(f"{site}/admin/timeline/milestone/add/")
    for code in TITLES:
        editor.fill(f"#id_title_{code}", TITLES[code])
        editor.fill(f"#id_summary_{code}", SUMMARIES[code])
    editor.fill("#id_date", "2016-10")
    editor.select_option("#id_kind", "event")
    save(editor)


def publish_source(editor, reviewer, site) -> None:
    editor.goto(f"{site}/admin/content/source/add/")
    for code in NEWSLETTER:
        editor.fill(f"#id_title_{code}", NEWSLETTER[code])
    editor.fill("#id_summary_en", "What happens in the library.")
    editor.select_option("#id_reliability", "A")
    save(editor)
    reviewer.goto(editor.url)
    take(reviewer, "Publish")


def add_source(editor) -> None:
    editor.get_by_role("button", name="Add another Citation").click()
    editor.locator(f"{CITATION} .select2-selection").click()
    editor.keyboard.type("library newsletter")
    expect(editor.locator(".select2-results__option--highlighted")).to_be_visible()
    editor.keyboard.press("Enter")
    editor.locator("[name$='-0-locator']").fill("History, p. 4, second paragraph")
    save(editor)


def add_picture(editor, file) -> None:
    editor.get_by_role("button", name="Add another Photo").click()
    editor.locator("[name$='-0-image']").set_input_files(file)
    editor.locator("[name$='-0-alt_en']").fill("Two people before a shelf of books")
    editor.locator("[name$='-0-alt_ru']").fill("Двое у полки с книгами")
    editor.locator("[name$='-0-origin']").select_option("illustration")
    editor.locator("[name$='-0-identifiable']").select_option("nobody")
    save(editor)


def write_story(editor, site) -> None:
    editor.goto(f"{site}/admin/stories/story/add/")
    editor.fill("#id_title_en", "A girl who reads aloud")
    editor.fill("#id_title_ru", "Девочка, которая читает вслух")
    editor.fill("#id_summary_en", "Every Saturday she reads to the smaller ones.")
    editor.get_by_role("textbox", name="Text [en]").fill("She reads slowly, and they listen.")
    for risk in ("risk_to_siblings", "risk_of_retribution", "contact_with_perpetrator"):
        editor.select_option(f"#id_{risk}", "no")
    editor.select_option("#id_risk_of_stigma", "unsure")
    editor.get_by_role("button", name=re.compile("Add another Person in the story")).click()
    editor.fill("#id_subjects-0-label_en", "A girl")
    editor.fill("#id_subjects-0-label_ru", "Девочка")
    editor.select_option("#id_subjects-0-identity", "unnamed")
    editor.check("#id_subjects-0-is_child")
    editor.select_option("#id_subjects-0-age_band", "adolescent")
    save(editor)


def publish_milestone(editor, reviewer, site, shoot, file) -> str:
    """From an empty form to the public page; the address of its form."""
    write_draft(editor, site)
    address = editor.url
    titles, date = "fieldset:has(#id_title_en)", "fieldset:has(#id_date) .form-row"
    shoot(editor, "draft", titles, date, ready=EDITORS)
    shoot(editor, "state", ".page-panel", ready=EDITORS)
    publish_source(editor, reviewer, site)
    editor.goto(address)
    add_source(editor)
    shoot(editor, "source", CITATION, ready=EDITORS)
    add_picture(editor, file)
    obscure = editor.get_by_role("link", name="Obscure faces and surroundings")
    editor.goto(site + obscure.get_attribute("href"))
    face = [(f"#id_form-0-{side}", value) for side, value in FACE.items()]
    shoot(editor, "obscure", "#content h1", ".photo-stage", ".area >> nth=2", typed=face)
    editor.goto(address)
    take(editor, "Submit for review", "Please look at the date")
    reviewer.goto(f"{site}/admin/")
    expect(reviewer.locator(".desk")).to_contain_text("For your review")
    shoot(reviewer, "desk", ".desk", "#content-related")
    reviewer.goto(address)
    take(reviewer, "Publish")
    return address


def change_in_public(editor, reviewer, address, shoot) -> None:
    """Proposed, compared and approved; a translation is then older than its original."""
    propose(editor, address, "A reading club opens in two village libraries", "There are two")
    reviewer.goto(address)
    reviewer.get_by_role("link", name="See what would change").click()
    shoot(reviewer, "proposal", ".page-panel", ".changes")
    answer(reviewer, "", "Approve: change the public page")
    editor.goto(address)
    editor.get_by_role("link", name="RU older than the original").click()
    shoot(editor, "translation", ".page-panel", ".compare:has(.compare-change)")


def test_week_of_an_editor_is_as_the_guides_say(site, colleague, shoot, tmp_path):
    editor, reviewer, lead = map(colleague, ("editor", "reviewer", "safeguarding"))
    file = drawing(tmp_path / "drawing.png")
    address = publish_milestone(editor, reviewer, site, shoot, file)
    change_in_public(editor, reviewer, address, shoot)
    write_story(editor, site)
    lead.goto(editor.url)
    buttons = lead.locator("#page-steps button").all_inner_texts()
    assert buttons[-2:] == ["Approve as safeguarding lead", "Do not publish"]
    shoot(lead, "approval", ".page-panel", ready=EDITORS)
    assert [person.complaints for person in (editor, reviewer, lead)] == [[], [], []]
    named = sorted(name for code in GUIDES for name in pictures_of(code))
    made = sorted(path.name for path in shoot.folder.glob("*.??.png") if path.stat().st_size > 1000)
    assert made == named
