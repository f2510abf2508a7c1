"""The map of regions: units true to their time, counts as in the lists, the same as a table."""

import re
from math import pi

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from programmes.geography import on_map
from programmes.maps import RegionMap
from programmes.models import Region, RegionName

from .factories import (
    NON_PUBLIC,
    make_indicator,
    make_membership,
    make_milestone,
    make_observation,
    make_place,
    make_programme,
    make_region,
    make_source,
    make_story,
)

pytestmark = pytest.mark.django_db
LISTS = {"programmes": "programmes", "stories": "stories", "milestones": "timeline"}
NOW = "2030-06-01"


def region_map(**data) -> RegionMap:
    return RegionMap(data)


def units(**data) -> set[str]:
    return {row.region.iso for row in region_map(**data).rows}


def numbers(**data) -> dict[str, str]:
    """ISO code → what the map says, without the zeros."""
    rows = region_map(**data).rows
    return {row.region.iso: row.amount.words for row in rows if row.amount.value}


def circles(html: str) -> dict[str, float]:
    """name → radius of each circle that leads somewhere."""
    links = re.findall(r'<a href="[^"]+"\s+aria-label="([^"]+): [^"]+".*?</a>', html, re.S)
    radii = re.findall(r'class="map-circle"\s+cx="[\d.]+%"\s+cy="[\d.]+%"\s+r="([\d.]+)em"', html)
    return dict(zip(links, map(float, radii), strict=True))


def table(html: str) -> list[tuple[str, str]]:
    """(region, number) of each row of the table beside the map."""
    rows = re.search(r'class="fold map-table".*?<tbody>(.*?)</tbody>', html, re.S)[1]
    cells = re.findall(r"<th.*?<a[^>]*>(.*?)</a>.*?<td[^>]*>(.*?)</td>", rows, re.S)
    return [(name, re.sub(r"<[^>]+>|\s", "", number)) for name, number in cells]


@pytest.fixture
def changed():
    """South Kazakhstan was renamed in 2018, Abai left East Kazakhstan in 2022."""
    turkistan = make_region(iso="KZ-61", valid_from="2018-06-19", latitude=43.5, longitude=68.3)
    make_region(
        iso="KZ-YUZ", valid_to="2018-06-19", renamed_to=turkistan, latitude=43.2, longitude=68.5
    )
    east = make_region(iso="KZ-63", latitude=48.7, longitude=83.3)
    make_region(
        iso="KZ-10", valid_from="2022-06-08", carved_from=east, latitude=48.9, longitude=79.5
    )
    return {region.iso: region for region in Region.objects.all()}


# Units


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        ("1996", {"KZ-YUZ", "KZ-63"}),
        ("2017", {"KZ-YUZ", "KZ-63"}),
        ("2018", {"KZ-61", "KZ-63"}),
        ("2018-06-18", {"KZ-YUZ", "KZ-63"}),
        ("2018-06-19", {"KZ-61", "KZ-63"}),
        ("2021-12", {"KZ-61", "KZ-63"}),
        ("2022-05", {"KZ-61", "KZ-63"}),
        ("2023", {"KZ-61", "KZ-63", "KZ-10"}),
        ("", {"KZ-61", "KZ-63", "KZ-10"}),
    ],
)
def test_units_are_those_of_the_year(changed, year, expected):
    with time_machine.travel(NOW):
        assert units(year=year) == expected


def test_before_land_was_taken_from_a_region_its_middle_lay_between(changed):
    by_year = {
        year: next(row for row in region_map(year=year).rows if row.region.iso == "KZ-63").centre
        for year in ("2021", "2023")
    }
    assert by_year == {"2021": (48.8, 81.4), "2023": (48.7, 83.3)}


def test_a_unit_has_the_name_of_the_year():
    astana = make_region(title="Astana", iso="KZ-71")
    RegionName.objects.create(region=astana, name_en="Nur-Sultan", used_from="2019", used_to="2022")
    RegionName.objects.create(region=astana, name_en="Astana", used_from="2022")
    names = {year: region_map(year=year).rows[0].name for year in ("2018", "2020", "2023", "")}
    assert names == {"2018": "Astana", "2020": "Nur-Sultan", "2023": "Astana", "": "Astana"}


def test_a_centre_is_whole_or_missing():
    with pytest.raises(IntegrityError):
        make_region(latitude=48)


def test_a_region_without_a_centre_stands_in_the_table_alone(client):
    region = make_region(title="Nowhere yet")
    make_programme(regions=[region])
    html = client.get("/en/regions/").content.decode()
    assert (circles(html), table(html)) == ({}, [("Nowhere yet", "1")])


@pytest.mark.parametrize(
    ("latitude", "longitude", "x", "y"),
    [(51.15, 71.43, 60.8, 29.1), (43.25, 76.93, 77.2, 78.1)],
    ids=["Astana", "Almaty"],
)
def test_towns_lie_where_the_outline_has_them(latitude, longitude, x, y):
    """Both stand in the outline's file, as small rings."""
    assert [round(v, 1) for v in on_map(latitude, longitude)] == [x, y]


# Numbers


