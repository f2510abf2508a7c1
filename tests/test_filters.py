"""What the filters of the lists find, and in which order."""

import pytest
from django.test import Client
from django.urls import reverse

from programmes.models import Programme

from . import surfaces
from .factories import (
    make_concept,
    make_indicator,
    make_milestone,
    make_participation,
    make_partner,
    make_programme,
    make_region,
    make_source,
    make_story,
)

pytestmark = pytest.mark.django_db


def address(kind: str) -> str:
    return reverse(surfaces.LISTS[kind])


def ask(client, kind: str, query: str = ""):
    response = client.get(f"{address(kind)}?{query}", follow=True)
    assert response.status_code == 200
    return response


def rows(client, kind: str, query: str = "") -> list[str]:
    return [record.slug for record in ask(client, kind, query).context["object_list"]]


def messages(client, kind: str, query: str) -> list[str]:
    return list(ask(client, kind, query).context["filters"].messages)


# Combining


def test_values_of_one_parameter_widen():
    client = Client()
    make_milestone(kind="treaty", slug="a")
    make_milestone(kind="visit", slug="b")
    make_milestone(kind="study", slug="c")
    assert sorted(rows(client, "milestone", "kind=treaty&kind=visit")) == ["a", "b"]


def test_parameters_narrow(client):
    region = make_region(iso="KZ-43")
    make_milestone(kind="treaty", slug="a", regions=[region])
    make_milestone(kind="visit", slug="b", regions=[region])
    make_milestone(kind="treaty", slug="c")
    assert rows(client, "milestone", "kind=treaty&region=KZ-43") == ["a"]


def test_parameters_that_contradict_each_other_find_nothing(client, world):
    make_milestone(kind="treaty")
    response = ask(client, "milestone", "kind=treaty&region=KZ-43")
    assert (response.context["total"], response.context["filters"].messages) == (0, {})


def test_record_with_two_of_the_values_stands_once(client):
    regions = [make_region(iso="KZ-43"), make_region(iso="KZ-63")]
    make_story(slug="a", regions=regions)
    assert rows(client, "story", "region=KZ-43&region=KZ-63") == ["a"]


# Words


@pytest.mark.parametrize("word", ["ПАТРОНАЖ", "патронаж", "Патронаж"])
@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_words_are_found_in_any_case(client, world, kind, word):
    record = world[kind]
    record.summary_ru = "О патронаже на дому"
    record.save()
    assert record.slug in rows(client, kind, f"q={word}")


def test_every_word_has_to_be_there(client):
    make_story(slug="a", title="Nurse at home")
    make_story(slug="b", title="Nurse abroad")
    assert rows(client, "story", "q=home+nurse") == ["a"]


@pytest.mark.parametrize("sign", ["%25", "_", "\\", "'", "*"])
def test_signs_of_patterns_are_plain_signs(client, sign):
    make_story(title="Plain words")
    assert rows(client, "story", f"q={sign}") == []


# Time


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("from=1994", True),
        ("from=1994-11", True),
        ("from=1994-11-25", True),
        ("from=1994-11-26", False),
        ("from=1995", False),
        ("to=1994", True),
        ("to=1994-11", True),
        ("to=1994-11-24", False),
        ("to=1993", False),
        ("from=1994&to=1994", True),
        ("from=1994-11-25&to=1994-11-25", True),
    ],
)
def test_period(client, query, found):
    make_milestone(date="1994-11-25", slug="a")
    assert rows(client, "milestone", query) == (["a"] if found else [])


def test_undated_record_is_in_no_period(client):
    make_milestone(date="")
    assert rows(client, "milestone", "from=1900") == []


def test_open_period_reaches_every_later_year(client):
    make_programme(start="2016", end="", slug="a")
    assert rows(client, "programme", "from=2090") == ["a"]


def test_period_of_a_figure_is_that_of_its_values(client):
    make_indicator(slug="a", observation={"date": "2010"})
    make_indicator(slug="b", observation={"date": "2020"})
    assert rows(client, "indicator", "from=2015") == ["b"]


# Places, programmes


def test_region_finds_what_stands_under_its_former_name(client):
    turkistan = make_region(iso="KZ-61")
    former = make_region(iso="KZ-YUZ", renamed_to=turkistan)
    make_milestone(slug="a", regions=[former])
    assert rows(client, "milestone", "region=KZ-61") == ["a"]


