"""Filters of the search narrow before the limit on what is looked at, and count what they leave."""

import pytest

from unicef_kz.content.search import engine
from unicef_kz.search import KINDS

from .factories import make_programme, make_region, make_source, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(engine, "MOST", 3)


def ask(client, query: str):
    return client.get(f"/en/search/?q={query}").context["search"]


def slugs(search) -> list[str]:
    return [hit.slug for hit in search.found.hits]


def test_answer_that_fits_is_found_behind_many_that_do_not(client, few):
    make_story(slug="a", title="Alike", date="1999", regions=[make_region(iso="KZ-43")])
    for year in range(2001, 2006):
        make_source(title="Alike", published=str(year))
        make_story(title="Alike", date=str(year), regions=[make_region()])
    for filters in ("region=KZ-43", "to=2000", "region=KZ-43&kind=story"):
        search = ask(client, f"alike&{filters}")
        assert (slugs(search), search.found.is_capped) == (["a"], False)


def test_filters_that_leave_too_much_are_capped_too(client, few):
    programme = make_programme(slug="p")
    for _ in range(5):
        make_story(title="Alike", programmes=[programme])
    search = ask(client, "alike&programme=p")
    assert (len(search.found.hits), search.found.is_capped) == (3, True)


def test_kind_is_found_behind_many_that_nobody_may_see(client, few):
    make_source(slug="a", title="Alike", published="1999")
    for _ in range(5):
        make_story(title="Alike", date="2010", state="scheduled")
    assert slugs(ask(client, "alike&kind=source")) == ["a"]


# What the controls offer


def facets(client, query: str) -> dict[str, dict]:
    """parameter → code → number"""
    found = client.get(f"/en/search/?q={query}").context["filters"].facets
    return {f["name"]: {o["code"]: o["n"] for o in f["options"]} for f in found}


NARROWED = ["", "&region=KZ-43", "&kind=story&kind=partner", "&to=2030&region=KZ-43&kind=story"]


@pytest.mark.parametrize("chosen", NARROWED)
def test_option_gives_as_many_results_as_it_says(client, world, chosen):
    make_story(title="A number of its own", date="2009")
    for name, options in facets(client, f"number{chosen}").items():
        others = "".join(f"&{p}" for p in chosen.split("&") if p and not p.startswith(name))
        given = {
            code: len(ask(client, f"number{others}&{name}={code}").found.hits) for code in options
        }
        assert (name, given) == (name, options)


def test_every_filter_of_the_lists_has_controls(client, world):
    assert list(facets(client, "number")) == [
        *("kind", "programme", "cycle", "region", "partner", "sdg", "status")
    ]


@pytest.mark.parametrize("chosen", NARROWED)
def test_sets_of_keys_and_the_database_narrow_alike(client, world, chosen):
    search = ask(client, f"number{chosen}")
    asked = search.find(search.query, search.kinds or KINDS)
    assert [hit.slug for hit in asked.hits] == slugs(search) != []


def test_where_not_all_was_seen_every_option_is_offered_without_a_number(client, world, few):
    make_story(slug="late", title="A number of its own", regions=[make_region(iso="KZ-99")])
    found = facets(client, "number")
    assert (set(found["kind"]), found["kind"]["story"], "KZ-99" in found["region"]) == (
        set(KINDS),
        None,
        True,
    )


def test_chosen_region_is_ticked_and_sent_with_the_words(client, world):
    html = client.get("/en/search/?q=number&region=KZ-43").content.decode()
    box = '<input type=checkbox name=region value="KZ-43" checked form="search">'
    assert (html.count(box), html.count("type=hidden name=region")) == (1, 0)


def test_options_stay_after_a_wrong_value(client, world):
    assert "KZ-43" in facets(client, "number&from=x")["region"]
