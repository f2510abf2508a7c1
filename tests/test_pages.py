"""What every public page owes its reader: its language, its headers, its frame, nothing inline."""

import re
from contextlib import closing
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from . import surfaces
from .surfaces import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CSP = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; img-src 'self'; manifest-src 'self'; "
    "script-src 'self'; style-src 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Elements(HTMLParser):
    """(tag, attributes) of every element, and the text of <title>."""

    def __init__(self, html: str):
        super().__init__()
        self.found, self.title, self._open, self._data_block = [], "", "", False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self._open = tag
        self._data_block = dict(attrs) == {"type": "application/ld+json"}  # never executed

    def handle_data(self, data):
        if self._open == "title":
            self.title += data
        elif self._open == "script" and data.strip() and not self._data_block:
            self.found.append(("inline script", {}))

    def handle_endtag(self, tag):
        self._open = ""

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.found if name == tag]


class Read:
    """One answer, read once."""

    def __init__(self, surface, response, queries):
        self.surface, self.response, self.queries = surface, response, queries
        self.status, self.html = response.status_code, response.getvalue().decode(errors="replace")
        self.elements = Elements(self.html)
        self.is_data = surface.path.startswith(("/api/", "/data/"))


@pytest.fixture(scope="module")
def read(module_db):
    """Every public address, as an anonymous visitor gets it."""
    world, answers = make_world(), []
    for surface in surfaces.surfaces(world):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = Client().get(surface.path)
        answers.append(Read(surface, response, [q["sql"] for q in captured]))
    translation.activate("en")
    return answers


@pytest.fixture
def pages(read):
    """Those in a language."""
    return [r for r in read if r.surface.name[:3] in ("en ", "kk ", "ru ")]


@pytest.fixture
def found_pages(pages):
    return [r for r in pages if r.status == 200]


def names(answers) -> list[str]:
    return [str(answer.surface) for answer in answers]


@pytest.fixture
def indexed(found_pages):
    """Those that a search engine may list; the results of our own search are not among them."""
    return [r for r in found_pages if not meta(r, "robots")]


# Status, language, frame


def test_every_address_answers_as_listed(read):
    assert [(str(r.surface), r.status) for r in read if r.status != r.surface.status] == []


def test_page_is_in_the_language_of_its_address(pages):
    wrong = [r for r in pages if r.elements.all("html")[0]["lang"] != r.surface.name[:2]]
    assert names(wrong) == []


def test_answer_names_its_language(found_pages):
    wrong = [r for r in found_pages if r.response["Content-Language"] != r.surface.name[:2]]
    assert names(wrong) == []


def test_page_has_a_title_of_its_own(found_pages):
    wrong = [r for r in found_pages if not r.elements.title.partition(" – ")[0].strip()]
    assert names(wrong) == []


def test_titles_differ_between_pages(found_pages):
    plain = [r for r in found_pages if "?" not in r.surface.path and r.surface.name[:2] == "en"]
    titles = [r.elements.title for r in plain]
    assert sorted(titles) == sorted(set(titles))


def meta(answer, name: str) -> list[str]:
    return [m.get("content", "") for m in answer.elements.all("meta") if m.get("name") == name]


def test_only_results_of_a_search_stay_out_of_search_engines(found_pages, indexed):
    left_out = {r.surface.path.split("/")[2] for r in found_pages if r not in indexed}
    assert left_out == {"search"}


def test_page_has_one_description(indexed):
    wrong = [r for r in indexed if len([d for d in meta(r, "description") if d]) != 1]
    assert names(wrong) == []


def links(answer, rel: str) -> list[dict]:
    return [a for a in answer.elements.all("link") if a.get("rel") == rel]


def test_canonical_address_is_without_parameters(indexed, settings):
    wrong = [
        r
        for r in indexed
        if [a["href"] for a in links(r, "canonical")]
        != [settings.SITE_URL + r.surface.path.partition("?")[0]]
    ]
    assert names(wrong) == []


def test_page_names_its_other_languages(indexed):
    wrong = [
        r
        for r in indexed
        if sorted(a["hreflang"] for a in links(r, "alternate") if "hreflang" in a)
        != ["en", "kk", "ru", "x-default"]
    ]
    assert names(wrong) == []


