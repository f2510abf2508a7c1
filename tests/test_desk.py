"""The front page of the admin: what needs whom, and that each count leads to as many rows."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from unicef_kz.content.documents import document
from unicef_kz.content.models import AuditEntry, Proposal, Source
from unicef_kz.roles import ADMINISTRATOR, EDITOR, LEAD, REVIEWER

from .conftest import signed_in
from .factories import (
    force,
    make_consent,
    make_milestone,
    make_programme,
    make_source,
    make_story,
    make_story_with_child,
    make_subject,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def desk(user) -> dict[str, int]:
    """The totals; checks on the way that each link leads to as many rows as it says."""
    client = signed_in(user)
    needs = client.get("/admin/").context["desk"]
    for need in needs:
        assert need.total == sum(number for _kind, number, _url in need.links)
        for _kind, number, url in need.links:
            assert rows(client, url) == number
    return {str(need.label): need.total for need in needs}


def rows(client, url: str) -> int:
    context = client.get(url).context
    return context["cl"].result_count if "cl" in context else context["page_obj"].paginator.count


def written_by(user, record):
    type(record).objects.filter(pk=record.pk).update(changed_by=user)
    record.refresh_from_db()
    return record


def propose(author, record=None) -> Proposal:
    record = record or make_programme()
    return Proposal.of(record, document(record), actor=author)


def about_a_child(**values):
    story = make_story(**{"state": "draft"} | values)
    make_subject(story)
    return story


@pytest.mark.parametrize("role", [EDITOR, REVIEWER, LEAD, ADMINISTRATOR])
def test_empty_desk_says_so(sign_in, role):
    response = sign_in(role).get("/admin/")
    assert response.context["desk"] == []
    assert "Nothing waits for you." in response.content.decode()


def test_drafts_of_several_kinds_stand_on_one_line(editor):
    for make in (make_programme, make_programme, make_milestone):
        written_by(editor, make(state="draft"))
    make_programme(state="draft")
    assert desk(editor) == {"Your drafts": 3}


def test_returned_draft_stands_on_a_line_of_its_own(editor, reviewer):
    page = written_by(editor, make_programme(state="review"))
    page.return_to_draft(actor=reviewer, comment="More")
    written_by(editor, make_programme(state="draft"))
    assert desk(editor) == {"Returned to you": 1, "Your drafts": 1}


def test_returned_draft_is_done_when_it_is_submitted_again(editor, reviewer):
    page = written_by(editor, make_programme(state="review"))
    page.return_to_draft(actor=reviewer, comment="More")
    page.submit(actor=editor)
    assert desk(editor) == {}


def test_reviewed_translation_leaves_a_returned_draft_returned(editor, reviewer):
    page = written_by(editor, make_programme(state="review", title_ru="О", summary_ru="О"))
    page.return_to_draft(actor=reviewer, comment="More")
    page.mark_reviewed("ru", actor=editor)
    assert desk(editor) == {"Returned to you": 1}


def test_reviewer_sees_what_others_submitted(reviewer, editor):
    written_by(editor, make_programme(state="review"))
    make_source(state="review")
    written_by(reviewer, make_programme(state="review"))
    assert desk(reviewer) == {"For your review": 2}


def test_reviewer_in_an_office_of_one_sees_the_own_too(reviewer, settings):
    settings.TWO_PEOPLE = False
    written_by(reviewer, make_programme(state="review"))
    assert desk(reviewer) == {"For your review": 1}


@pytest.mark.parametrize("role", [EDITOR, ADMINISTRATOR])
def test_who_may_not_publish_has_nothing_to_review(role):
    make_programme(state="review")
    propose(make_user(EDITOR))
    assert desk(make_user(role)) == {}


def test_lead_reviews_stories_alone_and_approves_those_about_children(lead):
    make_programme(state="review")
    make_story(state="review")
    about_a_child().submit(actor=None)
    about_a_child()
    assert desk(lead) == {"About children, for your approval": 1, "For your review": 2}


def test_approved_story_waits_for_no_approval_until_it_changes(lead):
    story = about_a_child()
    story.submit(actor=None)
    story.approve(actor=lead, comment="Fine")
    before = desk(lead)
    story.touch(None)
    story.save()
    assert before == {"For your review": 1}
    assert desk(lead) == {"About children, for your approval": 1, "For your review": 1}


def test_lead_does_not_approve_the_own_story(lead):
    written_by(lead, about_a_child()).submit(actor=None)
    assert desk(lead) == {}


def test_group_that_is_only_counted_needs_no_approval(lead):
    story = make_story(state="draft")
    make_subject(story, identity="aggregate")
    story.submit(actor=None)
    assert desk(lead) == {"For your review": 1}


def test_proposals_of_others_are_to_be_decided(reviewer, editor):
    propose(editor)
    propose(reviewer)
    assert desk(reviewer) == {"Proposed changes for you to decide on": 1}


def test_proposal_on_a_story_about_a_child_is_the_lead_s(reviewer, lead, editor):
    propose(editor, make_story_with_child())
    propose(editor, make_programme())
    propose(editor, make_story())
    label = "Proposed changes for you to decide on"
    assert (desk(reviewer), desk(lead)) == ({label: 2}, {label: 2})


def test_queue_agrees_with_the_rule_of_a_single_proposal(reviewer, lead, editor, superuser):
    for record in (make_programme(), make_story(), make_story_with_child()):
        propose(editor, record)
    propose(reviewer)
    for user in (reviewer, lead, editor, superuser):
        mine = set(Proposal.objects.to_decide_by(user))
        assert mine == {p for p in Proposal.objects.all() if p.may_decide(user)}


def test_returned_proposal_goes_to_its_author(reviewer, editor):
    propose(editor).send_back(actor=reviewer, comment="More")
    assert (desk(editor), desk(reviewer)) == ({"Your proposed changes, returned to you": 1}, {})


@pytest.mark.parametrize(("days", "seen"), [(-1, False), (0, True), (60, True), (61, False)])
def test_lead_sees_consents_that_end_soon(lead, days, seen):
    end = timezone.localdate() + datetime.timedelta(days=days)
    make_consent(make_subject(make_story()), expires_on=end)
    label = "Consents that end within 60 days"
    assert desk(lead) == ({label: 1} if seen else {})


def test_consent_of_a_withdrawn_story_or_withdrawn_itself_needs_nobody(lead):
    end = timezone.localdate() + datetime.timedelta(days=9)
    make_consent(make_subject(make_story(state="withdrawn")), expires_on=end)
    withdrawn = {"expires_on": end, "withdrawn_on": timezone.localdate()}
    make_consent(make_subject(make_story()), **withdrawn)
    assert desk(lead) == {}


@pytest.mark.parametrize("role", [EDITOR, REVIEWER, ADMINISTRATOR])
def test_only_the_lead_hears_of_consents(role):
    end = timezone.localdate() + datetime.timedelta(days=9)
    make_consent(make_subject(make_story()), expires_on=end)
    assert desk(make_user(role)) == {}


def test_hidden_fact_is_shown_to_those_who_can_mend_it(editor, lead):
    force(make_milestone().citations.get().source, "withdrawn")
    make_milestone()
    label = "Published, but hidden: no public source proves them"
    assert (desk(editor), desk(lead)) == ({label: 1}, {})


def test_dead_links(editor):
    now = timezone.now()
    source = make_source(url="https://example.org/")
    since = now - datetime.timedelta(days=3)
    Source.objects.filter(pk=source.pk).update(link_checked_at=now, link_failed_since=since)
    assert desk(editor) == {"Their web address no longer answers": 1}


def test_stale_translations_lead_to_the_board(editor):
    page = make_programme(title_ru="О программе", summary_ru="О чём")
    page.title_en = "Another title"
    page.save()
    assert desk(editor) == {"Translations older than their original": 1}


def everything(user):
    """Something on every line of a superuser's desk."""
    other = make_user(EDITOR)
    for _time in range(3):
        make_programme(state="review").return_to_draft(actor=other_reviewer(), comment="More")
        written_by(user, make_milestone(state="draft"))
        written_by(other, make_programme(state="review"))
        about_a_child().submit(actor=None)
        propose(other)
        propose(user).send_back(actor=other_reviewer(), comment="More")
        force(make_milestone().citations.get().source, "withdrawn")


