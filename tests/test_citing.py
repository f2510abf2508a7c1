"""How a page is cited, and when it was last changed."""

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags

from . import factories as make
from . import surfaces

pytestmark = [pytest.mark.django_db, pytest.mark.once]
#: Late in the evening in London, the next day in Almaty.
MOMENT = datetime.datetime(2026, 11, 21, 22, 30, tzinfo=datetime.UTC)


@pytest.fixture
def programme(db):
    with time_machine.travel(MOMENT, tick=False):
        return make.make_programme(slug="home-visits", title="Home visits")


def html(path: str) -> str:
    return Client().get(path).content.decode()


def text_of(page: str, name: str) -> str:
    found = re.search(rf'id="{name}">(.*?)</dd>', page, re.DOTALL)
    return " ".join(strip_tags(found[1]).split())


def test_sentence_names_title_site_day_and_address(programme, settings):
    assert text_of(html(programme.get_absolute_url()), "cite-text") == (
        "“Home visits”, UNICEF in Kazakhstan: the record, changed 22 November 2026, "
        f"{settings.SITE_URL}/en/programmes/home-visits/"
    )


def test_apa_begins_with_the_author_and_the_day(programme, settings):
    assert text_of(html(programme.get_absolute_url()), "cite-apa") == (
        "UNICEF in Kazakhstan: the record. (2026, November 22). Home visits. "
        f"{settings.SITE_URL}/en/programmes/home-visits/"
    )


@pytest.mark.parametrize("title", ["Who is heard?", "Listen!", "Home visits."])
def test_apa_puts_no_second_stop_after_a_title(db, title):
    partner = make.make_partner(title=title)
    assert f". {title} http" in text_of(html(partner.get_absolute_url()), "cite-apa")


def test_markup_in_a_title_is_text(db):
    page = html(make.make_partner(title="<b>Bold</b>").get_absolute_url())
    assert [page.count("<b>Bold"), page.count("&lt;b&gt;Bold") >= 2] == [0, True]


def test_permanent_address_is_that_of_the_language(programme, settings):
    address = text_of(html("/kk/programmes/home-visits/"), "cite-link")
    assert address == f"{settings.SITE_URL}/kk/programmes/home-visits/"


def test_preview_cites_the_address_to_come(as_editor, db, settings):
    draft = make.make_partner(state="draft", slug="new-partner")
    page = as_editor.get(f"/preview/ru/partner/{draft.pk}/").content.decode()
    assert text_of(page, "cite-link") == f"{settings.SITE_URL}/ru/partners/new-partner/"


def test_every_record_can_be_cited_in_both_ways(world):
    for surface in surfaces.details("ru", world):
        page = html(surface.path)
        names = ("cite-text", "cite-apa", "cite-link")
        assert [page.count(f'data-copy="{name}"') for name in names] == [1, 1, 1], surface.name


def test_every_page_says_when_it_was_last_changed(world):
    days = re.compile(r'<p class="changed">[^<]*<time datetime="\d{4}-\d\d-\d\d">')
    addresses = [
        *surfaces.details("en", world),
        *surfaces.standing("en"),
        *(s for s in surfaces.lists("en", world) if "?" not in s.path),
        *(surfaces.Surface(path, path) for path in ("/en/", "/en/search/?q=number", "/en/data/")),
    ]
    assert [s.name for s in addresses if len(days.findall(html(s.path))) != 1] == []


def test_list_was_changed_when_a_record_of_its_kind_last_was(programme):
    with time_machine.travel(MOMENT + datetime.timedelta(days=3), tick=False):
        make.make_programme(state="draft")
        make.make_partner()
        page = html("/en/programmes/")
    assert '<time datetime="2026-11-22">22 November 2026</time>' in page


def test_source_prints_its_address(db):
    source = make.make_source(url="https://example.org/report")
    page = html(make.make_milestone(source=source).get_absolute_url())
    assert page.count('<span class="printed">https://example.org/report</span>') == 1
