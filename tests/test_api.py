"""The API: what a record holds, how one reads on, what is not there, and how often one may ask."""

import datetime
import re
from itertools import chain

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from programmes.models import Programme
from stories.models import Consent, Story
from unicef_kz.api import reading
from unicef_kz.api.fields import plain_text
from unicef_kz.api.serializers import SERIALIZERS
from unicef_kz.kinds import KINDS

from .factories import (
    make_indicator,
    make_milestone,
    make_observation,
    make_place,
    make_programme,
    make_region,
    make_source,
    make_story,
    make_story_with_child,
    make_subject,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
API = "/api/v1/"


def get(client, path, **query):
    return client.get(f"{API}{path}", query)


def slugs(client, path, **query) -> list[str]:
    return [record["slug"] for record in get(client, path, **query).json()["results"]]


# What a record holds


def test_texts_stand_in_every_language(client):
    make_programme(slug="a", title="School", title_ru="Школа")
    assert get(client, "programmes/a/").json()["title"] == {
        "en": "School",
        "kk": None,
        "ru": "Школа",
    }


def test_one_language_is_enough(client):
    region = make_region(title="East", title_ru="Восток")
    make_programme(slug="a", title="School", title_ru="Школа", regions=[region])
    found = get(client, "programmes/a/", lang="ru").json()
    assert (found["title"], found["regions"][0]["name"], found["kind"]["name"]) == (
        {"ru": "Школа"},
        {"ru": "Восток"},
        {"ru": "Проект"},
    )


def test_codes_stand_beside_names(client):
    region = make_region(slug="east", iso="KZ-63", title="East")
    make_milestone(slug="a", kind="treaty", regions=[region])
    found = get(client, "milestones/a/", lang="en").json()
    assert (found["kind"], found["regions"]) == (
        {"code": "treaty", "name": {"en": "Treaty"}},
        [{"iso": "KZ-63", "slug": "east", "name": {"en": "East"}}],
    )


def test_date_stands_as_written_and_as_days(client):
    make_milestone(slug="a", date="1994-11")
    found = get(client, "milestones/a/").json()
    assert [found["date"], found["earliest"], found["latest"]] == [
        "1994-11",
        "1994-11-01",
        "1994-11-30",
    ]


def test_figure_holds_its_values_with_their_source(client):
    source = make_source(slug="survey", title="Survey")
    observation = {"value": "28.60", "value_max": 30, "source": source, "locator": "p. 7"}
    make_indicator(slug="a", observation=observation | {"quality": "estimate", "caveat": "Old."})
    (value,) = get(client, "figures/a/", lang="en").json()["observations"]
    assert [value[name] for name in ("value", "value_max", "locator", "caveat")] == [
        28.6,
        30,
        "p. 7",
        {"en": "Old."},
    ]
    assert (value["quality"]["code"], value["source"]["slug"]) == ("estimate", "survey")


def test_citation_names_its_source_and_the_place_in_it(client):
    make_milestone(slug="a", source=make_source(slug="law"))
    (citation,) = get(client, "milestones/a/", lang="en").json()["citations"]
    assert (citation["source"]["slug"], citation["locator"], citation["stance"]["code"]) == (
        "law",
        "p. 1",
        "supports",
    )


def test_record_says_how_each_language_stands(client):
    make_programme(slug="a", title_ru="Школа", summary_ru="Кратко.")
    found = get(client, "programmes/a/").json()
    assert found["translations"] == {"en": "source", "kk": "missing", "ru": "machine"}


def test_record_has_an_address_in_each_language(client, settings):
    make_programme(slug="a")
    found = get(client, "programmes/a/").json()["url"]
    assert found["kk"] == f"{settings.SITE_URL}/kk/programmes/a/"


def test_nothing_private_has_a_field():
    known = {name: set(SERIALIZERS[name]().fields) for name in KINDS}
    assert [name for name in KINDS if known[name] & KINDS[name].model.private] == []


def test_place_of_a_story_with_a_child_is_its_region(client, world):
    story = make_story(slug="a", place=make_place(kind="village"), state="draft")
    make_subject(story)
    Story.objects.filter(pk=story.pk).update(status="published", publish_at=timezone.now())
    found = get(client, "stories/a/", lang="en").json()
    assert (found["place"], found["names_note"]) == (
        None,
        {"en": "This story is told without names."},
    )


def test_html_becomes_text():
    assert plain_text("<p>A &amp; B</p><ul><li><p>c</p></li></ul>") == "A & B\nc"


# The list


def test_list_says_how_many_there_are(client):
    for _i in range(3):
        make_programme()
    found = get(client, "programmes/", page_size=2).json()
    assert (found["count"], len(found["results"]), found["previous"], found["errors"]) == (
        3,
        2,
        None,
        {},
    )


def test_page_is_that_of_the_site(client):
    for _i in range(23):
        make_programme()
    page = client.get("/en/programmes/?page=2").context["object_list"]
    assert slugs(client, "programmes/", page=2) == [record.slug for record in page]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "soon"),
        ("kind", "x"),
        ("status", "2"),
        ("lang", "fr"),
        ("format", "pdf"),
        ("page", "9"),
        ("page", "-1"),
        ("page_size", "0"),
        ("page_size", "1000"),
        ("page_size", "²"),
        ("cursor", "x"),
        ("cursor", "é"),
        ("cursor", "Pi0xLjE="),
    ],
)
def test_wrong_value_gives_no_rows_and_says_why(client, world, name, value):
    response = get(client, "milestones/", **{name: value})
    found = response.json()
    assert (response.status_code, found["count"], found["results"], list(found["errors"])) == (
        200,
        0,
        [],
        [name],
    )


