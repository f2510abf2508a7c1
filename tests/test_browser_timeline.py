"""The timeline with keys alone, without a script, with a screen reader's eyes and on paper."""

import re
import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from .browser import in_a_browser, overflow, shared_site, violations

pytestmark = in_a_browser
site = shared_site
DATED = ".timeline :not(#undated) > ol > li > ol > li[id]"
ENTRIES = ".timeline li[id]"


def focused(page) -> str:
    return page.evaluate("document.activeElement.getAttribute('href')")


def in_view(page) -> int:
    return page.locator(".axis-mark:not([hidden])").count()


def test_axis_is_walked_with_keys_alone(site, page):
    page.goto(f"{site}/en/timeline/")
    dated = page.locator(DATED).count()
    assert (in_view(page), page.locator(".axis-mark[tabindex='0']").count()) == (dated, 1)
    page.get_by_role("button", name="Zoom in").focus()
    for _ in range(2):  # what cannot be done at first is disabled, so the axis comes next
        page.keyboard.press("Tab")
        if focused(page):
            break
    assert focused(page) == "#unicef-founded"
    walked = [focused(page)]
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        walked.append(focused(page))
    order = page.locator(DATED).evaluate_all("all => all.map(e => '#' + e.id)")
    assert (walked[:3], len(set(walked))) == (order[:3], 5)
    page.keyboard.press("End")
    last = focused(page)
    page.keyboard.press("Home")
    assert (last, focused(page)) == (order[-1], "#unicef-founded")
    expect(page.locator(".axis-now")).to_contain_text("1946, 11 December UNICEF founded")


def test_zoom_keeps_the_chosen_entry_and_is_told_and_shared(site, page):
    page.goto(f"{site}/en/timeline/")
    page.locator(".axis-mark").last.focus()
    for _ in range(4):
        page.keyboard.press("+")
    assert (in_view(page) < 20, page.locator(".axis-mark:focus").is_visible()) == (True, True)
    expect(page.locator(".axis [role=status]")).to_contain_text(f"Entries: {in_view(page)}.")
    expect(page).to_have_url(re.compile(r"#t=20\d\d-\d\d-\d\d/20\d\d-\d\d-\d\d$"))
    shown = page.locator(".axis-span").text_content()
    page.reload()
    assert page.locator(".axis-span").text_content() == shown
    page.locator(".axis-mark:not([hidden])").first.focus()
    for _ in range(5):
        page.keyboard.press("-")
    expect(page).to_have_url(f"{site}/en/timeline/")


@pytest.mark.parametrize("width", [1280, 360])
def test_five_busy_years_show_each_entry_apart(site, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}/en/timeline/#t=2016-01-01/2020-12-31")
    boxes = page.locator(".axis-mark:not([hidden])").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(r => [r.x, r.right, r.y, r.bottom])"
    )
    clashes = [
        (a, b)
        for i, a in enumerate(boxes)
        for b in boxes[:i]
        if a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]
    ]
    sizes = {right - left >= 24 and bottom - top >= 24 for left, right, top, bottom in boxes}
    assert (len(boxes) > 10, clashes, sizes) == (True, [], {True})
    assert overflow(page) == 0


def test_mark_leads_to_its_entry_below_the_strip(site, page):
    page.goto(f"{site}/en/timeline/")
    page.locator(".axis-mark[href='#certified-polio-free']").focus()
    page.keyboard.press("Enter")
    entry = page.locator("#certified-polio-free")
    expect(entry).to_be_focused()
    strip = page.locator(".strip").bounding_box()
    assert entry.bounding_box()["y"] >= strip["y"] + strip["height"]
    expect(page.locator(".strip [aria-current=true]")).to_contain_text("2000s")
    page.wait_for_load_state("networkidle")
    expect(entry).to_be_focused()


def test_focus_is_never_under_the_strip(site, page):
    page.goto(f"{site}/en/timeline/#d2020")
    page.locator("#d2020 li[id] a").last.focus()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate(
            """() => { const e = document.activeElement, r = e.getBoundingClientRect();
               const bar = document.querySelector(".strip").getBoundingClientRect();
               return !e.closest(".strip") && r.top < bar.bottom && r.bottom > bar.top }"""
        )
        assert not hidden


def test_link_to_an_entry_that_is_filtered_away_leads_to_its_page(site, page):
    page.goto(f"{site}/en/timeline/?region=KZ-63#unicef-founded")
    expect(page).to_have_url(f"{site}/en/timeline/unicef-founded/")


def test_dragging_pans_and_opens_nothing(site, page):
    page.goto(f"{site}/en/timeline/#t=2010-01-01/2019-12-31")
    view = page.locator(".axis-view").bounding_box()
    middle = view["y"] + view["height"] / 2
    page.mouse.move(view["x"] + 300, middle)
    page.mouse.down()
    page.mouse.move(view["x"] + 500, middle, steps=4)
    page.mouse.up()
    expect(page.locator(".axis-span")).to_have_text(re.compile("^200[67]–201[67]$"))
    expect(page).to_have_url(re.compile("#t=200[67]"))
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axis_is_accessible(site, page, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{site}/ru/timeline/#t=2016-01-01/2020-12-31")
    expect(page.locator(".axis-mark:not([hidden])").first).to_be_visible()
    assert (violations(page), page.complaints) == ([], [])


def test_nothing_but_the_axis_needs_a_script(site, without_javascript):
    page = without_javascript
    page.goto(f"{site}/en/timeline/#unicef-founded")
    expect(page.locator("#axis")).to_be_hidden()
    assert page.locator(ENTRIES).count() == 71
    page.locator(".strip a", has_text="2010s").click()
    assert page.url.endswith("#d2010")
    page.locator(".timeline h3", has_text="2010s").is_visible()


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext (poppler-utils)")
def test_prints_as_a_chronology_on_a4(site, page, tmp_path):
    page.goto(f"{site}/en/timeline/")
    titles = page.locator(f"{ENTRIES} > a:first-of-type").all_text_contents()
    page.pdf(path=tmp_path / "timeline.pdf", prefer_css_page_size=True)
    command = ["pdftotext", "-layout", tmp_path / "timeline.pdf", "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    words = " ".join(text.split())
    assert [t for t in titles if " ".join(t.split()[:3]) not in words] == []
    assert (len(text.split("\f")) - 1 <= 7, "Zoom" in text, "All years" in text) == (
        True,
        False,
        False,
    )
