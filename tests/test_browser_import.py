"""A curator exports a list, changes the file, looks at the dry run and imports it."""

import csv
import io

import pytest
from playwright.sync_api import expect

from .browser import in_a_browser, overflow, sign_in, violations

pytestmark = in_a_browser


def check(page):
    assert (violations(page), page.complaints) == ([], [])


def upload(page, rows: list[dict]):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    data = stream.getvalue().encode("utf-8-sig")
    file = {"name": "m.csv", "mimeType": "text/csv", "buffer": data}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="See what would happen").press("Enter")


def test_curator_exports_changes_and_imports(site, page, tmp_path):
    sign_in(page, site)
    page.goto(f"{site}/admin/timeline/milestone/?kind__exact=treaty")
    page.get_by_role("link", name="Export", exact=True).click()
    check(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV, Milestones").click()
    file = tmp_path / "milestones.csv"
    download.value.save_as(file)
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    assert len(rows) > 1 and {row["kind"] for row in rows} == {"treaty"}
    rows[0]["title_en"] += " at last"
    rows.append(dict.fromkeys(rows[0], "") | {"slug": "a-new-one", "title_en": "A new one"})

    page.goto(f"{site}/admin/timeline/milestone/")
    page.get_by_role("link", name="Import", exact=True).click()
    check(page)
    upload(page, rows)
    expect(page.get_by_role("status")).to_contain_text("Wrong: 1 · Proposed: 1")
    expect(page.locator(".errorlist li").first).to_contain_text("kind")
    check(page)

    page.get_by_role("button", name="Give up, choose another file").press("Enter")
    upload(page, [row | {"kind": "treaty"} for row in rows])
    expect(page.get_by_role("status")).to_contain_text("New draft: 1 · Proposed: 1")
    expect(page.locator("ins").first).to_contain_text("A new one")
    check(page)
    page.get_by_role("button", name="Import all of it").press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("2 rows were imported")
    check(page)
    assert page.goto(f"{site}/en/timeline/a-new-one/").status == 404


@pytest.mark.parametrize("language", ["en", "kk", "ru"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_in_each_language_theme_and_on_a_phone(site, page, language, scheme):
    sign_in(page, site)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    for name in ("programmes/indicator/import/?kind=observations", "stories/story/export/"):
        page.goto(f"{site}/language/{language}/?next=/admin/{name}")
        assert page.locator("html").get_attribute("lang") == language
        check(page)
        assert overflow(page) == 0
