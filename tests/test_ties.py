"""What is not public does not show through the records it is tied to: each tie by itself."""

import pytest

from stories.models import Consent
from unicef_kz.content.languages import CODES

from .factories import (
    cite,
    make_consent,
    make_indicator,
    make_membership,
    make_milestone,
    make_observation,
    make_participation,
    make_partner,
    make_programme,
    make_region,
    make_source,
    make_story,
    make_story_with_child,
)

pytestmark = pytest.mark.django_db
HIDDEN = "zqhidden"


def shows(client, record, text=HIDDEN) -> bool:
    return text in client.get(record.get_absolute_url()).content.decode()


def test_draft_partner_is_absent_from_a_public_programme(client):
    programme, partner = make_programme(), make_partner(state="draft", title=HIDDEN)
    make_participation(programme, partner, name_at_time=HIDDEN)
    assert not shows(client, programme)


def test_draft_region_is_absent_from_a_public_milestone(client):
    milestone = make_milestone(regions=[make_region(state="draft", title=HIDDEN)])
    assert not shows(client, milestone)


def test_draft_programme_is_absent_above_its_public_part(client):
    part = make_programme(parent=make_programme(state="draft", title=HIDDEN))
    assert not shows(client, part)


def test_public_grandparent_is_not_named_through_a_draft(client):
    area = make_programme(title="The whole area")
    hidden = make_programme(state="draft", title=HIDDEN, parent=area)
    part = make_programme(parent=hidden)
    assert not shows(client, part)


def test_value_from_a_source_that_is_not_public_is_absent(client):
    indicator = make_indicator()
    make_observation(indicator, source=make_source(state="draft"), value=12345)
    assert not shows(client, indicator, "12,345")


def test_headline_skips_a_value_from_a_source_that_is_not_public(client):
    indicator = make_indicator()
    source = make_source(state="draft")
    make_observation(indicator, source=source, value=77, date="2024")
    response = client.get(indicator.get_absolute_url())
    assert response.context["object"].headline.value == 90


def test_title_of_a_draft_source_is_absent_from_what_cites_it(client):
    programme = make_programme()
    cite(programme, make_source(state="draft", title=HIDDEN), says=HIDDEN)
    assert not shows(client, programme)


def test_city_of_a_source_that_is_not_public_is_absent(client):
    programme = make_programme()
    make_membership(initiative=programme, source=make_source(state="draft"), note=HIDDEN)
    assert not shows(client, programme)


def test_differing_citation_of_a_draft_source_opens_no_panel(client):
    milestone = make_milestone()
    cite(milestone, make_source(state="draft"), stance="differs")
    assert client.get(milestone.get_absolute_url()).context["differing"] is False


def test_story_in_every_language_is_gone_when_one_is_not_covered(client):
    story = make_story_with_child(title_ru="Заголовок", consent={"language_ru": True})
    Consent.objects.update(language_ru=False)
    statuses = [client.get(f"/{code}/stories/{story.slug}/").status_code for code in CODES]
    assert statuses == [404, 404, 404]


def test_second_consent_keeps_the_story(client):
    story = make_story_with_child()
    make_consent(story.subjects.get())
    Consent.objects.filter(pk=story.subjects.get().consents.first().pk).delete()
    assert client.get(story.get_absolute_url()).status_code == 200


# A filter says nothing about ties that run through a hidden record


def test_value_from_a_hidden_source_places_no_figure_in_a_region(client, world):
    elsewhere = make_indicator()
    make_observation(elsewhere, source=make_source(state="draft"), region=world["region"])
    found = client.get("/en/figures/?region=KZ-43").context["object_list"]
    assert list(found) == [world["indicator"]]


def test_draft_programme_ties_no_partner_to_its_area(client, world):
    other = make_partner()
    make_participation(make_programme(parent=world["area"], state="draft"), other)
    found = client.get(f"/en/partners/?programme={world['area'].slug}").context["object_list"]
    assert list(found) == [world["partner"]]


def test_draft_programme_ties_no_milestone_to_a_cycle(client, world):
    hidden = make_programme(cycles=[world["cycle"]], state="draft")
    make_milestone(programmes=[hidden])
    found = client.get(f"/en/timeline/?cycle={world['cycle'].slug}").context["object_list"]
    assert list(found) == [world["milestone"]]


def test_draft_programme_makes_no_two_stories_alike(client):
    hidden = make_programme(state="draft")
    story, _other = (make_story(programmes=[hidden]) for _ in range(2))
    assert list(client.get(story.get_absolute_url()).context["alike"]) == []
