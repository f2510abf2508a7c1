"""Atom feeds, the calendar and the sitemap: valid, in one language, and of public records only."""

import datetime

import feedparser
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar
from lxml import etree

from stories.models import Consent

from . import surfaces
from .factories import (
    make_milestone,
    make_page,
    make_programme,
    make_region,
    make_story,
    make_story_with_child,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FEED, ICAL, STORIES = (f"/en/{path}" for path in surfaces.FEEDS)
PATHS = [FEED, ICAL, STORIES, "/sitemap.xml"]


def atom(client, path=FEED):
    return etree.fromstring(client.get(path).content)


def events(client, path=ICAL) -> list:
    return Calendar.from_ical(client.get(path).content).walk("VEVENT")


def titles(client, path=FEED) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in atom(client, path).iter(f"{ATOM}entry")]


# Atom


@pytest.mark.parametrize("path", [FEED, STORIES])
def test_feed_is_well_formed_and_complete(client, world, settings, path):
    content = client.get(path).content
    parsed, feed = feedparser.parse(content), etree.fromstring(content)
    assert (parsed.bozo, parsed.version, len(parsed.entries)) == (False, "atom10", 1)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    whole = settings.SITE_URL + path
    assert links == {"self": whole, "alternate": whole.removesuffix("feed.atom")}
    children = [child.tag.removeprefix(ATOM) for child in feed.find(f"{ATOM}entry")]
    wanted = ["title", "link", "published", "updated", "id", "summary", "rights", "category"]
    assert children == wanted


def test_entry_says_its_language_and_kind(client):
    words = {"title": "", "title_ru": "Основан", "summary": "", "summary_ru": "Год 1946"}
    make_milestone(source_language="ru", kind="visit", **words)
    entry = atom(client).find(f"{ATOM}entry")
    category = dict(entry.find(f"{ATOM}category").attrib)
    assert (entry.get(LANG), category) == ("ru", {"term": "visit", "label": "Visit"})
    assert atom(client, "/ru/timeline/feed.atom").get(LANG) == "ru"


def test_entry_keeps_its_id_when_its_address_changes(client):
    milestone = make_milestone()
    before = atom(client).findtext(f"{ATOM}entry/{ATOM}id")
    milestone.slug = "elsewhere"
    milestone.save()
    assert atom(client).findtext(f"{ATOM}entry/{ATOM}id") == before
    assert before.startswith("tag:")


def test_entry_and_event_name_the_host_alone(client, settings):
    settings.SITE_URL = "http://[::1]:8000"
    make_milestone()
    assert atom(client).findtext(f"{ATOM}entry/{ATOM}id").startswith("tag:::1,")
    assert events(client)[0]["uid"].endswith("@::1")


def test_summary_is_text_even_where_it_looks_like_html(client):
    make_milestone(summary="1 < 2 & <b>more</b>")
    assert feedparser.parse(client.get(FEED).content).entries[0].summary == (
        "1 &lt; 2 &amp; &lt;b&gt;more&lt;/b&gt;"
    )


def test_what_changed_last_comes_first(client):
    first, _second = make_milestone(title="First"), make_milestone(title="Second")
    first.touch(None)
    first.save()
    assert titles(client) == ["First", "Second"]


def test_feed_takes_the_filters_of_the_list(client):
    make_milestone(title="There", regions=[make_region(iso="KZ-43")])
    make_milestone(title="Elsewhere")
    path = f"{FEED}?region=KZ-43"
    assert titles(client, path) == ["There"]
    feed = atom(client, path)
    assert "A region number" in feed.findtext(f"{ATOM}title")
    assert feed.find(f"{ATOM}link[@rel='self']").get("href").endswith(path)


@pytest.mark.parametrize("query", ["from=x", "region=nowhere", "status=2", "sort=x"])
def test_wrong_filter_gives_an_empty_feed_and_calendar(client, query):
    make_milestone()
    answers = [client.get(f"{path}?{query}") for path in (FEED, ICAL)]
    assert [a.status_code for a in answers] == [200, 200]
    assert (titles(client, f"{FEED}?{query}"), events(client, f"{ICAL}?{query}")) == ([], [])


def test_feed_has_at_most_fifty_entries(client):
    source = make_milestone().citations.get().source
    for _ in range(50):
        make_milestone(source=source)
    assert len(titles(client)) == 50


def test_story_leaves_its_feed_when_its_consent_ends(client):
    make_story_with_child(title="About a child")
    assert titles(client, STORIES) == ["About a child"]
    Consent.objects.update(withdrawn_on=timezone.localdate() - datetime.timedelta(days=1))
    assert titles(client, STORIES) == []


