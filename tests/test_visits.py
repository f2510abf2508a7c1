"""Single visits: the chosen language, missing translations, missing pages, previews."""

import re

import pytest
from django.test import Client

from unicef_kz.views import server_error

from . import surfaces
from .factories import (
    MAKE,
    make_milestone,
    make_page,
    make_programme,
    make_source,
    make_story,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_language_switch_keeps_the_filters(client, world):
    response = client.get("/en/timeline/?region=KZ-43&from=1994")
    switch = {item["code"]: item["choose"] for item in response.context["languages"]}
    target = "%2Fru%2Ftimeline%2F%3Fregion%3DKZ-43%26from%3D1994"
    assert switch["ru"] == f"/language/ru/?next={target}"


def test_secure_site_sets_transport_security(settings, client, world):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    response = Client().get("/en/")
    secure = Client().get("/en/", secure=True)
    assert (response.status_code, secure["Strict-Transport-Security"]) == (
        301,
        "max-age=31536000; includeSubDomains; preload" if settings.HTTPS else "max-age=31536000",
    )


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_list_with_twenty_rows_is_small(client, world, kind):
    for i in range(19):
        MAKE[type(world[kind])](
            title=f"A title of quite ordinary length for a record, number {i}",
            summary="Two sentences stand in a summary of this record. The second is as long. " * 2,
        )
    response = client.get(surfaces.reverse(surfaces.LISTS[kind]))
    assert len(response.content) < 40_000


# The language that was chosen


def test_language_link_remembers_the_language(client):
    response = client.get("/language/kk/?next=/kk/stories/")
    cookie = response.cookies["django_language"]
    assert (response["Location"], cookie.value, cookie["samesite"], cookie["httponly"]) == (
        "/kk/stories/",
        "kk",
        "Lax",
        True,
    )


def test_language_link_is_never_cached(client):
    assert client.get("/language/kk/")["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "javascript:alert(1)",
        "http:///example.org",
        "",
    ],
)
def test_language_link_does_not_lead_elsewhere(client, target):
    assert client.get("/language/ru/", {"next": target})["Location"] == "/ru/"


def test_language_that_we_do_not_speak_is_not_found(client, world):
    assert client.get("/language/fr/").status_code == 404


@pytest.mark.parametrize(
    ("accept", "cookie", "home"),
    [
        ("kk", "", "/kk/"),
        ("ru-RU,ru;q=0.9", "", "/ru/"),
        ("fr,kk;q=0.5", "", "/kk/"),
        ("fr", "", "/en/"),
        ("", "", "/en/"),
        ("ru", "kk", "/kk/"),
        ("ru", "xx", "/ru/"),
    ],
)
def test_root_leads_to_the_readers_language(client, accept, cookie, home):
    if cookie:
        client.cookies["django_language"] = cookie
    assert client.get("/", headers={"accept-language": accept})["Location"] == home


def test_cookie_does_not_change_a_page(client, world):
    client.cookies["django_language"] = "kk"
    assert client.get("/en/about/").headers["Content-Language"] == "en"


# Text that is not there in the reader's language


def test_fallback_text_says_its_language(client):
    make_programme(
        slug="a",
        title="",
        summary="",
        title_ru="Патронаж",
        summary_ru="Текст",
        source_language="ru",
    )
    html = client.get("/en/programmes/a/").content.decode()
    assert '<span lang="ru">Патронаж</span>' in html


def test_fallback_page_says_so(client):
    make_programme(slug="a")
    html = client.get("/kk/programmes/a/").content.decode()
    assert 'class="language-notice"' in html


def test_text_in_the_readers_language_carries_no_mark(client):
    make_programme(slug="a")
    html = client.get("/en/programmes/a/").content.decode()
    assert 'class="language-notice"' not in html


@pytest.mark.parametrize(
    ("language", "written", "shown"),
    [
        ("en", {"ru": "Р", "kk": "Қ"}, "Р"),
        ("kk", {"ru": "Р", "en": "E"}, "Р"),
        ("ru", {"kk": "Қ", "en": "E"}, "Қ"),
        ("kk", {"en": "E"}, "E"),
    ],
)
def test_order_of_fallback(client, language, written, shown):
    texts = {f"title_{code}": f"{text}title" for code, text in written.items()}
    first = next(iter(written))
    texts |= {f"summary_{first}": "x", "source_language": first}
    make_source(**{"slug": "a", "title_en": "", "summary_en": ""} | texts)
    html = client.get(f"/{language}/sources/a/").content.decode()
    assert f">{shown}title</span></h1>" in html


