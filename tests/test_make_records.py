"""Made records are what the site would hold: public, in three languages, always the same."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from programmes.models import Programme
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content import version
from unicef_kz.content.search.index import is_complete
from unicef_kz.making.records import Maker

from .factories import make_region, make_story

pytestmark = pytest.mark.django_db


def make(stories=200, **options):
    call_command("make_records", stories=stories, verbosity=0, **options)


def content():
    columns = ("slug", "title_kk", "body_ru", "date", "status", "regions__iso", "programmes__slug")
    return list(Story.objects.order_by(*columns).values_list(*columns))


def made_and_undone(seed):
    with transaction.atomic():
        make(100, seed=seed)
        found = content()
        transaction.set_rollback(True)
    return found


def test_the_same_numbers_make_the_same_records():
    assert made_and_undone(seed=1) == made_and_undone(seed=1)
    assert made_and_undone(seed=1) != made_and_undone(seed=2)


@pytest.mark.parametrize("stories", [1, 200])
def test_kinds_stand_in_proportion(stories):
    counts = Maker(stories).make()
    assert counts["stories"] == Story.objects.count() == stories
    assert counts.get("milestones", 0) == Milestone.objects.count() == stories // 20


def test_most_stories_are_public_and_some_are_not():
    make()
    published = Story.objects.filter(status="published")
    assert published.count() == 192
    assert 0 <= published.count() - Story.objects.public().count() < 5


def test_what_states_facts_has_its_proof():
    make()
    published = Milestone.objects.filter(status="published")
    assert published.count() == Milestone.objects.public().count() == 6


def test_a_story_without_a_live_consent_is_hidden():
    make(600)
    published = Story.objects.filter(status="published", subjects__identity="identified")
    hidden = published.exclude(pk__in=Story.objects.public().values("pk"))
    lapsed = published.filter(subjects__consents__expires_on__lt="2020-01-01")
    assert list(hidden) == list(lapsed) != []


@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_pages_show_them_in_every_language(client, language):
    make()
    story = Story.objects.public().first()
    page = client.get(f"/{language}/stories/{story.slug}/").content.decode()
    assert getattr(story, f"title_{language}") in page
    assert client.get(f"/{language}/stories/").context["total"] == Story.objects.public().count()


def test_dates_agree_with_their_bounds():
    make(60)
    for story in Story.objects.all():
        bounds = story.earliest, story.latest
        story.set_bounds()
        assert (story.earliest, story.latest) == bounds


def test_regions_that_are_there_are_used():
    region = make_region()
    make(20)
    assert {r for s in Story.objects.all() for r in s.regions.all()} == {region}


def test_a_list_is_filtered_by_them(client):
    make()
    programme = Programme.objects.exclude(parent=None).first().parent
    below = Story.objects.public().filter(programmes__above=programme).distinct()
    context = client.get(f"/en/stories/?programme={programme.slug}").context
    facet = next(f for f in context["filters"].facets if f["name"] == "programme")
    chosen = next(option["n"] for option in facet["options"] if option["chosen"])
    own = Story.objects.public().filter(programmes=programme)
    assert context["total"] == below.count() == chosen > own.count() > 0


def test_a_search_finds_them(client):
    make()
    assert is_complete()
    story = Story.objects.public().first()
    page = client.get("/en/search/", {"q": f'"{story.title_ru}"'}).content.decode()
    assert story.slug in page


def test_new_records_find_free_keys():
    make(20)
    make_story()
    assert Story.objects.count() == 21


def test_caches_learn_of_them():
    before = version.shared().value()
    make(20)
    assert version.shared().value() > before


def test_records_of_staff_are_kept_apart(editor):
    Programme.objects.create(slug="theirs", title_en="Theirs", changed_by=editor)
    with pytest.raises(CommandError, match=r"Staff have written in this database \(programmes\)"):
        make(20)
    assert Story.objects.count() == 0
    make(20, force=True)
    assert Story.objects.count() == 20


def test_it_runs_once():
    make(20)
    with pytest.raises(CommandError, match="There are made records here already"):
        make(20)


def test_a_number_of_stories_is_needed():
    with pytest.raises(CommandError, match="from 1 on"):
        make(0)