def test_a_renamed_or_smaller_unit_keeps_what_was_told_of_it(changed):
    make_programme(regions=[changed["KZ-YUZ"]], start="2010")
    make_programme(regions=[changed["KZ-63"]], start="2016")
    by_year = {year: numbers(year=year) for year in ("2009", "2012", "2017", "2023")}
    assert by_year == {
        "2009": {},
        "2012": {"KZ-YUZ": "1"},
        "2017": {"KZ-YUZ": "1", "KZ-63": "1"},
        "2023": {"KZ-61": "1", "KZ-63": "1"},
    }


def test_two_names_of_one_unit_count_a_record_once(changed):
    make_programme(regions=[changed["KZ-YUZ"], changed["KZ-61"]])
    assert numbers() == {"KZ-61": "1"}


@pytest.mark.parametrize("show", LISTS)
@pytest.mark.parametrize("year", ["", "2017", "2021-12"])
def test_a_number_is_what_its_link_lists(client, changed, show, year):
    make_several(changed)
    rows = [row for row in region_map(show=show, year=year).rows if row.amount.value]
    assert len(rows) >= 2
    for row in rows:
        answer = client.get(row.href)
        assert (row.href, answer.context["total"]) == (row.href, row.amount.value)
        assert row.href.startswith(f"/en/{LISTS[show]}/?region={row.region.iso}")


def make_several(regions):
    """Of each kind, before and after a unit changed, with a range and without a date."""
    south, turkistan, east, abai = (regions[iso] for iso in ("KZ-YUZ", "KZ-61", "KZ-63", "KZ-10"))
    for dates in ({"start": "2010", "end": "2012"}, {"start": "2021-12"}, {"start": ""}):
        make_programme(regions=[south, east], **dates)
        make_programme(regions=[turkistan, abai], **dates)
    for make in (make_milestone, make_story):
        for date in ("2010", "2016/2018", "2021-12", "2024", ""):
            make(regions=[south, east], date=date)
        make(regions=[turkistan, abai], date="2023")


def test_cities_lie_where_they_lay(changed):
    semey = make_place(region=changed["KZ-63"], current_region=changed["KZ-10"])
    shymkent = make_place(region=changed["KZ-YUZ"])
    make_membership(place=semey, joined="2008/2009")
    make_membership(place=shymkent, joined="2012")
    by_year = {y: numbers(show="cities", year=y) for y in ("2008", "2017", "2023", "")}
    assert by_year == {
        "2008": {"KZ-63": "1"},
        "2017": {"KZ-63": "1", "KZ-YUZ": "1"},
        "2023": {"KZ-10": "1", "KZ-61": "1"},
        "": {"KZ-10": "1", "KZ-61": "1"},
    }


def test_a_figure_shows_its_latest_value_of_each_region(changed):
    figure = make_indicator(
        measure="number", observation={"region": changed["KZ-YUZ"], "value": 10, "date": "2010"}
    )
    for value, date in ((30, "2020"), (20, "2015")):
        make_observation(figure, region=changed["KZ-63"], value=value, date=date)
    make_observation(figure, region=changed["KZ-63"], value=99, date="2021", kind="target")
    make_observation(figure, value=500)  # the whole country
    by_year = {y: numbers(show=figure.slug, year=y) for y in ("2016", "2023")}
    assert by_year == {
        "2016": {"KZ-YUZ": "10", "KZ-63": "20"},
        "2023": {"KZ-61": "10", "KZ-63": "30"},
    }


def test_a_region_without_a_value_is_not_a_region_with_zero(client, changed):
    figure = make_indicator(
        measure="number", observation={"region": changed["KZ-63"], "value": 0}, title="Cases"
    )
    html = client.get(f"/en/regions/?show={figure.slug}&year=2021").content.decode()
    assert table(html) == [(changed["KZ-63"].title, "0"), (changed["KZ-61"].title, "novalue")]


def test_limits_of_a_figure_stand_before_its_numbers(client, changed):
    limits = "Counts of one school only."
    figure = make_indicator(limits=limits, observation={"region": changed["KZ-63"]})
    html = client.get(f"/en/regions/?show={figure.slug}").content.decode()
    assert 0 < html.index(limits) < html.index("map-circle")


@pytest.mark.parametrize("state", NON_PUBLIC)
def test_what_is_not_public_counts_nowhere(client, state):
    region = make_region(latitude=45, longitude=63)
    hidden = make_region(iso="KZ-99", latitude=48, longitude=70, state=state, title="Hidden unit")
    for make in (make_programme, make_story):
        make(regions=[region], state=state)
        make(regions=[hidden])
    make_milestone(regions=[region], state=state)
    figure = make_indicator(state=state, title="A hidden figure", observation={"region": region})
    make_membership(place=make_place(region=region), source=make_source(state=state))
    assert [numbers(show=show) for show in (*LISTS, "cities")] == [{}] * 4
    html = client.get(f"/en/regions/?show={figure.slug}").content.decode()
    assert ("Hidden unit" in html, "A hidden figure" in html) == (False, False)


# Circles and table


