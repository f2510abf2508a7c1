"""Every type of page in a real browser: axe, console, width."""

import pytest

from .browser import complaints, in_a_browser, overflow, shared_site, violations
from .surfaces import DETAILS, LANGUAGES, LISTS, STANDING

pytestmark = in_a_browser
site = shared_site
FOLDERS = {
    "programme": "programmes/child-friendly-cities/",
    "partner": "partners/world-health-organization/",
    "region": "regions/east-kazakhstan/",
    "indicator": "figures/minors-convicted-of-an-offence/",
    "milestone": "timeline/convention-on-the-rights-of-the-child-signed/",
    "story": "stories/a-nurse-who-learned-to-listen/",
    "source": "sources/unicef-brochure/",
}
LIST_PATHS = {
    "programme": "programmes/",
    "partner": "partners/",
    "region": "regions/",
    "indicator": "figures/",
    "milestone": "timeline/",
    "story": "stories/",
    "source": "sources/",
}
PAGES = {
    "home": "",
    "search": "search/?q=children",
    "no hits": "search/?q=nothing+like+this",
    "filtered": "programmes/?region=KZ-43&kind=programme",
    "wrong value": "stories/?from=never",
    "no rows": "programmes/?region=KZ-11",
    "not there": "programmes/not-there/",
    **{f"{kind} list": path for kind, path in LIST_PATHS.items()},
    **FOLDERS,
    **{slug: f"{slug}/" for slug in STANDING},
}


def test_the_sweep_covers_every_kind():
    assert set(LIST_PATHS) == set(LISTS)
    assert set(FOLDERS) == set(DETAILS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits(site, page, name, language):
    page.goto(f"{site}/{language}/{PAGES[name]}")
    for scheme, width in (("light", 1280), ("dark", 360)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert (scheme, width, violations(page)) == (scheme, width, [])
        assert (width, overflow(page)) == (width, 0)
    assert complaints(page, name == "not there") == []


@pytest.mark.parametrize("name", ["home", "programme list", "programme", "milestone list"])
def test_page_reflows_at_320_pixels_and_with_wide_text_spacing(site, page, name):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{site}/ru/{PAGES[name]}")
    page.evaluate(
        """for (const element of document.querySelectorAll("body *")) {
             element.style.letterSpacing = "0.12em"; element.style.wordSpacing = "0.16em";
             element.style.lineHeight = "1.5" }"""
    )
    assert overflow(page) == 0


@pytest.mark.parametrize("name", PAGES)
def test_page_survives_words_that_are_longer(site, page, name):
    """Every word of the English page 40 % longer, at the two widths."""
    page.goto(f"{site}/en/{PAGES[name]}")
    page.evaluate(
        """const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
           while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace(
             /[\\p{L}]+/gu, (word) => word + word.slice(0, Math.ceil(word.length * 0.4)))"""
    )
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, overflow(page)) == (width, 0)
        assert (width, clipped(page)) == (width, [])


def clipped(page) -> list[str]:
    """Text that its own box cuts off."""
    return page.evaluate(
        """[...document.querySelectorAll("body *")].filter((e) => {
             const style = getComputedStyle(e);
             const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
             return own && style.overflowX === "hidden" && e.scrollWidth > e.clientWidth + 1
               && !e.closest(".vh") && style.clipPath === "none" && e.clientWidth > 1
           }).map((e) => e.outerHTML.slice(0, 100))"""
    )