# Pages for what is not there


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "This page does not exist"), ("kk", "Бұл бет жоқ"), ("ru", "Такой страницы нет")],
)
def test_not_found_page_speaks_the_language(client, world, language, words):
    response = client.get(f"/{language}/stories/nothing/")
    html = response.content.decode()
    if language == "en":
        assert (response.status_code, words in html) == (404, True)
    else:
        assert (response.status_code, "This page does not exist" in html) == (404, False)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_page_that_was_withdrawn_speaks_the_language(client, language):
    gone = make_programme(state="withdrawn")
    response = client.get(f"/{language}/programmes/{gone.slug}/")
    assert (response.status_code, "This page was removed" in response.content.decode()) == (
        410,
        False,
    )


def test_page_after_a_failure_speaks_all_languages():
    response = server_error(None)
    languages = re.findall(r'lang="(..)"', response.content.decode())
    assert (response.status_code, languages[:3]) == (500, ["en", "kk", "ru"])


def test_home_text_has_one_address(client, world):
    assert client.get("/en/home/").status_code in (301, 404)


def test_draft_of_a_standing_page_is_not_shown(client):
    make_page(slug="about", state="draft")
    assert client.get("/en/about/").status_code == 404


# Staff see what everybody sees


def test_public_page_is_the_same_for_staff(as_superuser, client, world):
    same = [
        s.path
        for s in surfaces.pages("en", world)
        if "?" not in s.path and as_superuser.get(s.path).content != client.get(s.path).content
    ]
    assert same == []


PREVIEW = "/preview/ru/programme/{}/"


def test_preview_shows_a_draft_in_a_language(as_editor):
    page = make_programme(state="draft", title_ru="Черновик")
    response = as_editor.get(PREVIEW.format(page.pk))
    assert (
        response.status_code,
        response.context["object"],
        "Черновик" in response.content.decode(),
    ) == (200, page, True)


@pytest.mark.parametrize("kind", surfaces.DETAILS)
def test_every_kind_has_a_preview(as_superuser, world, kind):
    assert as_superuser.get(f"/preview/kk/{kind}/{world[kind].pk}/").status_code == 200


def test_preview_is_never_cached_or_indexed(as_editor):
    response = as_editor.get(PREVIEW.format(make_programme(state="draft").pk))
    assert ("no-store" in response["Cache-Control"], response["X-Robots-Tag"]) == (
        True,
        "noindex, nofollow",
    )


def test_preview_needs_an_account(client):
    response = client.get(PREVIEW.format(make_programme(state="draft").pk))
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/admin/login/")


def test_preview_needs_a_place_among_the_staff(sign_in):
    assert sign_in("").get(PREVIEW.format(make_programme().pk)).status_code == 302


def test_preview_needs_the_right_to_see_the_kind(sign_in):
    client = Client()
    client.force_login(make_user("", is_staff=True))
    assert client.get(PREVIEW.format(make_programme(state="draft").pk)).status_code == 403


def test_preview_of_an_unknown_kind_is_not_found(as_superuser):
    assert as_superuser.get("/preview/en/user/1/").status_code == 404


# What a page says


def test_milestone_without_a_date_says_so(client):
    page = make_milestone(date="")
    assert "Date not given in the sources" in client.get(page.get_absolute_url()).content.decode()


def test_home_answers_without_any_record(client):
    assert client.get("/en/").status_code == 200


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_empty_list_answers(client, kind):
    assert client.get(surfaces.reverse(surfaces.LISTS[kind])).context["total"] == 0


def test_text_of_curators_cannot_bring_a_script(client):
    story = make_story(
        body="<p onclick='x()'>A<script>x()</script><a href='javascript:x()'>b</a></p>"
    )
    story.refresh_from_db()
    assert story.body_en == '<p>A<a rel="noopener noreferrer">b</a></p>'


def test_title_is_escaped(client):
    page = make_programme(title="<script>x()</script>")
    assert "<script>x()" not in client.get(page.get_absolute_url()).content.decode()


def test_words_of_a_search_are_escaped(client, world):
    html = client.get("/en/search/?q=<script>x()</script>").content.decode()
    assert "<script>x()" not in html


@pytest.mark.parametrize("length, status", [(22 * 1024**2, 403), (22 * 1024**2 + 1, 413)])
def test_a_body_that_is_too_large_is_not_read(length, status):
    client = Client(enforce_csrf_checks=True)
    form = {"data": b"", "content_type": "application/x-www-form-urlencoded"}
    response = client.generic("POST", "/accounts/login/", **form, CONTENT_LENGTH=str(length))
    assert response.status_code == status


def test_health_asks_the_database(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_robots_stay_out_of_previews(client):
    assert "Disallow: /preview/" in client.get("/robots.txt").content.decode().splitlines()