def test_hreflang_leads_to_the_same_page(indexed, settings):
    for r in indexed:
        rest = r.surface.path.partition("?")[0][3:]
        addresses = {a.get("hreflang"): a["href"] for a in links(r, "alternate")}
        assert addresses["ru"] == f"{settings.SITE_URL}/ru{rest}"


def test_page_has_one_main_heading(pages):
    assert names(r for r in pages if len(r.elements.all("h1")) != 1) == []


def test_ids_are_unique(pages):
    wrong = []
    for r in pages:
        ids = [attributes["id"] for _tag, attributes in r.elements.found if "id" in attributes]
        if len(ids) != len(set(ids)):
            wrong.append(r)
    assert names(wrong) == []


# Headers


def test_no_page_sets_a_cookie(pages):
    assert names(r for r in pages if r.response.cookies) == []


def test_no_page_depends_on_a_cookie(pages):
    assert names(r for r in pages if "cookie" in r.response.get("Vary", "").lower()) == []


def test_no_page_reads_the_session(pages):
    asked = [r for r in pages if any("django_session" in q or "auth_user" in q for q in r.queries)]
    assert names(asked) == []


def test_policy_is_strict_and_the_same_everywhere(pages):
    policies = {"; ".join(sorted(r.response["Content-Security-Policy"].split("; "))) for r in pages}
    assert policies == {CSP}


@pytest.mark.parametrize("header", HEADERS)
def test_security_header(read, header):
    """The data may be read by the pages of others."""
    for_others = HEADERS | {"Cross-Origin-Resource-Policy": "cross-origin"}
    wanted = {False: HEADERS[header], True: for_others[header]}
    assert names(r for r in read if r.response.get(header) != wanted[r.is_data]) == []


def test_sensors_are_switched_off(read):
    assert {r.response["Permissions-Policy"].split(",")[0] for r in read} == {"camera=()"}


# Nothing inline, nothing from elsewhere


def test_nothing_is_inline(pages):
    wrong = [
        (str(r.surface), tag, name)
        for r in pages
        for tag, attributes in r.elements.found
        for name in (*attributes, tag)
        if name == "style" or re.match(r"on[a-z]", name) or name == "inline script"
    ]
    assert wrong == []


def test_no_data_address(pages):
    wrong = [
        (str(r.surface), value[:40])
        for r in pages
        for _tag, attributes in r.elements.found
        for value in attributes.values()
        if value and re.match(r"\s*(data|javascript):", value)
    ]
    assert wrong == []


def test_assets_come_from_the_site_itself(pages):
    loading = {"link", "script", "img", "source", "use", "iframe", "video", "audio", "object"}
    wrong = {
        attributes.get(name)
        for r in pages
        for tag, attributes in r.elements.found
        if tag in loading and attributes.get("rel") not in ("canonical", "alternate")
        for name in ("src", "href", "srcset", "data")
        if attributes.get(name) and not re.match(r"/(?!/)|#", attributes[name])
    }
    assert wrong == set()


def test_assets_exist(pages):
    from django.contrib.staticfiles import finders

    assets = {
        attributes[name].split("#")[0]
        for r in pages
        for tag, attributes in r.elements.found
        if tag in ("link", "script", "img", "use")
        for name in ("src", "href")
        if attributes.get(name, "").startswith("/static/")
    }
    assert [a for a in assets if not finders.find(a.removeprefix("/static/"))] == []


def test_links_to_the_site_itself_lead_somewhere(found_pages):
    """Every address that stands on a page is one of ours and answers."""
    hrefs = {
        a["href"].split("#")[0]
        for r in found_pages
        if r.surface.name.startswith("en ") and "?" not in r.surface.path
        for a in r.elements.all("a")
        if a.get("href", "").startswith("/")
    }
    wrong = {}
    for href in filter(None, hrefs):
        with closing(Client().get(href)) as response:
            if response.status_code not in (200, 302):
                wrong[href] = response.status_code
    assert wrong == {}


def test_page_is_small(found_pages):
    """But for the dictionary of all fields."""
    pages = (r for r in found_pages if not str(r.surface).endswith(" data"))
    assert names(r for r in pages if len(r.html.encode()) >= 40_000) == []
