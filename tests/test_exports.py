"""Files of records: what a spreadsheet makes of them, and the ZIP that is never out of date."""

import csv
import datetime
import io
import json
import re
import time
import zipfile
from multiprocessing.pool import ThreadPool

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from unicef_kz import freshness
from unicef_kz.api import tables as api_tables
from unicef_kz.api.tables import as_csv, as_workbook
from unicef_kz.content.models import Correction, StandingPage
from unicef_kz.data import archive

from .factories import (
    make_cycle,
    make_indicator,
    make_membership,
    make_milestone,
    make_observation,
    make_participation,
    make_partner,
    make_place,
    make_programme,
    make_region,
    make_resource,
    make_source,
    make_story,
    make_story_with_child,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
API = "/api/v1/"
ARCHIVE = "/data/unicef-kazakhstan.zip"


def file(client, path, form, **query):
    response = client.get(f"{API}{path}/", {"format": form} | query)
    assert response.status_code == 200
    return response


def rows(client, path, **query) -> list[dict]:
    text = file(client, path, "csv", **query).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sheet(client, path, **query):
    return load_workbook(io.BytesIO(file(client, path, "xlsx", **query).getvalue())).active


def cell(sheet, name, row=2):
    columns = [column.value for column in sheet[1]]
    return sheet.cell(row, columns.index(name) + 1)


# CSV


def test_excel_sees_that_it_is_utf8_unless_told_otherwise(client, world):
    marked = [file(client, "regions", "csv", bom=b).getvalue()[:3] for b in ("1", "0")]
    assert marked == [b"\xef\xbb\xbf", b"slu"]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1"])
def test_no_text_is_a_formula(client, start):
    make_programme(title=start)
    (row,) = rows(client, "programmes")
    found = cell(sheet(client, "programmes"), "title_en")
    assert (row["title_en"], found.data_type) == (f"'{start}", "s")
    assert found.value.startswith("'")


def test_list_values_stand_in_one_cell_with_codes_and_names(client):
    regions = [make_region(slug=t.lower(), iso=f"KZ-{t}", title=t) for t in "AB"]
    programme = make_programme(regions=regions)
    make_participation(programme, make_partner(slug="un", title="UN"), role="funding")
    russian = {"title": "", "title_ru": "ВОЗ", "summary": "", "summary_ru": "Здоровье."}
    make_participation(programme, make_partner(slug="who", source_language="ru", **russian))
    (row,) = rows(client, "programmes", lang="en")
    names = "regions", "regions_name_en", "participations", "participations_name_en"
    assert [row[n] for n in names] == [
        "KZ-A; KZ-B",
        "A; B",
        "un (funding); who",
        "UN (Funding); –",
    ]


def test_each_language_has_its_column_unless_one_is_asked_for(client):
    make_programme(title="School", title_ru="Школа")

    def titles(**query):
        (row,) = rows(client, "programmes", **query)
        return {name: value for name, value in row.items() if name.startswith("title_")}

    assert titles() == {"title_en": "School", "title_kk": "", "title_ru": "Школа"}
    assert titles(lang="ru") == {"title_ru": "Школа"}


def test_figure_leads_with_its_latest_value(client):
    figure = make_indicator(observation={"value": 10, "date": "2010"})
    make_observation(figure, value="28.6", date="2016")
    make_observation(figure, value=50, date="2020", kind="target")
    (row,) = rows(client, "figures")
    assert [row[n] for n in ("values", "latest_value", "latest_date", "latest_kind")] == [
        "3",
        "28.6",
        "2016",
        "actual",
    ]


def test_file_of_one_figure_has_a_row_for_each_value(client):
    region, source = make_region(iso="KZ-43", title="Kyzylorda"), make_source(slug="survey")
    first = {"value": 10, "date": "2010", "quality": "official", "region": region}
    figure = make_indicator(slug="a", unit="city|cities", observation=first)
    make_observation(figure, value="28.6", date="2016", source=source, caveat="Old.")
    found = rows(client, "figures/a", lang="en")
    told = ("figure", "unit_en", "value", "date", "region", "region_name_en", "quality")
    assert [[row[name] for name in told] for row in found] == [
        ["a", "city|cities", "10", "2010", "KZ-43", "Kyzylorda", "official"],
        ["a", "city|cities", "28.6", "2016", "", "", "claim"],
    ]
    assert [found[1][name] for name in ("source", "caveat_en", "title_en")] == [
        "survey",
        "Old.",
        figure.title_en,
    ]
    values = sheet(client, "figures/a")
    assert [cell(values, "value", row).value for row in (2, 3)] == [10, 28.6]


def test_rich_text_is_plain(client):
    make_programme(approach_en="<p>One &amp; two.</p><p>Three.</p>")
    (row,) = rows(client, "programmes")
    assert row["approach_en"] == "One & two.\nThree."


def test_file_holds_more_than_a_page(client):
    for _i in range(25):
        make_programme()
    assert len(rows(client, "programmes", page=2, page_size=3)) == 25


def test_name_of_the_file_says_what_it_is(client, world):
    answers = [file(client, "regions", "csv"), file(client, "stories", "xlsx", lang="kk")]
    today = timezone.localdate()
    assert [answer.getvalue() and answer["Content-Disposition"][21:] for answer in answers] == [
        f'"unicef-kazakhstan-regions-all-{today}.csv"',
        f'"unicef-kazakhstan-stories-kk-{today}.xlsx"',
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_wrong_value_gives_a_header_alone_and_says_why(client, world, form):
    response = file(client, "milestones", form, **{"from": "x"})
    errors, body = json.loads(response["X-Errors"]), response.getvalue()
    assert errors == {"from": ["Write a date as 2016, 2016-10 or 2016-10-25."]}
    if form == "csv":
        assert body.count(b"\r\n") == 1


# Workbook


def test_numbers_and_days_are_real_ones(client):
    make_indicator(observation={"value": "28.6"})
    make_milestone(date="1994-11-25")
    number = cell(sheet(client, "figures"), "latest_value")
    day = cell(sheet(client, "milestones"), "earliest")
    assert (number.value, number.data_type) == (28.6, "n")
    assert (day.value, day.number_format) == (datetime.datetime(1994, 11, 25), "yyyy-mm-dd")


def test_files_are_sent_while_they_are_read(client, world):
    read = []
    lines = as_csv(["slug"], (read.append(n) or [n] for n in range(3)))
    assert (next(lines), read) == (b"\xef\xbb\xbfslug\r\n", [])
    paths = [f"{API}programmes/?format=csv", "/data/observations.csv", ARCHIVE]
    answers = [client.get(path) for path in paths]
    assert [(answer.streaming, len(answer.getvalue()) > 9) for answer in answers] == [
        (True, True)
    ] * 3


@pytest.mark.parametrize(("most", "on_the_disk"), [(2**20, False), (1000, True)])
def test_large_workbook_lies_on_the_disk(monkeypatch, most, on_the_disk):
    monkeypatch.setattr(api_tables, "MOST_IN_MEMORY", most)
    with as_workbook(["slug"], [["a"]], "x") as book:
        assert (book._rolled, load_workbook(book).active["A2"].value) == (on_the_disk, "a")


def test_header_stays_and_filters(client, world):
    found = sheet(client, "regions")
    assert (found.freeze_panes, found.auto_filter.ref) == ("B2", found.dimensions)


def test_text_that_looks_like_an_error_is_a_text(client):
    make_programme(title="#N/A")
    found = cell(sheet(client, "programmes"), "title_en")
    assert (found.value, found.data_type) == ("#N/A", "s")


def test_text_that_fits_into_no_cell_is_cut_and_says_so(client):
    make_programme(approach_en=f"<p>{'long ' * 8000}</p>")
    found = cell(sheet(client, "programmes"), "approach_en").value
    assert (len(found), found[-5:]) == (32_767, "JSON)")


# The page and the lists


@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_list_offers_its_records_in_the_same_order(client, world, language):
    query = "region=KZ-43&kind=event&utm=x&sort=title"
    html = client.get(f"/{language}/timeline/?{query}").content.decode()
    kept = f"kind=event&amp;sort=title&amp;lang={language}&amp;format="
    assert [
        form
        for form in ("csv", "xlsx", "json")
        if f"/api/v1/milestones/?region=KZ-43&amp;{kept}{form}" not in html
    ] == []


@pytest.mark.parametrize("page", ["/en/timeline/", "/en/figures/", "/en/data/", "figure"])
def test_links_to_files_say_in_words_what_they_give(client, world, page):
    html = client.get(world["indicator"].get_absolute_url() if page == "figure" else page).content
    links = re.findall(r'<a href="/api/v1/[^"]*format=(\w+)"[^>]*>([^<]+)', html.decode())
    assert set(links) == {
        ("csv", "Table (CSV)"),
        ("xlsx", "Excel workbook (XLSX)"),
        ("json", "For programs (JSON)"),
    }


def test_empty_list_offers_nothing(client, world):
    assert "/api/v1/" not in client.get("/en/timeline/?q=nothing").content.decode()


def test_record_leads_to_itself_as_json(client, world):
    html = client.get(f"/ru/programmes/{world['programme'].slug}/").content.decode()
    assert f'href="/api/v1/programmes/{world["programme"].slug}/"' in html


def test_preview_offers_no_data(as_superuser):
    draft = make_programme(state="draft")
    html = as_superuser.get(f"/preview/en/programme/{draft.pk}/").content.decode()
    assert "/api/v1/" not in html


def test_catalogue_counts_and_dates_every_table(client, world):
    context = client.get("/en/data/").context
    assert {d["name"]: d["rows"] for d in context["datasets"]}["programmes"] == 2


def test_catalogue_stands_without_the_text_of_the_staff(client, world):
    StandingPage.objects.filter(slug="data").update(status="draft")
    response = client.get("/kk/data/")
    assert (response.status_code, ARCHIVE in response.content.decode()) == (200, True)


def test_dictionary_speaks_the_words_of_the_models(client, world):
    fields = client.get("/ru/data/").context["datasets"][0]["fields"]
    status = next(field for field in fields if field["name"] == "activity_status")
    assert (status["label"], status["codes"][0][0]) == ("Статус работы", "1")


# The ZIP


def in_archive(client, name) -> str:
    with zipfile.ZipFile(io.BytesIO(client.get(ARCHIVE).getvalue())) as book:
        return book.read(name).decode()


def test_archive_has_a_table_for_what_hangs_on_records(client):
    make_indicator(slug="a", source=make_source(slug="survey"))
    for name in ("observations.csv", "citations.csv"):
        assert "survey" in in_archive(client, name)


def table(client, name) -> list[dict]:
    text = client.get(f"/data/{name}.csv").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_tables_of_what_has_no_page_name_records_by_their_codes(client):
    place = make_place(slug="town", region=make_region(iso="KZ-43"))
    initiative = make_programme(slug="cities", cycles=[make_cycle(slug="then")])
    make_membership(place=place, initiative=initiative, source=make_source(slug="law"))
    make_resource(slug="film", programmes=[initiative], kind="video")
    Correction.objects.create(record=initiative, reason_en="A slip", label="x")
    rows = {
        "cities": {"place": "town", "initiative": "cities", "source": "law"},
        "resources": {"slug": "film", "kind": "video", "programmes": "cities"},
        "places": {"slug": "town", "region": "KZ-43"},
        "cycles": {"slug": "then", "framework": "cpd"},
        "corrections": {"kind": "programmes", "record": "cities", "reason_en": "A slip"},
    }
    found = {name: table(client, name) for name in rows}
    assert {
        name: [{column: row[column] for column in rows[name]} for row in found[name]]
        for name in rows
    } == {name: [row] for name, row in rows.items()}


def test_programme_holds_its_cycles_resources_and_cities(client):
    cycle, place = make_cycle(slug="then", start="2016"), make_place(slug="town")
    programme = make_programme(slug="a", cycles=[cycle, make_cycle(state="draft")])
    make_membership(place=place, initiative=programme)
    make_membership(initiative=programme, source=make_source(state="draft"))
    for state in ("published", "draft"):
        make_resource(slug=f"film-{state}", programmes=[programme], state=state)
    found = client.get(f"{API}programmes/a/").json()
    assert [c["place"]["slug"] for c in found["cities"]] == ["town"]
    assert [r["slug"] for r in found["resources"]] == ["film-published"]
    assert [(c["slug"], c["start"]) for c in found["cycles"]] == [("then", "2016")]


def test_place_that_only_a_story_or_a_draft_names_is_in_no_table(client):
    make_story(place=make_place(slug="story-place"))
    make_milestone(places=[make_place(slug="draft-place")], state="draft")
    around = make_place(slug="around")
    make_milestone(places=[make_place(slug="named", parent=around)])
    assert [row["slug"] for row in table(client, "places")] == ["around", "named"]


def test_city_of_an_initiative_that_is_not_public_does_not_name_it(client):
    make_membership(initiative=make_programme(state="draft"))
    (row,) = table(client, "cities")
    assert row["initiative"] == ""


def test_archive_follows_a_withdrawal(client):
    make_programme(slug="stays")
    record = make_programme(slug="goes")
    assert "goes" in in_archive(client, "programmes.csv")
    record.withdraw(actor=None, comment="test")
    assert "goes" not in in_archive(client, "programmes.csv")


def test_archive_follows_the_end_of_a_consent(client):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    make_story_with_child(slug="a-child", consent={"expires_on": tomorrow})
    assert "a-child" in in_archive(client, "stories.csv")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3)):
        assert "a-child" not in in_archive(client, "stories.csv")


