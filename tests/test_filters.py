"""The filters of the lists: the contract of the parameters, and whatever else may be sent."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.models import Programme
from unicef_kz.content.filters import CONTRACT

from . import surfaces
from .factories import (
    make_concept,
    make_cycle,
    make_indicator,
    make_milestone,
    make_observation,
    make_participation,
    make_partner,
    make_programme,
    make_region,
    make_source,
    make_story,
)

pytestmark = pytest.mark.django_db
#: parameters that mean nothing for a kind
NOT_FOR = {
    "programme": [],
    "partner": ["from", "to", "status"],
    "region": ["from", "to", "status"],
    "indicator": ["status"],
    "milestone": ["status"],
    "story": ["status"],
    "source": ["programme", "cycle", "region", "partner", "sdg", "status"],
}
PAIRS = [(k, p) for k in surfaces.LISTS for p in CONTRACT if p not in NOT_FOR[k]]
USELESS = [(kind, name) for kind, names in NOT_FOR.items() for name in names]
CHECKED = [(k, p) for k, p in PAIRS if p not in ("q", "page")]
SEARCH = "/en/search/"


def address(kind: str) -> str:
    return reverse(surfaces.LISTS[kind])


def ask(client, kind: str, query: str = ""):
    response = client.get(f"{address(kind)}?{query}")
    assert response.status_code == 200
    return response


def rows(client, kind: str, query: str = "") -> list[str]:
    return [record.slug for record in ask(client, kind, query).context["object_list"]]


def messages(client, kind: str, query: str) -> list[str]:
    return list(ask(client, kind, query).context["filters"].messages)


# Every parameter of the contract


def test_table_of_parameters_is_the_contract(world):
    assert list(surfaces.valid_values("story", world)) == CONTRACT


@pytest.mark.parametrize(("kind", "name"), PAIRS)
def test_valid_value_finds_the_record(client, world, kind, name):
    value = surfaces.valid_values(kind, world)[name]
    assert world[kind].slug in rows(client, kind, f"{name}={value}")


@pytest.mark.parametrize(("kind", "name"), CHECKED)
def test_invalid_value_gives_no_rows_and_a_message(client, world, kind, name):
    response = ask(client, kind, f"{name}=no-such-value")
    filters = response.context["filters"]
    assert (response.context["total"], list(filters.messages)) == (0, [name])


@pytest.mark.parametrize(("kind", "name"), CHECKED)
def test_message_stands_on_the_page(client, world, kind, name):
    response = ask(client, kind, f"{name}=no-such-value")
    (message,) = response.context["filters"].messages[name]
    assert message.split("“")[0].split("'")[0] in response.content.decode()


@pytest.mark.parametrize(("kind", "name"), USELESS)
def test_parameter_that_does_not_apply_gives_no_rows_and_a_message(client, world, kind, name):
    value = surfaces.valid_values("programme", world)[name]
    response = ask(client, kind, f"{name}={value}")
    filters = response.context["filters"]
    assert (response.context["total"], filters.messages) == (
        0,
        {name: ["This list cannot be filtered by it."]},
    )


@pytest.mark.parametrize("kind", surfaces.LISTS)
@pytest.mark.parametrize("query", ["", "&".join(f"{n}=" for n in CONTRACT), "q=%20&region=%20"])
def test_empty_values_say_nothing(client, world, kind, query):
    assert rows(client, kind, query) == rows(client, kind)


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_unknown_names_are_ignored(client, world, kind):
    response = ask(client, kind, "utm_source=x&REGION=KZ-43&regions=none")
    assert (response.context["total"], response.context["filters"].messages) == (
        len(rows(client, kind)),
        {},
    )


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_unknown_names_are_not_copied_into_links(client, world, kind):
    assert "zqpoison" not in "".join(
        line
        for line in ask(client, kind, "zqpoison=1&q=number").content.decode().splitlines()
        if "language" not in line
    )


@pytest.mark.parametrize("name", ["region", "programme", "cycle", "partner", "kind", "sdg"])
def test_one_wrong_value_among_right_ones_is_not_ignored(client, world, name):
    right = surfaces.valid_values("milestone", world)[name]
    assert messages(client, "milestone", f"{name}={right}&{name}=no-such-value") == [name]


def test_same_value_twice_is_one_value(client, world):
    assert rows(client, "milestone", "region=KZ-43&region=KZ-43") == [world["milestone"].slug]


def test_list_offers_no_state_of_the_workflow(client, world):
    assert messages(client, "programme", "status=draft") == ["status"]


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
    type(record).objects.filter(pk=record.pk).update(summary_ru="О патронаже на дому")
    assert record.slug in rows(client, kind, f"q={word}")


def test_every_word_has_to_be_there(client):
    make_story(slug="a", title="Nurse at home")
    make_story(slug="b", title="Nurse abroad")
    assert rows(client, "story", "q=home+nurse") == ["a"]


@pytest.mark.parametrize("sign", ["%25", "_", "\\", "'", "*"])
def test_signs_of_patterns_are_plain_signs(client, sign):
    make_story(title="Plain words")
    assert rows(client, "story", f"q={sign}") == []


def test_too_many_words_get_a_message(client, world):
    assert messages(client, "story", "q=" + "x" * 201) == ["q"]


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


@pytest.mark.parametrize(
    "date",
    [
        "x",
        "1994-13",
        "1994-02-30",
        "25.11.1994",
        "1994/1995",
        "2009~",
        "99999",
        "0000",
        "-1",
        "1899",
    ],
)
@pytest.mark.parametrize("name", ["from", "to"])
def test_absurd_date_gets_a_message(client, world, name, date):
    assert messages(client, "milestone", f"{name}={date}") == [name]


def test_end_before_start_gets_a_message(client, world):
    assert messages(client, "milestone", "from=2016&to=2015") == ["to"]


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


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_every_order_that_is_offered_works(client, world, kind):
    options = ask(client, kind).context["filters"].sort_options
    totals = {o["code"]: ask(client, kind, f"sort={o['code']}").context["total"] for o in options}
    assert set(totals.values()) == {ask(client, kind).context["total"]}


def test_second_page_goes_on_where_the_first_ended(client):
    for _ in range(25):
        make_partner()
    first, second = rows(client, "partner", "page=1"), rows(client, "partner", "page=2")
    assert (len(first), len(second), set(first) & set(second)) == (20, 5, set())


@pytest.mark.parametrize("page", ["0", "-1", "2", "1000000000", "x", "1.5", "²", "9" * 100])
def test_page_that_does_not_exist_is_empty_and_says_so(client, world, page):
    assert (rows(client, "story", f"page={page}"), messages(client, "story", f"page={page}")) == (
        [],
        ["page"],
    )


def test_page_links_keep_the_filters(client):
    for _ in range(25):
        make_partner(kind="21")
    pages = dict(ask(client, "partner", "kind=21&page=2").context["pages"])
    assert pages[1] == "?kind=21&page=1"


# Chips


def test_chip_names_the_filter_and_leads_to_the_list_without_it(client, world):
    chips = ask(client, "milestone", "region=KZ-43&kind=event&page=1").context["filters"].chips
    assert [(str(c["name"]), c["value"], c["without"]) for c in chips] == [
        ("Region", world["region"].title_en, "?kind=event"),
        ("Kind", "Event", "?region=KZ-43"),
    ]


def test_wrong_value_has_a_chip_too(client, world):
    chips = ask(client, "milestone", "region=nowhere").context["filters"].chips
    assert [(c["value"], c["without"]) for c in chips] == [("nowhere", "?")]


# Whatever is sent, a readable page comes back


@pytest.fixture(scope="module")
def some_rows(module_db):
    make_observation(make_indicator(), region=make_region(iso="KZ-99"))
    make_programme(cycles=[make_cycle()])
    make_milestone()


ODD = st.text(max_size=30) | st.sampled_from(
    ["\x00", "%00", "é" * 3000, "10" * 500, "../..", "1994-00", "0001", "'; --", "\ud800", "KZ-43"]
)


@pytest.mark.usefixtures("some_rows")
@pytest.mark.parametrize("name", CONTRACT)
@settings(max_examples=20, deadline=None)
@given(value=ODD, other=ODD, kind=st.sampled_from([*surfaces.LISTS]))
def test_any_value_gives_a_page(name, value, other, kind):
    values = [v.encode("utf-8", "surrogatepass") for v in (value, other)]
    response = Client().get(address(kind), {name: values})
    assert response.status_code == 200


@pytest.mark.usefixtures("some_rows")
@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["q", "kind", "page", "other"]), ODD))
def test_any_search_gives_a_page(values):
    values = {n: v.encode("utf-8", "surrogatepass") for n, v in values.items()}
    assert Client().get(SEARCH, values).status_code == 200


@pytest.mark.usefixtures("some_rows")
@pytest.mark.parametrize("path", [*surfaces.LISTS, "search"])
@pytest.mark.parametrize(
    "query",
    [
        "q=" + "word+" * 2000,
        "q=%00",
        "q=%0%000",
        "q=a%0%0000b",
        "region=%00",
        "region=%0%000&cycle=%0%000",
        "kind=%00&page=%00",
        "q=%ED%A0%80",
        "q=%FF%FE",
        "page=1000000000",
        "&&&=&=x&q",
        "q[]=1&q[$ne]=1",
        "&".join(f"x{i}=1" for i in range(500)),
    ],
    ids=lambda query: query[:24],
)
def test_hostile_query_gives_a_page(client, path, query):
    path = SEARCH if path == "search" else address(path)
    assert client.get(f"{path}?{query}").status_code == 200
