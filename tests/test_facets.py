"""Facet counts and the bundled record: what an option promises is what it gives."""

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