@pytest.mark.django_db(transaction=True)
def test_archive_is_made_once_and_then_once_again(client, settings, tmp_path):
    settings.EXPORT_ROOT = tmp_path
    client.get(ARCHIVE).getvalue()
    (first,) = tmp_path.glob("*.*")
    made = first.stat().st_mtime_ns
    client.get(ARCHIVE).getvalue()
    assert [(f.name, f.stat().st_mtime_ns) for f in tmp_path.glob("*.*")] == [(first.name, made)]
    make_region()
    client.get(ARCHIVE).getvalue()
    assert [f.name for f in tmp_path.glob("*.*")] == [f"{freshness.state()}.zip"]
    assert not first.exists()


@pytest.mark.django_db(transaction=True)
def test_archive_is_made_once_for_all_who_ask_at_once(settings, tmp_path, monkeypatch):
    settings.EXPORT_ROOT, made, build = tmp_path, [], archive.build
    freshness.state()

    def slowly():
        made.append(1)
        time.sleep(0.3)
        return build()

    def ask(_number):
        try:
            with archive.archive() as file:
                return file.read()
        finally:
            connection.close()

    monkeypatch.setattr(archive, "build", slowly)
    with ThreadPool(3) as pool:
        files = pool.map(ask, range(3))
    assert (len(made), len({*files})) == (1, 1)


