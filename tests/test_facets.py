"""Facet counts and the bundled record: what an option promises is what it gives."""

import re

import pytest
from django.http import QueryDict
from django.urls import resolve, reverse

from . import surfaces

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]


def filters(kind: str, query: str = ""):
    view = resolve(reverse(surfaces.LISTS[kind])).func.view_class
    return view.filterset_class(QueryDict(query), view.model.objects.public(), request=None)


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_each_option_gives_as_many_rows_as_it_says(kind):
    wrong = {
        (facet["name"], option["code"]): (option["n"], found)
        for facet in filters(kind).facets
        for option in facet["options"]
        if (found := filters(kind, f"{facet['name']}={option['code']}").qs.count()) != option["n"]
    }
    assert wrong == {}


FILTERED = {
    "programme": "cycle=programme-areas-about-2009&kind=programme&q=child",
    "milestone": "from=1994&to=2016&kind=agreement&kind=treaty",
    "story": "region=KZ-63&kind=case",
    "indicator": "kind=percent",
    "partner": "kind=10",
    "region": "kind=region",
    "source": "kind=webpage&from=2000",
}


@pytest.mark.parametrize(("kind", "query"), FILTERED.items())
def test_option_counts_what_the_other_filters_leave(kind, query):
    wrong = {}
    for facet in filters(kind, query).facets:
        others = QueryDict(query, mutable=True)
        for option in facet["options"]:
            others[facet["name"]] = option["code"]
            found = filters(kind, others.urlencode()).qs.count()
            if found != option["n"]:
                wrong[facet["name"], option["code"]] = option["n"], found
    assert wrong == {}


@pytest.mark.parametrize(("kind", "query"), FILTERED.items())
def test_option_leads_to_something_unless_it_is_chosen(kind, query):
    options = [o for f in filters(kind, query).facets for o in f["options"]]
    assert [o for o in options if not o["n"] and not o["chosen"]] == []


def test_chosen_option_stays_where_it_leads_to_nothing():
    found = filters("milestone", "kind=treaty&region=KZ-63&from=2020")
    (option,) = [o for f in found.facets for o in f["options"] if o["code"] == "KZ-63"]
    assert (found.qs.count(), option["chosen"], option["n"]) == (0, True, 0)


def test_all_options_come_back_after_a_wrong_value():
    counts = [
        {o["code"]: o["n"] for f in filters("story", q).facets for o in f["options"]}
        for q in ("", "from=x")
    ]
    assert counts[0] == counts[1]


def test_address_is_the_same_whatever_the_order_of_the_choices():
    queries = (
        "region=KZ-63&kind=visit&kind=treaty&q=",
        "kind=treaty&kind=visit&region=KZ-63&kind=visit",
    )
    assert {filters("milestone", q).query() for q in queries} == {
        "?region=KZ-63&kind=treaty&kind=visit"
    }


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_no_option_is_offered_twice(kind):
    for facet in filters(kind).facets:
        codes = [option["code"] for option in facet["options"]]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_every_list_has_facets(kind):
    assert [facet["name"] for facet in filters(kind).facets] != []


def test_chosen_option_is_marked():
    facet = next(f for f in filters("milestone", "region=KZ-43").facets if f["name"] == "region")
    assert [o["code"] for o in facet["options"] if o["chosen"]] == ["KZ-43"]


@pytest.mark.parametrize("language", surfaces.LANGUAGES)
def test_list_page_with_twenty_rows_is_small(client, language):
    sizes = {
        kind: len(client.get(f"/{language}{reverse(name)[3:]}").content)
        for kind, name in surfaces.LISTS.items()
    }
    assert {kind: size for kind, size in sizes.items() if size >= 40_000} == {}


def test_chip_names_a_value_that_no_record_has():
    chips = filters("story", "region=KZ-11").chips
    assert [str(chip["value"]) for chip in chips] == ["Akmola Region"]


# Options of a long vocabulary


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_every_option_can_be_reached(client, kind):
    """On the page itself, or by the button that it has for the rest."""
    path = reverse(surfaces.LISTS[kind])
    for name, options in options_with_records(kind).items():
        response = client.get(path)
        facet = next(f for f in response.context["filters"].facets if f["name"] == name)
        if len(facet["options"]) < len(options):
            assert name in whole_vocabularies(response)
            response = client.get(f"{path}?all={name}")
        html = response.content.decode()
        missing = {code for code in options if f'name={name} value="{code}"' not in html}
        assert (name, missing) == (name, set())


def whole_vocabularies(response) -> list[str]:
    """Those that the page has a button for."""
    buttons = re.findall(r"<button class=\"all\"[^>]*>", response.content.decode())
    return [re.search(r'value="(\w+)"', button)[1] for button in buttons]


def options_with_records(kind) -> dict[str, list]:
    found = filters(kind)
    return {
        name: [code for code, (_titles, keys) in found.options[name].items() if keys]
        for name in found.facet_filters
    }


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_places_cycles_and_kinds_are_all_on_the_page(kind):
    shown = {f["name"]: len(f["options"]) for f in filters(kind).facets}
    every = {name: len(options) for name, options in options_with_records(kind).items()}
    assert {name for name in shown if shown[name] < every[name]} <= {"programme", "partner"}


def test_chosen_option_beyond_the_first_stays_on_the_page():
    facet = filters("milestone").facets[0]
    rest = set(options_with_records("milestone")["programme"]) - {
        option["code"] for option in facet["options"]
    }
    code = min(rest)
    again = filters("milestone", f"programme={code}").facets[0]
    assert [o["code"] for o in again["options"] if o["chosen"]] == [code]


def test_whole_vocabulary_stays_open_while_it_is_ticked(client):
    before, after = client.get("/en/timeline/"), client.get("/en/timeline/?all=partner")
    assert (whole_vocabularies(before), whole_vocabularies(after)) == (
        ["programme", "partner"],
        ["programme"],
    )
    assert '<input type="hidden" name="all" value="partner">' in after.content.decode()


def test_wrong_value_is_told_beside_its_facet(client):
    html = client.get("/en/timeline/?region=nowhere").content.decode()
    assert '<p class="error" id="e-region">' in html