def test_error_speaks_the_language_asked_for(client):
    found = get(client, "milestones/", **{"from": "x", "lang": "ru"}).json()
    assert "Напишите" in found["errors"]["from"][0]


def test_browser_does_not_decide_on_the_language(client):
    german, russian = (
        client.get(f"{API}milestones/?from=x", headers={"Accept-Language": code}).json()
        for code in ("de", "ru")
    )
    assert german == russian


def walk(client, path, key="next", **query) -> list[list[str]]:
    pages, answer = [], get(client, path, **query).json()
    while True:
        pages.append([record["slug"] for record in answer["results"]])
        if not answer[key]:
            return pages
        answer = client.get(answer[key]).json()


def make_ties():
    """Equal titles, equal days, no days."""
    for i, date in enumerate(["", "1994", "1994", "", "2016/..", "1994-11-25", ""]):
        make_milestone(slug=f"m{i}", title="Same", date=date)


@pytest.mark.parametrize("order", ["date", "-date", "title", "-title"])
def test_cursor_loses_and_doubles_nothing(client, order):
    make_ties()
    pages = walk(client, "milestones/", sort=order, page_size=2)
    assert [*chain(*pages)] == slugs(client, "milestones/", sort=order)
    assert [len(page) for page in pages] == [2, 2, 2, 1]


@pytest.mark.parametrize("number", [0, 1, 2, 3, 5])
def test_documents_are_read_in_parts_and_in_order(monkeypatch, number):
    monkeypatch.setattr(reading, "CHUNK", 2)
    slugs = [make_programme().slug for _i in range(number)]
    records, serializer = Programme.objects.public().order_by("-pk"), SERIALIZERS["programmes"]
    found = reading.documents(records, serializer)
    assert [document["slug"] for document in found] == slugs[::-1]
    some = list(records.values_list("pk", flat=True))[1:4]
    found = reading.documents(records, serializer, some, ["ru"])
    assert [[d["slug"], *d["title"]] for d in found] == [[s, "ru"] for s in slugs[::-1][1:4]]