def test_former_name_does_not_find_what_came_later(client):
    turkistan = make_region(iso="KZ-61")
    make_region(iso="KZ-YUZ", renamed_to=turkistan)
    make_milestone(regions=[turkistan])
    assert rows(client, "milestone", "region=KZ-YUZ") == []


def test_region_that_was_carved_out_does_not_find_what_happened_before(client):
    east = make_region(iso="KZ-63")
    make_region(iso="KZ-10", carved_from=east)
    make_milestone(regions=[east])
    assert rows(client, "milestone", "region=KZ-10") == []


def test_rename_reaches_through_two_names(client):
    third = make_region(iso="KZ-3")
    first = make_region(iso="KZ-1")
    second = make_region(iso="KZ-2", renamed_to=third)
    first.renamed_to = second
    first.save()
    make_milestone(slug="a", regions=[first])
    assert rows(client, "milestone", "region=KZ-3") == ["a"]


def test_programme_stands_for_its_parts(client):
    area = make_programme(slug="area")
    part = make_programme(slug="part", parent=make_programme(slug="middle", parent=area))
    make_milestone(slug="a", programmes=[part])
    assert rows(client, "milestone", "programme=area") == ["a"]


def test_part_does_not_stand_for_its_area(client):
    area = make_programme(slug="area")
    make_programme(slug="part", parent=area)
    make_milestone(programmes=[area])
    assert rows(client, "milestone", "programme=part") == []


def test_moved_programme_is_found_under_its_new_area(client):
    old, new = make_programme(slug="old"), make_programme(slug="new")
    part = make_programme(slug="part", parent=old)
    part.parent = new
    part.save()
    assert (
        rows(client, "programme", "programme=old"),
        "part" in rows(client, "programme", "programme=new"),
    ) == (["old"], True)


def test_partner_filter_finds_its_programmes(client):
    partner = make_partner(slug="who")
    make_participation(make_programme(slug="a"), partner)
    make_programme(slug="b")
    assert rows(client, "programme", "partner=who") == ["a"]


def test_own_code_finds_the_record_itself(client):
    make_partner(slug="who")
    make_partner(slug="other")
    assert rows(client, "partner", "partner=who") == ["who"]


def test_goal_finds_programmes(client):
    make_programme(slug="a", concepts=[make_concept(code="3")])
    make_concept(code="4")
    assert (rows(client, "programme", "sdg=3"), rows(client, "programme", "sdg=4")) == (["a"], [])


def test_cluster_of_another_classification_is_no_goal(client):
    make_programme(concepts=[make_concept(scheme="crc", code="7")])
    assert messages(client, "programme", "sdg=7") == ["sdg"]


def test_activity_status_is_the_code_of_iati(client):
    make_programme(slug="a", activity_status=Programme.ActivityStatus.CLOSED)
    make_programme(slug="b")
    assert rows(client, "programme", "status=4") == ["a"]


# Order and pages


def test_titles_rise(client):
    for title in ("Beta", "alpha", "Gamma"):
        make_source(title=title, slug=title.lower())
    assert rows(client, "source", "sort=title") == ["alpha", "beta", "gamma"]


def test_oldest_first_with_undated_last(client):
    for date in ("", "2016", "1994"):
        make_story(date=date, slug=f"y{date}")
    assert rows(client, "story", "sort=date") == ["y1994", "y2016", "y"]


def test_newest_first_with_undated_last(client):
    for date in ("", "2016", "1994"):
        make_story(date=date, slug=f"y{date}")
    assert rows(client, "story", "sort=-date") == ["y2016", "y1994", "y"]


def test_second_page_goes_on_where_the_first_ended(client):
    for _ in range(25):
        make_partner()
    first, second = rows(client, "partner", "page=1"), rows(client, "partner", "page=2")
    assert (len(first), len(second), set(first) & set(second)) == (20, 5, set())


def test_page_links_keep_the_filters(client):
    for _ in range(25):
        make_partner(kind="21")
    pages = dict(ask(client, "partner", "kind=21&page=2").context["pages"])
    assert pages[1] == "?kind=21&page=1"


# Chips