def test_who_waits_too_long_is_told_to_come_again(client, settings, tmp_path, monkeypatch, world):
    settings.EXPORT_ROOT = tmp_path
    monkeypatch.setattr(archive, "PATIENCE", 0)
    with archive.alone():
        answer = client.get(ARCHIVE)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert archive.forget_stale() == 0
    assert client.get(ARCHIVE).getvalue()


@pytest.mark.django_db(transaction=True)
def test_what_crashed_and_what_is_old_is_cleared_away(client, settings, tmp_path, capsys):
    settings.EXPORT_ROOT = tmp_path
    client.get(ARCHIVE).getvalue()
    current = f"{freshness.state()}.zip"
    for name in ("crashed.part", "old.zip"):
        (tmp_path / name).touch()
    call_command("forget_uploads")
    assert [f.name for f in tmp_path.glob("*.*")] == [current]
    make_region()
    call_command("forget_uploads")
    assert list(tmp_path.glob("*.*")) == []
    assert [line for line in capsys.readouterr().out.splitlines() if "ZIP" in line] == [
        "Old ZIPs deleted: 2",
        "Old ZIPs deleted: 1",
    ]


def test_archive_of_a_record_that_is_being_written_is_not_kept(client, settings, tmp_path, world):
    settings.EXPORT_ROOT = tmp_path
    client.get(ARCHIVE).getvalue()
    assert list(tmp_path.glob("*.*")) == []
