"""The contract of the parameters on every list, and whatever else may be sent."""

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from unicef_kz.content.filters import CONTRACT

from . import surfaces
from .factories import (
    make_cycle,
    make_indicator,
    make_milestone,
    make_observation,
    make_programme,
    make_region,
)
from .surfaces import make_world
from .test_filters import address, ask, messages, rows

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


@pytest.fixture(scope="module")
def world(module_db):
    """Only read here."""
    return make_world()


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


def test_too_many_words_get_a_message(client, world):
    assert messages(client, "story", "q=" + "x" * 201) == ["q"]


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


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_every_order_that_is_offered_works(client, world, kind):
    options = ask(client, kind).context["filters"].sort_options
    totals = {o["code"]: ask(client, kind, f"sort={o['code']}").context["total"] for o in options}
    assert set(totals.values()) == {ask(client, kind).context["total"]}


@pytest.mark.parametrize("page", ["0", "-1", "2", "1000000000", "x", "1.5", "²", "9" * 100])
def test_page_that_does_not_exist_is_empty_and_says_so(client, world, page):
    assert (rows(client, "story", f"page={page}"), messages(client, "story", f"page={page}")) == (
        [],
        ["page"],
    )


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
    response = Client().get(address(kind), {name: values}, follow=True)
    assert response.status_code == 200


@pytest.mark.usefixtures("some_rows")
@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["q", "kind", "page", "other"]), ODD))
def test_any_search_gives_a_page(values):
    values = {n: v.encode("utf-8", "surrogatepass") for n, v in values.items()}
    assert Client().get(SEARCH, values, follow=True).status_code == 200


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
    assert client.get(f"{path}?{query}", follow=True).status_code == 200