def other_reviewer():
    return make_user(REVIEWER)


def queries(client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get("/admin/")
    return len(captured)


def test_desk_asks_the_database_as_often_for_much_as_for_nothing(superuser):
    client = signed_in(superuser)
    client.get("/admin/")
    empty = queries(client)
    everything(superuser)
    assert desk(superuser) != {}
    assert (queries(client), empty <= 15) == (empty, True)


def test_activity_is_that_around_the_own_records(editor, reviewer):
    mine = written_by(editor, make_programme(state="draft", title="Mine"))
    mine.submit(actor=editor)
    mine.return_to_draft(actor=reviewer, comment="More of it")
    make_programme(title="Not mine")
    response = signed_in(editor).get("/admin/")
    entries = [(str(i["entry"]), i["entry"].actor) for i in response.context["activity"]]
    assert entries == [("Returned: Mine", reviewer), ("Submitted: Mine", editor)]
    assert "More of it" in response.content.decode()


def test_activity_links_no_record_that_is_gone(editor):
    page = written_by(editor, make_programme(state="draft"))
    AuditEntry.note(page, "delete", editor)
    activity = signed_in(editor).get("/admin/").context["activity"]
    assert (activity[0]["entry"].action, activity[0]["url"]) == ("delete", "")


def test_activity_ends_after_ten(editor):
    for _time in range(12):
        written_by(editor, make_programme(state="draft")).submit(actor=editor)
    assert len(signed_in(editor).get("/admin/").context["activity"]) == 10


def test_list_of_proposals_leads_to_each(editor, reviewer):
    propose(editor, make_programme(title="Live"))
    html = signed_in(reviewer).get("/admin/content/proposal/").content.decode()
    assert (">Live</a>" in html, "Waiting for review" in html) == (True, True)


@pytest.mark.parametrize("query", ["mine=x", "waiting=x", "missing=x"])
def test_filter_that_is_not_there_shows_the_whole_list(as_reviewer, query):
    make_programme()
    assert rows(as_reviewer, f"/admin/programmes/programme/?{query}") == 1


@pytest.mark.parametrize("query", ["waiting=approval", "missing=proof"])
def test_filter_of_another_kind_finds_nothing(as_reviewer, query):
    make_programme()
    assert rows(as_reviewer, f"/admin/programmes/programme/?{query}") == 0
