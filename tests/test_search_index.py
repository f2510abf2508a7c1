"""The index follows every change at once, in the same transaction, and tells nobody of drafts."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programmes.models import PartnerName, Programme
from unicef_kz.content.models import SearchEntry
from unicef_kz.content.search import engine, index
from unicef_kz.content.search.query import Query
from unicef_kz.content.search.spelling import Vocabulary
from unicef_kz.content.search.words import forms, stem
from unicef_kz.search import KINDS, suggestions

from .factories import (
    make_milestone,
    make_partner,
    make_place,
    make_programme,
    make_region,
    make_source,
    make_story,
    make_story_with_child,
    move,
)

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    hits = engine.find(Query.parse(text), [*KINDS.values()], language="en").hits
    return [hit.slug for hit in hits]


# It follows every change


def test_old_words_are_gone_after_a_change():
    programme = make_programme(slug="a", title="Nurses", approach="<p>Visiting</p>")
    programme.title_en, programme.approach_en = "Doctors", "<p>Calling</p>"
    programme.save()
    words = ("nurses", "visiting", "doctors", "calling")
    assert [found(word) for word in words] == [[], [], ["a"], ["a"]]


def test_what_is_withdrawn_is_gone_with_all_its_words():
    story = make_story(slug="a", title="Nurses")
    story.withdraw(actor=None, comment="test")
    assert (found("nurses"), SearchEntry.objects.about(story).exists()) == ([], False)


@pytest.mark.parametrize("state", ["draft", "review"])
def test_what_was_never_public_has_no_words_in_the_index(state):
    make_programme(title="Nurses", state=state)
    assert not SearchEntry.objects.exists()


def test_what_is_scheduled_is_not_found():
    make_programme(title="Nurses", state="scheduled")
    assert found("nurses") == []


def test_story_is_not_found_once_a_consent_has_ended():
    story = make_story_with_child(slug="a", title="Nurses")
    before = found("nurses")
    story.subjects.get().consents.update(language_ru=False)
    story.title_ru = "Медсёстры"
    story.save()
    assert (before, found("nurses"), found("медсестры")) == (["a"], [], [])


def test_what_is_deleted_is_gone():
    make_programme(title="Nurses")
    type(make_programme()).objects.all().delete()
    assert not SearchEntry.objects.exists()


def test_a_change_that_is_rolled_back_leaves_the_index_alone():
    programme = make_programme(slug="a", title="Nurses")
    with transaction.atomic():
        programme.title_en = "Doctors"
        programme.save()
        transaction.set_rollback(True)
    assert (found("nurses"), found("doctors")) == (["a"], [])


def test_what_was_typed_and_never_saved_is_no_word():
    programme = make_programme(title="Nurses", state="draft")
    programme.title_en = "Doctors"
    move(programme, "published")
    assert (len(found("nurses")), found("doctors")) == (1, [])


def test_rows_of_a_record_are_words_of_it():
    partner = make_partner(slug="a", acronym="ABCD")
    PartnerName.objects.create(partner=partner, name_en="Formerly Something")
    partner.settle_relations()
    assert (found("formerly"), found("abcd")) == (["a"], ["a"])


def test_place_that_is_renamed_is_found_by_its_new_name():
    place = make_place(title="Oldtown")
    milestone = make_milestone(slug="a", places=[place])
    milestone.settle_relations()
    before = found("oldtown")
    place.title_en = "Newtown"
    place.save()
    assert (before, found("oldtown"), found("newtown")) == (["a"], [], ["a"])


def test_reindex_writes_the_same_again(capsys):
    make_programme(slug="a", title="Nurses")
    make_programme(state="draft")
    before = list(SearchEntry.objects.values_list("ranking", flat=True))
    SearchEntry.objects.all().delete()
    for _ in range(2):
        call_command("reindex")
    after = list(SearchEntry.objects.values_list("ranking", flat=True))
    assert (after, found("nurses")) == (before, ["a"])


def test_reindex_forgets_what_is_no_longer_published():
    programme = make_programme(slug="a", title="Nurses")
    Programme.objects.filter(pk=programme.pk).update(status="withdrawn")
    call_command("reindex", verbosity=0)
    assert list(SearchEntry.objects.about(programme)) == []


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_change_made_while_the_index_is_rebuilt_is_found():
    programme = make_programme(slug="a", title="Nurses")

    def reindex():
        index.rebuild()
        connection.close()

    rebuilt = threading.Thread(target=reindex)
    with transaction.atomic():
        programme.title_en = "Midwives"
        programme.save()
        rebuilt.start()
        rebuilt.join(1)
        assert rebuilt.is_alive()
    rebuilt.join()
    assert (found("nurses"), found("midwives")) == ([], ["a"])


# What is found


def test_phrase_stands_together():
    make_programme(slug="a", summary="Rights of the child")
    make_programme(slug="b", summary="The child has rights")
    assert found('"rights of the child"') == ["a"]


def test_phrase_does_not_run_from_one_text_into_the_next():
    make_programme(title="Every child", summary="Rights are law")
    assert found('"child rights"') == []


@pytest.mark.parametrize("text", ["nurses -home", "nurses −home", "-home nurses"])
def test_word_with_a_minus_is_left_out_wherever_it_stands(text):
    make_programme(slug="a", title="Nurses", summary="at home")
    make_programme(slug="b", title="Nurses", summary="abroad")
    assert found(text) == ["b"]


def test_word_within_a_word_is_no_minus():
    make_region(slug="a", iso="KZ-99")
    assert found("kz-99") == ["a"]


def test_nothing_but_words_to_leave_out_finds_nothing(client):
    make_programme(title="Nurses")
    response = client.get("/en/search/?q=-home")
    assert response.context["page_obj"].paginator.count == 0
    assert "at least one word" in response.content.decode()


def test_little_words_keep_nothing_out():
    make_programme(slug="a", title="Nurses, homes")
    assert found("the nurses of homes") == ["a"]


def test_exact_word_comes_before_its_forms_before_its_beginning():
    make_programme(slug="c", title="Nursery")
    make_programme(slug="b", title="Nurses")
    make_programme(slug="a", title="Nurse")
    assert found("nurse") == ["a", "b", "c"]


def test_language_of_the_page_comes_first():
    make_programme(slug="b", title="A", title_ru="Семинар")
    make_programme(slug="a", title="Б", title_kk="Семинар")
    hits = {
        code: engine.find(Query.parse("семинар"), [*KINDS.values()], language=code).hits[0].slug
        for code in ("ru", "kk")
    }
    assert hits == {"ru": "b", "kk": "a"}


def test_newer_comes_first_where_nothing_else_differs():
    for year in ("2009", "2017"):
        make_source(slug=f"of-{year}", title="Yearbook", published=year)
    assert found("yearbook") == ["of-2017", "of-2009"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("мектеп", "мектебінде"),
        ("бала", "балалардың"),
        ("кітап", "кітабы"),
        ("қала", "қаладағы"),
        ("отбасы", "отбасыларға"),
        ("үй", "үйлері"),
    ],
)
def test_forms_of_a_kazakh_word_meet(one, other):
    assert stem(forms(one)[0], "kk") == stem(forms(other)[0], "kk")


def test_count_stops_at_the_most(monkeypatch):
    monkeypatch.setattr(engine, "MOST", 3)
    for _ in range(5):
        make_source(title="Alike")
    result = engine.find(Query.parse("alike"), [*KINDS.values()])
    assert (len(result.hits), result.is_capped) == (3, True)


@pytest.mark.parametrize("vendor_word", ["'", '"', "\\", ":*", "a:*b", "NOT", "OR", "NEAR(a b)"])
def test_signs_of_the_query_languages_mean_nothing(vendor_word):
    found(vendor_word)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=200))
def test_no_text_fails(text):
    for query in (text, f'"{text}" -{text}', f"a{text}"):
        found(query)


# What the page and the suggestions say


def test_markup_in_a_title_is_shown_as_text(client):
    make_programme(title="<script>nurses</script>")
    html = client.get("/en/search/?q=nurses").content.decode()
    assert "&lt;script&gt;<mark>nurses</mark>&lt;/script&gt;" in html


def test_snippet_shows_where_the_words_stand_in_the_text(client):
    body = "<p>" + "Before. " * 60 + "The <b>nurses</b> come. " + "After. " * 60 + "</p>"
    make_programme(summary="A summary.", approach=body)
    html = client.get("/en/search/?q=nurse").content.decode()
    assert "The <mark>nurses</mark> come. After." in html


def test_snippet_says_the_language_that_has_the_words(client):
    make_programme(title="A", summary="Something", summary_ru="О медсёстрах")
    html = client.get("/en/search/?q=медсестры").content.decode()
    assert '<span lang="ru">О <mark>медсёстрах</mark></span>' in html


def test_mistake_is_answered_with_what_was_meant(client):
    make_programme(title="Nurses visiting")
    response = client.get("/en/search/?q=nurzes+visiting")
    assert response.context["search"].better == "nurses visiting"
    assert '<a href="?q=nurses+visiting">' in response.content.decode()


def test_word_of_a_hidden_record_is_never_proposed(client):
    make_programme(title="Nurses", state="scheduled")
    make_programme(title="Nurses", state="draft")
    assert client.get("/en/search/?q=nurzes").context["search"].better == ""


def test_text_typed_on_the_wrong_keyboard_is_understood(client):
    make_programme(title_ru="Привет")
    assert client.get("/ru/search/?q=ghbdtn").context["search"].better == "привет"


def test_short_words_have_no_neighbours():
    assert Vocabulary(["\n who "]).near("wo") == []


def test_suggestions_are_public_titles_only(client):
    make_programme(slug="a", title="Nurses")
    for state in ("draft", "scheduled", "withdrawn"):
        make_programme(title="Nurses", state=state)
    with override("en"):
        assert [record.slug for record in suggestions("nur")] == ["a"]
    response = client.get("/en/search/suggest/?q=nur")
    assert response.json() == {
        "suggestions": [
            {
                "title": "Nurses",
                "language": "en",
                "kind": "Programme",
                "url": "/en/programmes/a/",
            }
        ]
    }


def test_suggestions_have_an_end(client):
    for _ in range(12):
        make_source(title="Alike")
    assert len(client.get("/en/search/suggest/?q=alik").json()["suggestions"]) == 8


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00", "?q=-a", "?q=" + "a" * 3000])
def test_nothing_to_suggest_is_no_error(client, query):
    assert client.get(f"/en/search/suggest/{query}").json() == {"suggestions": []}


# Filters of the lists


def test_search_takes_the_filters_of_the_lists(client, world):
    region = world["region"].iso
    make_programme(title="A programme number without a region")
    answer = client.get(f"/en/search/?q=number&region={region}&kind=programme")
    assert [r.slug for r in answer.context["page_obj"]] == [world["programme"].slug]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("status=2", {"programme"}),
        ("from=1994&to=1994", {"milestone"}),
    ],
)
def test_kind_without_the_filter_gives_nothing(client, world, query, kinds):
    facet, *_others = client.get(f"/en/search/?q=number&{query}").context["filters"].facets
    assert (facet["name"], {option["code"] for option in facet["options"]}) == ("kind", kinds)


def test_wrong_value_of_a_filter_is_said_and_nothing_listed(client, world):
    response = client.get("/en/search/?q=number&region=nowhere")
    assert response.context["page_obj"].paginator.count == 0
    assert list(response.context["filters"].messages) == ["region"]


@pytest.mark.parametrize(
    ("order", "wanted"),
    [("-date", ["b", "a", "c"]), ("date", ["a", "b", "c"]), ("best", ["c", "b", "a"])],
)
def test_results_can_stand_by_date(client, order, wanted):
    make_source(slug="a", title="Something on nurses, long ago", published="2009")
    make_source(slug="b", title="Something on nurses, of late", published="2017")
    make_source(slug="c", title="Nurses", published="")
    page = client.get(f"/en/search/?q=nurses&sort={order}").context["page_obj"]
    assert [record.slug for record in page] == wanted


def test_list_and_search_agree(client, world):
    for word in ("number", "programm", '"a programme"', "-programme number"):
        listed = client.get("/en/programmes/", {"q": word}).context["total"]
        query = {"q": word, "kind": "programme"}
        searched = client.get("/en/search/", query).context["page_obj"].paginator.count
        assert (word, listed) == (word, searched)