def test_cursor_leads_back(client):
    make_ties()
    forward = walk(client, "milestones/", page_size=3)
    last = get(client, "milestones/", page_size=3, page=3).json()
    pages = [[record["slug"] for record in last["results"]]]
    while last["previous"]:
        last = client.get(last["previous"]).json()
        pages.insert(0, [record["slug"] for record in last["results"]])
    assert pages == forward


def test_cursor_keeps_the_filters_and_drops_what_is_unknown(client, world):
    for _i in range(3):
        make_milestone(kind="treaty")
    query = {"kind": "treaty", "lang": "kk", "page_size": 1, "utm": "x", "page": 1}
    address = get(client, "milestones/", **query).json()["next"]
    assert re.sub("cursor=.*", "", address.partition("?")[2]) == "kind=treaty&lang=kk&page_size=1&"


def test_what_comes_before_the_cursor_moves_nothing(client):
    make_ties()
    first = get(client, "milestones/", page_size=2).json()
    make_milestone(date="1946")
    rest = client.get(first["next"]).json()
    assert rest["results"][0]["slug"] == slugs(client, "milestones/")[3]


def test_cursor_survives_that_its_record_is_withdrawn(client):
    make_ties()
    before = slugs(client, "milestones/")
    first = get(client, "milestones/", page_size=2).json()
    record = KINDS["milestones"].model.objects.get(slug=before[1])
    record.withdraw(actor=None, comment="test")
    assert client.get(first["next"]).json()["results"][0]["slug"] == before[2]


# Not there


def test_unknown_record(client):
    response = get(client, "stories/none/")
    assert (response.status_code, response.json()) == (404, {"detail": "There is no such record."})


def test_withdrawn_record_is_gone(client):
    make_programme(slug="a", state="withdrawn")
    response = get(client, "programmes/a/")
    assert (response.status_code, list(response.json())) == (410, ["detail"])


def test_former_slug_leads_on(client, reviewer):
    make_programme(slug="old").move("new", actor=reviewer)
    response = get(client, "programmes/old/", format="csv")
    assert (
        response.status_code,
        response["Location"],
        response["Access-Control-Allow-Origin"],
    ) == (
        301,
        "/api/v1/programmes/new/?format=csv",
        "*",
    )


def test_address_that_is_none_answers_in_json(client):
    response = get(client, "programmes/a/b/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")


def test_nobody_writes(client):
    assert client.post(f"{API}programmes/", {}).status_code == 405


# What an answer says about itself


def test_any_page_may_read_it_without_a_cookie(client, world):
    response = get(client, "programmes/")
    assert (response["Access-Control-Allow-Origin"], response.cookies.output()) == ("*", "")
    assert "Access-Control-Allow-Credentials" not in response


def test_browser_may_ask_before_it_asks(client):
    response = client.options(f"{API}programmes/")
    assert (response.status_code, response["Access-Control-Allow-Methods"]) == (
        204,
        "GET, HEAD, OPTIONS",
    )


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_head_is_get_without_a_body(client, world, form):
    response = client.head(f"{API}programmes/?format={form}")
    assert (response.status_code, response.getvalue()) == (200, b"")


@pytest.mark.parametrize("path", ["programmes/", "programmes/?format=csv", "schema/"])
def test_what_has_not_changed_is_not_sent_again(client, world, path):
    first = client.get(API + path)
    again = client.get(API + path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.getvalue(), again["Cache-Control"]) == (304, b"", "no-cache")


def test_what_has_changed_is_sent_again(client, world):
    known = get(client, "programmes/")["ETag"]
    make_region()
    again = client.get(f"{API}programmes/", headers={"If-None-Match": known})
    assert again.status_code == 200


def test_lapse_of_a_consent_is_a_change(client):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    make_story_with_child(slug="a", consent={"expires_on": tomorrow})
    known = get(client, "stories/")
    assert known.json()["count"] == 1
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3)):
        again = client.get(f"{API}stories/", headers={"If-None-Match": known["ETag"]})
        assert (again.status_code, again.json()["count"]) == (200, 0)
    assert Consent.objects.count() == 1