def test_unchanged_feed_is_not_sent_again(client, world):
    for path in PATHS:
        tag = client.get(path)["ETag"]
        assert client.get(path, headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("path", PATHS)
def test_no_date_keeps_what_was_taken_back(client, world, path):
    """Without what was withdrawn the newest change is an older one."""
    answer = client.get(path, headers={"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"})
    assert (answer.status_code, "Last-Modified" in answer) == (200, False)


@pytest.mark.parametrize(
    ("page", "feed"), [("timeline", "feed.atom"), ("stories", "feed.atom?q=number")]
)
def test_list_names_its_feed(client, world, page, feed):
    query = feed.partition("?")[2]
    page = etree.HTML(client.get(f"/en/{page}/?{query}").content)
    (link,) = page.iterfind(".//link[@type='application/atom+xml']")
    assert (link.get("rel"), link.get("href")) == ("alternate", feed)


# Calendar


@pytest.mark.parametrize(
    ("date", "start", "end", "said"),
    [
        ("1994-11-25", "1994-11-25", "1994-11-26", ""),
        ("1994-11", "1994-11-01", "1994-12-01", "The source gives the month only."),
        ("1994", "1994-01-01", "1995-01-01", "The source gives the year only."),
        ("2009~", "2009-01-01", "2010-01-01", "not give the date for certain: about 2009."),
        ("2016/2020", "2016-01-01", "2021-01-01", "The source gives a period: 2016–2020."),
        ("2016/..", "2016-01-01", "2017-01-01", "The source gives a period: since 2016."),
        ("../2016-05", "2016-05-01", "2016-06-01", "a period: until May 2016."),
    ],
)
def test_event_spans_what_the_source_says(client, date, start, end, said):
    make_milestone(date=date)
    (event,) = events(client)
    assert (str(event["dtstart"].dt), str(event["dtend"].dt)) == (start, end)
    assert event["dtstart"].params["VALUE"] == event["dtend"].params["VALUE"] == "DATE"
    assert said in event["description"]
    assert ("The source" in event["description"]) == bool(said)


def test_undated_milestone_is_no_event(client):
    make_milestone(date="")
    assert events(client) == []


def test_event_carries_what_a_calendar_needs(client, settings):
    milestone = make_milestone(title="Signed, at last; done", kind="treaty")
    (event,) = events(client)
    host = settings.SITE_URL.split("//")[1].split(":")[0]
    assert event["uid"] == f"milestone-{milestone.pk}@{host}"
    assert (event["summary"], event["transp"]) == ("Signed, at last; done", "TRANSPARENT")
    assert event["url"] == settings.SITE_URL + milestone.get_absolute_url()
    assert event["categories"].cats == ["Treaty"]
    milestone.refresh_from_db()
    assert event["dtstamp"].dt == milestone.changed_at.replace(microsecond=0)


def test_calendar_follows_the_standard(client, world):
    answer = client.get(ICAL)
    calendar = Calendar.from_ical(answer.content)
    lines = answer.content.split(b"\r\n")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert (calendar["version"], calendar["x-wr-calname"]) == ("2.0", calendar["name"])
    assert (max(map(len, lines)) <= 75, b"\n" in b"".join(lines)) == (True, False)


# Sitemap


def sitemap(client) -> dict:
    """address → (last change, {language: address})"""
    root = etree.fromstring(client.get("/sitemap.xml").content)
    assert root.tag == f"{SITEMAP}urlset"
    return {
        url.findtext(f"{SITEMAP}loc"): (
            url.findtext(f"{SITEMAP}lastmod"),
            {a.get("hreflang"): a.get("href") for a in url.iter(f"{XHTML}link")},
        )
        for url in root.iter(f"{SITEMAP}url")
    }


def test_sitemap_names_every_page_in_every_language(client, world, settings):
    found = sitemap(client)
    paths = [s.path for code in surfaces.LANGUAGES for s in surfaces.details(code, world)]
    paths += [s.path for code in surfaces.LANGUAGES for s in surfaces.standing(code)]
    paths += [f"/{code}/timeline/" for code in surfaces.LANGUAGES] + ["/en/", "/kk/", "/ru/"]
    stories = [p for p in paths if "/stories/" in p and not p.startswith("/en/")]
    assert {settings.SITE_URL + p for p in paths if p not in stories} - set(found) == set()
    assert all(
        client.get(path.removeprefix(settings.SITE_URL)).status_code == 200 for path in found
    )


def test_sitemap_has_the_parts_of_its_schema_in_order(client, world):
    root = etree.fromstring(client.get("/sitemap.xml").content)
    orders = {tuple(c.tag for c in url if c.tag != f"{XHTML}link") for url in root}
    assert orders == {(f"{SITEMAP}loc", f"{SITEMAP}lastmod")}
    assert len(list(root)) == len(sitemap(client))


def test_sitemap_leads_to_the_other_languages(client, settings):
    make_programme(slug="a")
    with_it = sitemap(client)[f"{settings.SITE_URL}/ru/programmes/a/"][1]
    address = {code: f"{settings.SITE_URL}/{code}/programmes/a/" for code in ("en", "kk", "ru")}
    assert with_it == address | {"x-default": address["en"]}


def test_story_is_listed_only_in_the_languages_it_has(client, settings):
    make_story(
        slug="a",
        title_ru="История",
        title="",
        source_language="ru",
        body_ru="<p>Да.</p>",
        summary="",
        summary_ru="О чём она.",
        body="",
    )
    listed = {a: alike for a, (_at, alike) in sitemap(client).items() if "/stories/a/" in a}
    address = f"{settings.SITE_URL}/ru/stories/a/"
    assert listed == {address: {"ru": address, "x-default": address}}


def test_sitemap_says_when_a_page_changed(client, settings):
    with time_machine.travel("2026-03-01 12:00+05:00", tick=False):
        make_page(slug="about")
    assert sitemap(client)[f"{settings.SITE_URL}/en/about/"][0] == "2026-03-01"


def test_robots_are_led_to_the_sitemap(client, settings):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines


# Cost


def test_thirty_records_cost_as_many_queries_as_one(client, world):
    def cost(path):
        client.get(path)  # what is asked once for each version of the content
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    filtered = [f"{FEED}?region=KZ-43", *PATHS]
    [client.get(path) for path in filtered]
    few = [cost(path) for path in filtered]
    for _ in range(29):
        make_milestone(source=world["source"], regions=[world["region"]])
        make_story(regions=[world["region"]])
    many = [cost(path) for path in filtered]
    assert (many, max(many) <= 20) == (few, True)
