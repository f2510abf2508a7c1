"""Records on paper: all of the text, within the margins, with the addresses, without navigation."""

import shutil
import subprocess
from collections import Counter

import pytest
from lxml import etree

from .browser import in_a_browser, shared_site
from .test_browser_pages import FOLDERS, LIST_PATHS

pytestmark = [
    *in_a_browser,
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext (poppler-utils)"),
]
site = shared_site
#: The margins of A4 in print.css, in points.
LEFT, RIGHT = 16 / 25.4 * 72, (210 - 16) / 25.4 * 72
WAYS_ON = ".record :is(button, .take, .take-part)"
TEXT = "h1, .lead, .record-main, .facts, .part:not(.cite, .similar), .cite dd"
WORDS = """(selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility())
  .map((e) => e.innerText).join(" ").split(/\\s+/)"""


@pytest.fixture
def printed(page, tmp_path):
    """Each word on paper: (text, left, right)."""

    def words():
        page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
        command = ["pdftotext", "-enc", "UTF-8", "-bbox", tmp_path / "page.pdf", "-"]
        text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
        root = etree.HTML(text)
        return [(w.text, float(w.get("xmin")), float(w.get("xmax"))) for w in root.iter("word")]

    return words


@pytest.mark.parametrize(
    ("language", "kind"),
    [("en", "programme"), ("ru", "indicator"), ("kk", "story"), ("en", "region")],
)
def test_record_is_whole_on_paper(site, page, printed, language, kind):
    page.goto(f"{site}/{language}/{FOLDERS[kind]}")
    asked = Counter(page.evaluate(WORDS, TEXT)) - Counter(page.evaluate(WORDS, WAYS_ON))
    addresses = page.locator(".sources > li .printed").all_text_contents()
    found = printed()
    on_paper = "".join(word for word, _left, _right in found)
    assert [word for word in asked if word not in on_paper] == []
    assert (len(addresses) > 0, [a for a in addresses if a not in on_paper]) == (True, [])
    assert [w for w, left, right in found if left < LEFT - 1 or right > RIGHT + 1] == []


@pytest.mark.parametrize(
    "path", [FOLDERS["programme"], FOLDERS["story"], LIST_PATHS["region"], "about/", ""]
)
def test_nothing_to_press_or_to_navigate_is_on_paper(site, page, path):
    page.goto(f"{site}/en/{path}")
    page.emulate_media(media="print")
    shown = page.evaluate(
        """[...document.querySelectorAll("nav, form, button, input, select, .skip")]
             .filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert shown == []


def test_map_stands_on_the_first_sheet_and_the_end_has_no_sheet_of_its_own(site, page, printed):
    page.goto(f"{site}/en/{LIST_PATHS['region']}")
    words = [word for word, _left, _right in printed()]
    assert (words.index("map") < 25, words[-1]) == (True, "publishers.")
