"""Rows of lists and parts of pages: in their order, made once, and never of what is hidden."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from programmes.views import first_of
from stories.filters import StoryFilter
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content.orders import Order, in_order
from unicef_kz.content.rows import Rows, few

from . import factories as make

pytestmark = pytest.mark.django_db
CARDS = Template(
    "{% load parts record %}"
    "{% cards rows as story %}[{% text story 'title' %}{{ other }}]{% endcards %}"
)


def cards(rows, **others) -> str:
    with override("en"):
        return CARDS.render(Context({"rows": rows, **others}))


def test_cards_come_in_the_order_of_the_keys():
    one, two = make.make_story(title="One"), make.make_story(title="Two")
    assert cards(Rows.public(Story, [two.pk, one.pk])) == "[Two][One]"


def test_a_card_is_made_once_for_each_version():
    keys = [make.make_story(title=f"Story {n}").pk for n in range(3)]
    first = cards(Rows.public(Story, keys))
    with CaptureQueriesContext(connection) as captured:
        again = cards(Rows.public(Story, keys))
    assert (again, len(captured)) == (first, 0)


def test_only_cards_that_are_missing_are_read():
    keys = [make.make_story(title=f"Story {n}").pk for n in range(3)]
    cards(Rows.public(Story, keys[:2]))
    read = []
    rows = Rows(Story, keys, lambda some: read.extend(some) or Story.objects.filter(pk__in=some))
    assert (cards(rows), read) == ("[Story 0][Story 1][Story 2]", keys[2:])


def test_a_card_is_made_anew_after_a_change():
    story = make.make_story(title="Before")
    cards(Rows.public(Story, [story.pk]))
    Story.objects.filter(pk=story.pk).update(title_en="After")
    assert cards(Rows.public(Story, [story.pk])) == "[After]"


def test_a_card_of_what_was_read_before_a_change_is_not_kept():
    story = make.make_story(title="Before")
    rows = Rows.of(Story.objects.public())
    Story.objects.filter(pk=story.pk).update(title_en="After")
    cards(rows)
    assert cards(Rows.public(Story, [story.pk])) == "[After]"


def test_a_form_of_filters_from_before_a_change_serves_nobody_after_it(rf):
    region = make.make_region()
    before = StoryFilter(rf.get("/").GET, Story.objects.public())
    make.make_story(regions=[region])
    after = StoryFilter(rf.get("/").GET, Story.objects.public())
    assert before.form_key != after.form_key
    assert StoryFilter(rf.get("/").GET, Story.objects.public()).form_key == after.form_key


def test_a_card_of_what_was_withdrawn_is_not_shown():
    story, other = make.make_story(title="Gone"), make.make_story(title="Stays")
    rows = Rows.public(Story, [story.pk, other.pk])
    cards(rows)
    Story.objects.filter(pk=story.pk).update(status="withdrawn")
    assert cards(Rows.public(Story, rows.keys)) == "[Stays]"


def test_a_card_has_its_own_language():
    story = make.make_story(title="Well", title_kk="Құдық")
    cards(Rows.public(Story, [story.pk]))
    with override("kk"):
        assert CARDS.render(Context({"rows": Rows.public(Story, [story.pk])})) == "[Құдық]"


def test_a_card_knows_its_record_alone():
    """Else what one visitor sees would depend on who asked first."""
    story = make.make_story(title="Well")
    assert cards(Rows.public(Story, [story.pk]), other="secret") == "[Well]"


def test_cards_of_two_kinds_with_the_same_key_stay_apart():
    story = make.make_story(title="Story")
    milestone = make.make_milestone(title="Milestone", pk=story.pk)
    shown = [cards(Rows.public(type(record), [record.pk])) for record in (story, milestone)]
    assert (story.pk == milestone.pk, shown) == (True, ["[Story]", "[Milestone]"])


def test_records_that_are_no_rows_are_shown_and_not_kept():
    """Such as those of a preview."""
    draft = make.make_story(state="draft", title="Draft")
    assert (cards([draft]), cards(Rows.public(Story, [draft.pk]))) == ("[Draft]", "")


def test_few_are_read_once():
    make.make_story()
    few("some", Story, Story.objects.public)
    with CaptureQueriesContext(connection) as captured:
        few("some", Story, Story.objects.public)
    assert len(captured) == 0


# The first of several programmes


def test_first_of_several_programmes_are_in_the_order_of_their_kind():
    one, two = make.make_programme(), make.make_programme()
    for date, programme in (("2001", one), ("1999", two), ("2003", one), ("2000", two), ("", two)):
        make.make_milestone(title=f"In {date}", date=date, programmes=[programme])
    found = first_of([one, two], "milestones", 4)
    assert [milestone.date for milestone in found] == ["1999", "2000", "2001", "2003"]
    assert list(found) == list(Milestone.objects.public()[:4])


def test_undated_stories_come_last():
    """PostgreSQL takes what has no value for the largest."""
    one, two = make.make_programme(), make.make_programme()
    make.make_story(programmes=[two], date="1999")
    make.make_story(programmes=[one], date="2024")
    for _n in range(3):
        make.make_story(programmes=[one], date="")
    assert [story.date for story in first_of([one, two], "stories", 3)] == ["2024", "1999", ""]
    assert [story.date for story in Story.objects.public()[:3]] == ["2024", "1999", ""]


def test_figures_of_a_story_are_in_the_order_of_their_kind(client):
    figures = [make.make_indicator(slug=slug) for slug in ("b", "c", "a")]
    story = make.make_story(figures=figures)
    shown = client.get(story.get_absolute_url()).context["figures"]
    assert [figure.slug for figure in shown] == ["a", "b", "c"]


def test_first_of_programmes_has_each_record_once_and_none_that_is_hidden():
    both = [make.make_programme(), make.make_programme()]
    shown = make.make_story(programmes=both)
    make.make_story(programmes=both, state="draft")
    assert list(first_of(both, "stories", 3)) == [shown]


def test_first_figures_of_a_programme():
    programme = make.make_programme()
    figures = [make.make_indicator(programme=programme, slug=slug) for slug in ("b", "a")]
    assert list(first_of([programme], "indicators", 6)) == figures[::-1]


@pytest.mark.parametrize("model", [Story, Milestone])
def test_order_in_python_is_that_of_the_model(model):
    rows = [(1, None, "x", "b"), (2, 5, "x", "b"), (3, 5, "x", "a"), (4, 9, "w", "c")]
    orders = [Order.of(column) for column in model._meta.ordering]
    expected = {Story: [4, 3, 2, 1], Milestone: [3, 2, 4, 1]}[model]
    rows = [(key, at, *((text,) if len(orders) == 3 else ()), slug) for key, at, text, slug in rows]
    assert [key for key, *_columns in in_order(rows, orders)] == expected
