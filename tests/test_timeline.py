"""The list of milestones: order, decades, precision, ranges, deep links."""

import datetime
import re

import pytest
from django.utils.translation import override

from timeline.models import Milestone
from unicef_kz.content.dates import within_year, years_spanned

from .factories import make_milestone

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WITHIN = {
    "": "",
    "1994": "",
    "1994-11-25": "25 November",
    "1994-11": "November",
    "2024-02-23?": "about 23 February",
    "2009~": "about 2009",
    "2008/2009": "2008–2009",
    "2016/..": "since 2016",
}
SPANS = {
    "1994": None,
    "2016/2020": 5,
    "2015-09/2015-11": 0,
    "2024-12/2025-01": 2,
    "2016/..": 1,
    "../2016": 1,
}


def rows(client, path="/en/timeline/") -> list[str]:
    return re.findall(r'<li id="([^"]+)"', client.get(path).content.decode())


def row(client, slug) -> str:
    html = client.get("/en/timeline/").content.decode()
    return re.search(rf'<li id="{slug}".*?</li>', html, re.DOTALL)[0]


@pytest.mark.parametrize("date", WITHIN)
def test_below_its_year_a_date_says_the_rest(date):
    assert within_year(date) == WITHIN[date]


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "25 ноября"), ("kk", "25 қараша"), ("en", "25 November")]
)
def test_day_below_its_year_is_inflected(language, words):
    with override(language):
        assert within_year("1994-11-25") == words


@pytest.mark.parametrize("date", SPANS)
def test_years_of_a_range(date):
    assert years_spanned(date) == SPANS[date]


def test_entries_stand_in_order_of_time_and_the_undated_last(client):
    for slug, date in (("c", ""), ("b", "2001"), ("d", "1999/2010"), ("a", "2001-05-02")):
        make_milestone(slug=slug, date=date)
    assert rows(client) == ["d", "a", "b", "c"] or rows(client) == ["d", "b", "a", "c"]


def test_newest_first_keeps_each_year_in_one_place(client):
    for slug, date in (("a", "2016/2030"), ("b", "2019"), ("c", "2021"), ("d", "")):
        make_milestone(slug=slug, date=date)
    assert rows(client, "/en/timeline/?sort=-date") == ["c", "b", "a", "d"]


def test_entry_has_an_address_and_its_date_as_written(client):
    make_milestone(slug="a-day", date="1994-11-25")
    assert row(client, "a-day").startswith('<li id="a-day" data-date="1994-11-25"><b>25 November')


def test_undated_entry_has_no_date(client):
    make_milestone(slug="some-day", date="", date_note="after the mission")
    found = row(client, "some-day")
    assert ("data-date" in found, "after the mission" in found) == (False, True)


@pytest.mark.parametrize(
    ("date", "bar"),
    [
        ("2016/2020", "span y5"),
        ("1990/2020", "span y10"),
        ("2015-09/2015-11", "span y0"),
        ("2016/..", "span y1 span-on"),
    ],
)
def test_range_is_drawn_as_a_range(client, date, bar):
    make_milestone(slug="a-range", date=date)
    assert f'<i class="{bar}"></i>' in row(client, "a-range")


def test_decades_count_their_milestones_and_turning_points(client):
    make_milestone(date="1994", significance=3)
    make_milestone(date="1999", significance=1)
    make_milestone(date="2011", significance=3)
    make_milestone(date="")
    found = [(d["start"], d["n"], d["turning"]) for d in Milestone.objects.public().decades()]
    assert found == [(1990, 2, 1), (2000, 0, 0), (2010, 1, 1), (None, 1, 0)]


def test_strip_leads_to_the_page_that_holds_a_decade(client, monkeypatch):
    from timeline.views import Timeline

    monkeypatch.setattr(Timeline, "paginate_by", 2)
    for date in ("1994", "1995", "2001", ""):
        make_milestone(date=date)
    strip = client.get("/en/timeline/").context["strip"]
    assert [d["href"] for d in strip] == ["#d1990", "?page=2#d2000", "?page=2#undated"]


def test_home_leads_to_the_decade_itself(client):
    make_milestone(date="1994")
    assert 'href="/en/timeline/#d1990"' in client.get("/en/").content.decode()


def test_page_of_a_milestone_leads_to_its_place_in_the_timeline(client):
    make_milestone(slug="a-day")
    html = client.get("/en/timeline/a-day/").content.decode()
    assert 'href="/en/timeline/#a-day"' in html


def test_range_belongs_to_the_year_it_begins_in(client):
    make_milestone(slug="a", date="2008/2012")
    html = client.get("/en/timeline/").content.decode()
    assert re.findall(r"<h4>(\d+)</h4>", html) == ["2008"]
    assert Milestone.objects.get().earliest == datetime.date(2008, 1, 1)
