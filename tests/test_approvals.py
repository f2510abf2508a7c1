"""Ways around the safeguarding lead that look like ordinary editing; none of them is open."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError
from django.urls import reverse

from stories.models import Story
from unicef_kz.content.documents import document
from unicef_kz.content.models import Correction, Proposal, ReviewLink
from unicef_kz.content.publishing import Refused

from .factories import make_consent, make_story, make_story_with_child, make_subject
from .test_admin import address, change, inline, reloaded
from .test_proposals import of, propose

pytestmark = pytest.mark.django_db


def with_a_child(story) -> dict:
    """The story's content with a child that only a proposal adds."""
    content = document(story)
    other = make_story(state="draft")
    make_subject(other)
    content["rows"]["subjects"] = document(other)["rows"]["subjects"]
    return content


@pytest.mark.parametrize("client_of", ["as_reviewer", "as_lead"])
def test_curator_alone_proposes_changes_of_a_public_story_about_a_child(request, alone, client_of):
    story = make_story_with_child()
    change(request.getfixturevalue(client_of), story, title_en="At once")
    assert reloaded(story).title_en == story.title_en
    assert of(story).document["fields"]["title_en"] == "At once"


def test_curator_alone_does_not_turn_a_public_story_into_one_about_a_child(as_reviewer, alone):
    story = make_story()
    prefix = inline(as_reviewer.get(address(Story, "change", story.pk)), "subject")
    row = {
        f"{prefix}-TOTAL_FORMS": 1,
        f"{prefix}-0-label_en": "A child",
        f"{prefix}-0-identity": "unnamed",
        f"{prefix}-0-is_child": "on",
        f"{prefix}-0-age_band": "child",
    }
    assert change(as_reviewer, story, **row).status_code == 200
    assert story.subjects.count() == 0


def test_change_that_adds_a_child_is_approved_by_the_lead_alone(editor, reviewer, lead):
    story = make_story()
    proposal = Proposal.of(story, with_a_child(story), actor=editor)
    with pytest.raises((PermissionDenied, Refused)):
        proposal.approve(actor=reviewer)
    assert (story.subjects.count(), reloaded(story).approved_by) == (0, None)
    Proposal.objects.get(pk=proposal.pk).approve(actor=lead)
    assert (story.subjects.count(), reloaded(story).approved_by) == (1, lead)


def test_somebody_with_a_consent_is_not_removed_by_a_change(editor, lead):
    story = make_story_with_child()
    content = document(story)
    content["rows"]["subjects"] = []
    proposal = Proposal.of(story, content, actor=editor)
    with pytest.raises(Refused):
        proposal.approve(actor=lead)
    assert story.subjects.get().consents.count() == 1


def test_somebody_with_a_consent_is_not_deleted():
    story = make_story(state="draft")
    make_consent(make_subject(story))
    with pytest.raises(ProtectedError):
        story.delete()


def test_link_for_a_reader_ends_when_a_child_enters_the_story(client, editor):
    story = make_story(state="draft")
    key = ReviewLink.make(story, actor=editor, reader="A", days=1)
    before = client.get(reverse("by_link", args=[key, "en"])).status_code
    make_subject(story)
    assert (before, client.get(reverse("by_link", args=[key, "en"])).status_code) == (200, 404)


def test_link_ends_with_the_account_that_made_it(client, editor):
    key = ReviewLink.make(make_story(state="draft"), actor=editor, reader="A", days=1)
    editor.is_active = False
    editor.save()
    assert client.get(reverse("by_link", args=[key, "en"])).status_code == 404


def test_address_that_tells_a_number_is_refused(reviewer):
    story = make_story(slug="here")
    with pytest.raises(Refused):
        story.move("call-87011234567", actor=reviewer)
    assert reloaded(story).slug == "here"


def test_address_of_a_story_about_a_child_is_moved_by_the_lead_alone(reviewer, lead):
    story = make_story_with_child(slug="here")
    with pytest.raises(PermissionDenied):
        story.move("there", actor=reviewer)
    reloaded(story).move("there", actor=lead)
    assert reloaded(story).slug == "there"


REASON = "We printed a phone: 8 701 123 45 67."


def test_correction_tells_no_number(editor, reviewer):
    story = make_story()
    proposal = propose(story, editor, title_en="After")
    Proposal.objects.filter(pk=proposal.pk).update(is_correction=True, comment=REASON)
    with pytest.raises(Refused):
        Proposal.objects.get(pk=proposal.pk).approve(actor=reviewer)
    assert (Correction.objects.count(), reloaded(story).title_en) == (0, story.title_en)


def test_correction_tells_no_number_when_it_is_translated(as_reviewer):
    entry = Correction.objects.create(record=make_story(), reason="A slip", label="x")
    path = reverse("admin:content_correction_change", args=[entry.pk])
    response = as_reviewer.post(path, {"reason_en": "A slip", "reason_ru": REASON})
    entry.refresh_from_db()
    assert (response.status_code, entry.reason_ru or "") == (200, "")


def test_taking_a_record_off_the_schedule_closes_what_was_proposed(editor, reviewer):
    story = make_story(state="scheduled")
    propose(story, editor, title_en="After")
    reloaded(story).unschedule(actor=reviewer)
    assert of(story) is None
