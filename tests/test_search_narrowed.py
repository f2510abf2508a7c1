"""Filters of the search narrow before the limit on what is looked at, and count what they leave."""

import pytest

from unicef_kz.content.search import engine

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