@pytest.fixture
def counted():
    """Three regions with 1, 2 and 4 programmes, one with none."""
    places = [(50, 50), (45, 63), (48, 70), (52, 76)]
    regions = [make_region(latitude=lat, longitude=lon) for lat, lon in places]
    for region, number in zip(regions, (1, 2, 4, 0), strict=True):
        for _i in range(number):
            make_programme(regions=[region])
    return regions


def test_areas_are_in_proportion(client, counted):
    radii = circles(client.get("/en/regions/").content.decode())
    areas = [pi * radii[region.title] ** 2 for region in counted[:3]]
    assert [round(area / areas[0], 1) for area in areas] == [1, 2, 4]


@pytest.mark.parametrize("path", ["/en/", "/en/regions/"])
def test_every_circle_has_its_row_and_stands_in_its_order(client, counted, path):
    html = client.get(path).content.decode()
    one, two, four, none = (region.title for region in counted)
    assert table(html) == [(four, "4"), (two, "2"), (one, "1"), (none, "0")]
    assert list(circles(html)) == [four, two, one]
    assert html.count('class="map-none"') == 1 + 1  # the legend's


def test_circles_keep_far_enough_apart_to_be_hit(client):
    """Almaty lies in the middle of its region, on a phone at the same spot."""
    for latitude, longitude in ((43.3, 77), (43.3, 77), (43.25, 76.9), (43.9, 77.1)):
        make_programme(regions=[make_region(latitude=latitude, longitude=longitude)])
    bubbles = [row.bubble for row in region_map().rows]
    gaps = [
        ((a.x - b.x) * 2.88) ** 2 + ((a.y - b.y) * 2.88 * 0.569) ** 2
        for i, a in enumerate(bubbles)
        for b in bubbles[:i]
    ]
    assert min(gaps) >= 24**2


def test_map_stays_the_same_for_the_listed_regions_only(client, counted):
    html = client.get(f"/en/regions/?region={counted[1].iso}").content.decode()
    assert table(html) == [(counted[1].title, "2")]


# Parameters


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("year=abc", "Write a date as 2016, 2016-10 or 2016-10-25."),
        ("year=2017-13", "Write a date as 2016, 2016-10 or 2016-10-25."),
        ("year=1990", "Choose a year from 1991 to 2030."),
        ("year=2031", "Choose a year from 1991 to 2030."),
        ("show=nothing", "Choose what to show from the list."),
    ],
)
def test_a_wrong_choice_is_named_and_the_list_stays(client, counted, query, message):
    with time_machine.travel(NOW):
        answer = client.get(f"/en/regions/?{query}")
    html = answer.content.decode()
    assert (answer.status_code, answer.context["total"]) == (200, 4)
    assert re.findall(r'<p class="error"[^>]*>(.*?)</p>', html) == [message]
    assert 'class="map"' not in html


def test_choices_stay_while_filters_change(client, counted):
    html = client.get("/en/regions/?show=stories&year=2017&kind=region&q=region").content.decode()
    assert re.findall(r'class="chip" href="([^"]*)"', html) == [
        "?kind=region&amp;show=stories&amp;year=2017",
        "?q=region&amp;show=stories&amp;year=2017",
    ]
    assert re.findall(r"<option[^>]*selected>([^<]*)", html)[:2] == ["Stories", "2017"]


def test_a_month_in_the_address_stays_to_be_chosen(client, counted):
    html = client.get("/en/regions/?year=2021-12").content.decode()
    assert re.findall(r"<option[^>]*selected>([^<]*)", html)[:2] == ["Programmes", "2021-12"]


def test_map_says_in_which_language_a_name_is(client):
    make_region(title="Almaty", title_kk="Алматы", latitude=43.25, longitude=76.93)
    html = client.get("/ru/regions/").content.decode()
    assert re.search(r'<th scope="row"><a [^>]*lang="kk"[^>]*>Алматы</a>', html)


def test_the_map_costs_few_queries(client, counted):
    figure = make_indicator(observation={"region": counted[0]})
    costs = {}
    client.get("/en/regions/")  # what is asked once for each version of the content
    for show in (*LISTS, "cities", figure.slug):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/en/regions/?show={show}&year=2020&kind=region")
        costs[show] = len(captured)
    assert {show: n for show, n in costs.items() if n > 12} == {}


# A region's own page


def test_a_region_shows_where_it_lies(client):
    region = make_region(latitude=51.15, longitude=71.43)
    html = client.get(f"/ru/regions/{region.slug}/").content.decode()
    assert re.findall(r'class="map-mark" cx="(.*?)" cy="(.*?)"', html) == [("60.8%", "29.1%")]


def test_a_region_without_a_centre_shows_no_map(client):
    html = client.get(make_region().get_absolute_url()).content.decode()
    assert "map-svg" not in html


def test_a_region_says_which_of_its_cities_lie_elsewhere_now(client, changed):
    place = make_place(region=changed["KZ-63"], current_region=changed["KZ-10"])
    make_membership(place=place)
    html = client.get(changed["KZ-63"].get_absolute_url()).content.decode()
    assert f'<span class="role">now in {changed["KZ-10"].title}</span>' in html
