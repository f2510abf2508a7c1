"""A form without JavaScript sends its empty fields too; the reader is led to a clean address."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from unicef_kz.addresses import tidy
from unicef_kz.page_cache import PageCache

from . import surfaces

pytestmark = pytest.mark.django_db
EMPTY = "page=&q=&from=&to="


def led_to(path: str, query: str) -> str:
    """One step only: what a redirect leads to is no form's any more."""
    response = Client().get(f"{path}?{query}")
    assert response.status_code == 302
    assert Client().get(response["Location"]).status_code == 200
    return response["Location"].removeprefix(path)


@pytest.mark.parametrize("language", surfaces.LANGUAGES)
@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_every_list_drops_what_is_empty_or_usual(language, kind):
    with override(language):
        path = reverse(surfaces.LISTS[kind])
    usual = Client().get(path).context["filters"].sort_options[0]["code"]
    assert led_to(path, f"{EMPTY}&sort={usual}") == ""


@pytest.mark.parametrize(
    ("path", "sent", "address"),
    [
        (
            "/en/timeline/",
            f"{EMPTY}&kind=visit&region=KZ-63&kind=treaty&sort=-date",
            "?region=KZ-63&kind=treaty&kind=visit&sort=-date",
        ),
        ("/en/timeline/", f"{EMPTY}&all=partner&sort=date", "?all=partner"),
        ("/ru/search/", "page=&q=дети&from=&to=&sort=best", "?q=%D0%B4%D0%B5%D1%82%D0%B8"),
        ("/en/search/", "q=", ""),
        ("/en/regions/", f"{EMPTY}&show=programmes&year=&sort=title", ""),
        ("/en/regions/", f"{EMPTY}&show=stories&year=2017", "?show=stories&year=2017"),
    ],
)
def test_rest_is_in_the_order_of_the_links(path, sent, address):
    assert led_to(path, sent) == address


def test_wrong_value_stays_and_is_told():
    address = led_to("/en/timeline/", "page=&from=x&to=&region=nowhere&sort=sideways")
    assert address == "?region=nowhere&from=x&sort=sideways"
    html = Client().get(f"/en/timeline/{address}").content.decode()
    assert set(re.findall(r'class="error" id="e-(\w+)"', html)) == {"region", "from", "sort"}


@pytest.mark.parametrize(
    "address",
    [
        "/en/timeline/?kind=visit&region=KZ-63&sort=date",
        "/en/timeline/?utm_source=",
        "/en/timeline/?q=&region=" + "x" * 4000,
        "/en/timeline/feed.atom?q=",
        "/en/about/?q=",
        "/api/v1/milestones/?q=&sort=date",
        "/en/search/suggest/?q=",
    ],
)
def test_nothing_else_is_led_elsewhere(address):
    surfaces.make.make_page(slug="about")
    assert Client().get(address).status_code == 200


@pytest.mark.parametrize("path", ["/en/programmes/", "/en/search/?q=number"])
def test_every_form_sends_something_empty(client, world, path):
    html = client.get(path).content.decode()
    assert len(re.findall(r'<input type="hidden" name="page">', html)) == 1


def test_page_cache_asks_anew_for_what_a_form_has_sent():
    """It would know the page by its clean address, and give it under the other one."""
    cache = PageCache(None, limit=0, heartbeat=None)
    spelling = ("http", None, "localhost", "/en/timeline/", "q=", None)
    assert (cache.key(spelling), tidy("/en/timeline/", "q=")) == (None, "/en/timeline/")