def test_reader_may_ask_by_accept(client, world):
    response = client.get(f"{API}programmes/", headers={"Accept": "text/csv"})
    assert (response["Content-Type"], response["Vary"].split(", ")[0]) == (
        "text/csv; charset=utf-8",
        "Accept",
    )


def test_schema_comes_as_yaml_and_as_json(client, db):
    yaml, as_json = get(client, "schema/"), get(client, "schema/", format="json")
    assert yaml.getvalue().startswith(b"openapi: 3.1")
    assert set(as_json.json()["paths"]) == {
        f"/api/v1/{name}/{rest}" for name in KINDS for rest in ("", "{slug}/")
    }


def test_schema_says_what_words_are_looked_for(client):
    text = "<p>All <em>vaccinations</em> count.</p>"
    make_programme(slug="a", title_ru="Школа", approach_en=text)
    make_programme(slug="b", approach_en="<p>Count the vaccination again.</p>")
    asked = ["школы", "vaccination", "vaccinations -again", '"again vaccination"']
    assert [slugs(client, "programmes/", q=q) for q in asked] == [["a"], ["a", "b"], ["a"], []]
    listed = get(client, "schema/", format="json").json()["paths"]["/api/v1/programmes/"]["get"]
    (said,) = [p["description"] for p in listed["parameters"] if p["name"] == "q"]
    assert [word for word in ("text", "codes", "quotes", "-word") if word not in said] == []


def test_index_names_every_list(client, settings):
    found = get(client, "").json()
    assert found["stories"] == f"{settings.SITE_URL}/api/v1/stories/"
    assert [*found] == [*KINDS, "schema", "datapackage"]


# How often


def test_too_many_requests_are_told_to_wait(client, settings, world):
    settings.API_RATE = "2/min"
    answers = [get(client, "regions/") for _i in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert [a["RateLimit-Remaining"] for a in answers] == ["1", "0", "0"]
    assert (0 < int(answers[2]["Retry-After"]) <= 60, list(answers[2].json())) == (True, ["detail"])
    assert answers[2]["Access-Control-Allow-Origin"] == "*"


def test_files_have_a_limit_of_their_own(client, settings, world):
    settings.API_RATE, settings.EXPORT_RATE = "9/min", "1/min"
    asked = ["csv", "xlsx", "json"]
    assert [get(client, "regions/", format=f).status_code for f in asked] == [200, 429, 200]
    assert client.get("/data/unicef-kazakhstan.zip").status_code == 429


def test_visitors_are_told_apart_by_address(settings, world):
    settings.API_RATE = "1/min"
    answers = [Client(REMOTE_ADDR=f"10.0.0.{i}").get(f"{API}regions/") for i in (1, 2, 1)]
    assert [a.status_code for a in answers] == [200, 200, 429]


def test_proxy_is_no_visitor(settings, world):
    settings.API_RATE = "1/min"
    settings.TRUSTED_PROXIES = 1
    asked = ["spoofed, 10.0.0.1", "10.0.0.2", "other, 10.0.0.1"]
    answers = [Client(headers={"X-Forwarded-For": via}).get(f"{API}regions/") for via in asked]
    assert [a.status_code for a in answers] == [200, 200, 429]


def test_limit_ends_with_the_minute(client, settings, world):
    settings.API_RATE = "1/min"
    assert [get(client, "regions/").status_code for _i in range(2)] == [200, 429]
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=61)):
        assert get(client, "regions/").status_code == 200


def test_value_of_a_hidden_source_is_not_there(client):
    figure = make_indicator(slug="a")
    make_observation(figure, source=make_source(state="draft"))
    assert len(get(client, "figures/a/").json()["observations"]) == 1
