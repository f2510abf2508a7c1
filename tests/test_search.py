"""Search over every kind of record: what is found, in which order, and how the page shows it."""

import pytest

from unicef_kz.content.languages import fold
from unicef_kz.search import FOUND, KINDS

from . import surfaces
from .factories import make_partner, make_programme, make_source, make_story

pytestmark = pytest.mark.django_db


def ask(client, query: str):
    return client.get(f"/en/search/?q={query}", follow=True).context["page_obj"]


def found(client, query: str) -> list[str]:
    return [record.slug for record in ask(client, query)]


def total(client, query: str) -> int:
    return ask(client, query).paginator.count


@pytest.mark.parametrize("word", ["қала", "ҚАЛА", "Қала"])
def test_kazakh_is_found_in_any_case(client, word):
    make_programme(slug="a", title_kk="Мейірімді Қала")
    assert found(client, word) == ["a"]


@pytest.mark.parametrize("word", ["кала", "КАЛА", "отбасы", "Балалар уй"])
def test_kazakh_is_found_without_a_kazakh_keyboard(client, word):
    make_programme(slug="a", title_kk="Қала, отбасы, балалар үйі")
    assert found(client, word) == ["a"]


def test_kazakh_letters_find_what_was_typed_without_them(client):
    make_programme(slug="a", title_kk="Кала")
    assert found(client, "қала") == ["a"]


@pytest.mark.parametrize("word", ["елка", "ёлка"])
@pytest.mark.parametrize("title", ["Елка", "Ёлка"])
def test_yo_and_ye_are_one(client, word, title):
    make_programme(slug="a", title_ru=title)
    assert found(client, word) == ["a"]


def test_list_folds_letters_too(client):
    make_programme(slug="a", title_kk="Мейірімді қала")
    assert client.get("/kk/programmes/?q=мейиримди+кала").context["total"] == 1


def test_match_is_marked_in_its_own_letters(client):
    make_programme(title_kk="Мейірімді қалалар", summary_kk="Ж")
    html = client.get("/kk/search/?q=кала").content.decode()
    assert "Мейірімді <mark>қалалар</mark>" in html


@pytest.mark.parametrize("text", ["İstanbul", "ſ", "ẞ", "🙂 қала"])
def test_folding_keeps_every_place(text):
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize("word", ["ёлка", "ЁЛКА", "Ёлка"])
def test_russian_is_found_in_any_case(client, word):
    make_programme(slug="a", summary_ru="Новогодняя Ёлка")
    assert found(client, word) == ["a"]


def test_page_in_one_language_finds_words_of_another(client):
    make_programme(slug="a", title_ru="Патронаж")
    assert [r.slug for r in client.get("/kk/search/?q=патронаж").context["page_obj"]] == ["a"]


def test_title_comes_before_summary(client):
    make_programme(slug="in-summary", summary="Nurses at home")
    make_source(slug="in-title", title="Nurses at home")
    assert found(client, "nurses") == ["in-title", "in-summary"]


def test_every_word_has_to_be_there(client):
    make_programme(slug="a", title="Nurses", summary="at home")
    make_programme(slug="b", title="Nurses", summary="abroad")
    assert found(client, "home+nurses") == ["a"]


def test_no_words_find_nothing(client, world):
    assert found(client, "+++") == []


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_every_kind_is_found(client, world, kind):
    assert world[kind].slug in [
        r.slug for r in client.get(f"/en/search/?q=number&kind={kind}").context["page_obj"]
    ]


def kinds(client, query: str) -> dict[str, int]:
    facets = client.get(f"/en/search/?q={query}").context["filters"].facets
    return {o["code"]: o["n"] for f in facets if f["name"] == "kind" for o in f["options"]}


def test_kind_facet_counts_what_each_kind_gives(client, world):
    counts = kinds(client, "number")
    given = {kind: total(client, f"number&kind={kind}") for kind in counts}
    assert counts == given


def test_counts_stay_when_a_kind_is_chosen(client, world):
    assert kinds(client, "number&kind=story") == kinds(client, "number")


def test_two_kinds_widen(client, world):
    response = client.get("/en/search/?q=number&kind=story&kind=partner")
    assert {r._meta.model_name for r in response.context["page_obj"]} == {"story", "partner"}


def test_pages_go_on(client):
    for _ in range(25):
        make_partner(title="Alike")
    first, second = found(client, "alike"), found(client, "alike&page=2")
    assert (len(first), len(second), set(first) & set(second)) == (20, 5, set())


def test_search_on_a_kind_that_does_not_exist_is_not_silently_wider(client, world):
    assert total(client, "number&kind=nothing") == 0


def test_pattern_signs_are_plain_signs(client, world):
    assert (found(client, "%25"), found(client, "_")) == ([], [])


def test_withdrawn_record_is_not_found(client):
    story = make_story(title="Unlike any other")
    story.withdraw(actor=None, comment="test")
    assert found(client, "unlike") == []


def test_every_list_is_searched():
    assert set(KINDS) == {*surfaces.LISTS, "page"}


def test_answers_are_the_same_however_entries_are_walked_through(client, monkeypatch):
    for number in range(8):
        make_story(title=f"A well {number}", date=str(2000 + number), body="<p>Water</p>")
    make_story(title="A pump", date="2004", body="<p>Water from a well</p>")
    before = {word: found(client, word) for word in ("well", "water", "pump")}
    monkeypatch.setattr("unicef_kz.content.search.engine.MANY", 0)
    FOUND.forget(None)
    assert {word: found(client, word) for word in before} == before
    assert [len(slugs) for slugs in before.values()] == [9, 9, 1]
