"""A record that became public by its hour has changed at that hour."""

import datetime

import pytest
import time_machine
from django.utils import timezone
from lxml import etree

from programmes.models import Programme
from timeline.models import Milestone
from unicef_kz import freshness
from unicef_kz.content.models import Source
from unicef_kz.kinds import KINDS

from .factories import make_milestone, make_page, make_programme, make_resource, make_story

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def by_its_hour():
    """Put on the schedule before the other one was changed, public after it."""
    scheduled = make_milestone(slug="scheduled", title="By its hour", state="scheduled")
    make_milestone(slug="changed", title="Changed")
    with time_machine.travel(scheduled.publish_at + datetime.timedelta(hours=1), tick=False):
        yield scheduled


def test_its_kind_changed_at_that_hour(by_its_hour):
    assert Milestone.objects.public().last_change() == by_its_hour.publish_at
    assert freshness.last_change() == by_its_hour.changed_at == by_its_hour.publish_at


def test_what_changed_after_it_was_published_is_newer(by_its_hour):
    by_its_hour.touch(None)
    by_its_hour.save()
    assert Milestone.objects.public().last_change() == by_its_hour.updated_at == timezone.now()


def test_the_list_says_so(client, by_its_hour):
    assert client.get("/en/timeline/").context["changed"] == by_its_hour.publish_at


def test_the_feed_puts_it_first_and_dates_it(client, by_its_hour):
    feed = etree.fromstring(client.get("/en/timeline/feed.atom").content)
    entries = [(e.findtext(f"{ATOM}title"), e.findtext(f"{ATOM}updated")) for e in feed[-2:]]
    assert [title for title, _at in entries] == ["By its hour", "Changed"]
    assert datetime.datetime.fromisoformat(entries[0][1]) == by_its_hour.publish_at


def test_the_sitemap_and_the_catalogue_say_so(client, by_its_hour):
    day = timezone.localtime(by_its_hour.publish_at)
    assert f"<lastmod>{day:%Y-%m-%d}" in client.get("/sitemap.xml").content.decode()
    assert client.get("/data/datapackage.json").json()["version"] == f"{day:%Y.%m.%d}"
    changed = {d["name"]: d["changed"] for d in client.get("/en/data/").context["datasets"]}
    assert changed["milestones"] == by_its_hour.publish_at


def test_what_has_no_page_of_its_own_counts(db):
    make_programme()
    for make in (make_resource, make_page):
        assert make().changed_at == freshness.last_change()


def test_a_draft_and_a_kind_without_records_have_no_say(db):
    make_programme(state="draft")
    assert (Programme.objects.public().last_change(), freshness.last_change()) == (None, None)
    assert Programme.objects.last_change() == Programme.objects.get().updated_at


def test_latest_changes_name_each_kind_once_and_begin_with_the_last(client, world):
    world["partner"].touch(None)
    world["partner"].save()
    found = freshness.latest_changes()
    words = [(record.title, record.get_absolute_url()) for record in found]
    assert {type(record) for record in found} == {kind.model for kind in KINDS.values()}
    assert words[0] == (world["partner"].title, world["partner"].get_absolute_url())
    assert [r.changed_at for r in found] == sorted((r.changed_at for r in found), reverse=True)
    assert f'<a href="{words[-1][1]}">' in client.get("/en/").content.decode()


def test_latest_changes_are_public(by_its_hour):
    make_programme(state="draft")
    found = {type(record): record.slug for record in freshness.latest_changes()}
    assert found == {Milestone: "scheduled", Source: found[Source]}


def test_story_leads_to_the_latest_ones_that_are_not_among_the_similar(client, world):
    others = [make_story() for _i in range(5)]
    make_story(state="draft")
    like = make_story(programmes=[world["programme"]])
    context = client.get(world["story"].get_absolute_url()).context
    assert [story.pk for story in context["alike"]] == [like.pk]
    assert [story.pk for story in context["latest"]] == [s.pk for s in others[:1:-1]]
