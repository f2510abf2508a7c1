"""Charts as they are seen: the words on them stay readable on a phone."""

from .browser import in_a_browser, shared_site

pytestmark = in_a_browser
site = shared_site
FIGURE = "figures/cities-in-the-child-friendly-initiative/"


def test_one_drawing_is_shown_and_its_words_are_readable(site, page):
    page.goto(f"{site}/kk/{FIGURE}")
    for width in (320, 360, 700, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        sizes = page.evaluate(
            """[...document.querySelectorAll(".drawing")].filter((d) => d.clientWidth).map((d) => {
                 const scale = d.getBoundingClientRect().width / d.viewBox.baseVal.width;
                 const words = [...d.querySelectorAll("text")];
                 return scale * Math.min(...words.map((w) => w.getAttribute("font-size"))) })"""
        )
        assert (width, len(sizes), min(sizes) >= 12) == (width, 1, True)


def test_file_is_shown_without_complaint_of_the_browser(site, page):
    page.goto(f"{site}/kk/{FIGURE}chart.svg")
    assert page.complaints == []
    fill = page.evaluate("document.querySelector('.chart-solid').getAttribute('fill')")
    assert fill == "#2c6a12"
