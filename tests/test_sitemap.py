"""A record too large for one sitemap: an index, and files that together hold what one would."""

import pytest
from lxml import etree

from unicef_kz.sitemaps import RecordSitemap

from .test_standards import SITEMAP, faults

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def read(client, path: str) -> list[str]:
    """The addresses in a file that keeps to the protocol."""
    root = etree.fromstring(client.get(path).content)
    assert faults("sitemap", root) == []
    return [loc.text for loc in root.iter(f"{SITEMAP}loc")]


@pytest.fixture
def many(world, monkeypatch):
    monkeypatch.setattr(RecordSitemap, "limit", 7)


def test_index_leads_to_every_address(client, world, monkeypatch, settings):
    whole = read(client, "/sitemap.xml")
    monkeypatch.setattr(RecordSitemap, "limit", 7)
    files = read(client, "/sitemap.xml")
    assert files[:2] == [f"{settings.SITE_URL}/sitemap.xml?p={number}" for number in (1, 2)]
    parts = [read(client, file.removeprefix(settings.SITE_URL)) for file in files]
    assert (len(files) > 3, [a for part in parts for a in part]) == (True, whole)
    answers = {a: client.get(a.removeprefix(settings.SITE_URL)).status_code for a in whole}
    assert set(answers.values()) == {200}


def test_only_the_first_file_holds_the_lists(client, many, settings):
    home = f"{settings.SITE_URL}/en/"
    holding = [number for number in (1, 2, 3) if home in read(client, f"/sitemap.xml?p={number}")]
    assert holding == [1]


@pytest.mark.parametrize("page", ["0", "99", "x", "-1"])
def test_file_that_is_not_there_is_not_found(client, many, page):
    assert client.get("/sitemap.xml", {"p": page}).status_code == 404


def test_index_is_conditional_and_stays_out_of_search_engines(client, many):
    answer = client.get("/sitemap.xml")
    again = client.get("/sitemap.xml", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, "noindex" in answer["X-Robots-Tag"]) == (304, True)


def test_full_file_stays_below_the_limits_of_the_protocol(client, world):
    """Of addresses and of bytes; slugs may be three times as long as here."""
    addresses, size = read(client, "/sitemap.xml"), len(client.get("/sitemap.xml").content)
    full = RecordSitemap.limit / len(addresses)
    assert (RecordSitemap.limit < 49_900, 3 * size * full < 50 * 2**20) == (True, True)
