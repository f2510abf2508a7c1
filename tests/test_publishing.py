"""The status machine: which step leads where, who may take it, and what refuses it."""

import datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from programmes.models import Programme
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content.models import AuditEntry, Citation, FormerSlug, Source
from unicef_kz.content.publishing import Refused, Status

from .factories import (
    cite,
    draft,
    force,
    make_indicator,
    make_milestone,
    make_observation,
    make_programme,
    make_source,
    make_story,
    make_subject,
    make_user,
)

pytestmark = pytest.mark.django_db
STEPS = {
    "submit": lambda page: page.submit(actor=None),
    "publish": lambda page: page.publish(actor=None, basis="test"),
    "return": lambda page: page.return_to_draft(actor=None, comment="test"),
    "withdraw": lambda page: page.withdraw(actor=None, comment="test"),
}
#: state → what each step makes of it; a step that is not named is refused
MACHINE = {
    "draft": {"submit": "review", "publish": "published"},
    "review": {"publish": "published", "return": "draft"},
    "published": {"withdraw": "withdrawn"},
    "withdrawn": {"return": "draft"},
}


def fields(refused) -> list[str]:
    return [problem.field for problem in refused.value.problems]


def trail(page) -> list[tuple]:
    entries = AuditEntry.objects.filter(
        object_id=page.pk, content_type__model=page._meta.model_name
    )
    return [(e.action, e.status_before, e.status_after) for e in entries.order_by("pk")]


# The machine


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [(s, step, after) for s, steps in MACHINE.items() for step, after in steps.items()],
)
def test_allowed_step_changes_status(state, step, after):
    page = make_programme(state=state)
    STEPS[step](page)
    page.refresh_from_db()
    assert page.status == after


@pytest.mark.parametrize(
    ("state", "step"),
    [(s, step) for s, allowed in MACHINE.items() for step in STEPS if step not in allowed],
)
def test_other_steps_are_refused(state, step):
    page = make_programme(state=state)
    with pytest.raises(Refused) as refused:
        STEPS[step](page)
    assert fields(refused) == ["status"]
    page.refresh_from_db()
    assert page.status == state


def test_step_looks_at_the_database_not_at_a_stale_object():
    stale = make_programme()
    Programme.objects.get(pk=stale.pk).withdraw(actor=None, comment="test")
    with pytest.raises(Refused):
        stale.withdraw(actor=None, comment="again")


def test_publishing_without_a_person_needs_a_basis():
    with pytest.raises(ValueError, match="needs a basis"):
        make_programme(state="draft").publish(actor=None)


def test_step_saves_nothing_but_the_status():
    page = make_programme(state="draft", title="Stored")
    page.title_en = "Only in memory"
    page.publish(actor=None, basis="test")
    assert Programme.objects.get(pk=page.pk).title_en == "Stored"


# What keeps a record from being public


def test_problems_name_the_missing_title_in_the_source_language():
    page = make_programme(state="draft", title="", title_ru="Название", source_language="kk")
    assert [p.field for p in page.problems()] == ["title_kk", "summary_kk"]


def test_problems_name_the_missing_summary():
    page = make_programme(state="draft", summary="")
    assert [p.field for p in page.problems()] == ["summary_en"]


@pytest.mark.parametrize("make", [make_indicator, make_milestone])
def test_fact_without_a_citation_is_refused(make):
    page = make(state="draft")
    page.citations.all().delete()
    with pytest.raises(Refused) as refused:
        page.publish(actor=None, basis="test")
    assert fields(refused) == ["citations"]


def test_citation_that_only_differs_proves_nothing():
    page = make_milestone(state="draft")
    page.citations.update(stance="differs")
    assert [p.field for p in page.problems()] == ["citations"]


def test_citation_without_a_place_in_the_source_proves_nothing():
    page = make_milestone(state="draft")
    page.citations.update(locator="")
    assert [p.field for p in page.problems()] == ["citations"]


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_citation_of_an_unpublished_source_is_refused(state):
    page = make_milestone(state="draft", source=force(make_source(), state))
    assert [p.field for p in page.problems()] == ["citations"]


def test_figure_without_a_value_is_refused():
    page = make_indicator(state="draft")
    page.observations.all().delete()
    assert [p.field for p in page.problems()] == ["observations"]


@pytest.mark.parametrize(("value", "problems"), [(4, ["observations"]), (5, []), (0, [])])
def test_sensitive_count_below_five_is_refused(value, problems):
    page = make_indicator(
        state="draft", sensitive=True, measure="number", observation={"value": value}
    )
    assert [p.field for p in page.problems()] == problems


def test_refused_publication_leaves_the_draft():
    page = make_programme(state="draft", summary="")
    with pytest.raises(Refused):
        page.publish(actor=None, basis="test")
    page.refresh_from_db()
    assert (page.status, page.publish_at, trail(page)) == ("draft", None, [])


def test_published_record_without_problems_has_none():
    assert list(make_indicator().problems()) == []


# Two people, and rights


def test_who_changed_it_last_cannot_publish_it(reviewer):
    page = make_programme(state="review", changed_by=reviewer)
    with pytest.raises(Refused) as refused:
        page.publish(actor=reviewer)
    assert fields(refused) == ["changed_by"]


def test_another_reviewer_publishes_it(reviewer):
    page = make_programme(state="review", changed_by=make_user("Reviewer"))
    page.publish(actor=reviewer)
    assert page.status == "published"


def test_site_with_one_curator_may_switch_the_rule_off(reviewer, settings):
    settings.TWO_PEOPLE = False
    page = make_programme(state="review", changed_by=reviewer)
    page.publish(actor=reviewer)
    assert page.status == "published"


#: role → the steps it may take
RIGHTS = {
    "": [],
    "Editor": ["submit"],
    "Reviewer": ["submit", "publish", "return", "withdraw"],
    "Safeguarding lead": [],
    "Administrator": [],
}
FROM = {"submit": "draft", "publish": "review", "return": "review", "withdraw": "published"}
BY = {
    "submit": lambda page, user: page.submit(actor=user),
    "publish": lambda page, user: page.publish(actor=user),
    "return": lambda page, user: page.return_to_draft(actor=user, comment="test"),
    "withdraw": lambda page, user: page.withdraw(actor=user, comment="test"),
}


@pytest.mark.parametrize("role", RIGHTS)
@pytest.mark.parametrize("step", FROM)
def test_step_needs_the_right(role, step):
    page, user = make_programme(state=FROM[step]), make_user(role)
    try:
        BY[step](page, user)
    except PermissionDenied:
        allowed = False
    else:
        allowed = True
    assert allowed == (step in RIGHTS[role])


def test_denied_step_leaves_everything(editor):
    page = make_programme(state="review")
    before = trail(page)
    with pytest.raises(PermissionDenied):
        page.publish(actor=editor)
    stored = Programme.objects.get(pk=page.pk)
    assert (page.status, stored.status, trail(page)) == ("review", "review", before)


# The audit trail


def test_each_step_leaves_one_entry():
    page = make_programme(state="draft")
    page.submit(actor=None)
    page.publish(actor=None, basis="test")
    page.withdraw(actor=None, comment="test")
    assert trail(page) == [
        ("submit", "draft", "review"),
        ("publish", "review", "published"),
        ("withdraw", "published", "withdrawn"),
    ]


def test_entry_says_who_and_why(reviewer):
    make_programme(title="Named").withdraw(actor=reviewer, comment="A mistake")
    entry = AuditEntry.objects.get(action="withdraw")
    assert (entry.actor, entry.comment, entry.label) == (reviewer, "A mistake", "Named")


def test_entry_cannot_be_changed():
    make_programme()
    entry = AuditEntry.objects.first()
    entry.comment = "nicer"
    with pytest.raises(TypeError):
        entry.save()


def test_entry_cannot_be_deleted():
    make_programme()
    with pytest.raises(TypeError):
        AuditEntry.objects.first().delete()


def test_entries_cannot_be_updated_together():
    with pytest.raises(TypeError):
        AuditEntry.objects.update(comment="nicer")


def test_entries_cannot_be_deleted_together():
    with pytest.raises(TypeError):
        AuditEntry.objects.all().delete()


def test_entries_outlive_their_record():
    page = make_programme()
    page.delete()
    assert AuditEntry.objects.get(label=page.title_en).action == "publish"


# Proofs of public records


def test_last_citation_of_a_public_record_stays():
    page = make_milestone()
    with pytest.raises(Refused) as refused:
        page.citations.get().delete()
    assert page.title_en in str(refused.value)


def test_one_of_two_citations_may_go():
    page = make_milestone()
    cite(page)
    page.citations.first().delete()
    assert page.citations.count() == 1


def test_differing_citation_does_not_protect_the_last_proof():
    page = make_milestone()
    cite(page, stance="differs")
    with pytest.raises(Refused):
        page.citations.get(stance="supports").delete()


def test_last_citation_of_a_draft_may_go():
    page = make_milestone(state="draft")
    page.citations.get().delete()
    assert page.citations.count() == 0


def test_citation_of_a_record_that_needs_none_may_go():
    citation = cite(make_programme())
    citation.delete()
    assert not Citation.objects.filter(pk=citation.pk).exists()


def test_source_withdrawal_is_refused_with_what_rests_on_it():
    source = make_source()
    make_milestone(source=source, title="The treaty")
    make_milestone(source=source, title="Still a draft", state="draft")
    with pytest.raises(Refused) as refused:
        source.withdraw(actor=None, comment="test")
    assert [str(p) for p in refused.value.problems] == ["“The treaty” rests on it."]


def test_source_of_a_value_alone_is_not_withdrawn():
    source = make_source()
    indicator = make_indicator(title="Attendance")
    make_observation(indicator, source=source)
    with pytest.raises(Refused) as refused:
        source.withdraw(actor=None, comment="test")
    assert [str(p) for p in refused.value.problems] == ["“Attendance” rests on it."]


def test_source_that_nothing_rests_on_is_withdrawn():
    source = make_source()
    make_milestone(source=source, state="withdrawn")
    source.withdraw(actor=None, comment="test")
    assert Source.objects.get(pk=source.pk).status == "withdrawn"


def test_withdrawn_source_takes_its_facts_with_it():
    page = make_milestone()
    force(page.citations.get().source, "withdrawn")
    assert list(Milestone.objects.public()) == []


# Time decides at read

NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(("second", "seen"), [(-1, False), (0, True), (1, True)])
def test_scheduled_record_appears_at_its_hour(second, seen):
    with time_machine.travel(NOON - datetime.timedelta(days=1)):
        page = make_programme(state="draft")
        page.publish(actor=None, basis="test", at=NOON)
    with time_machine.travel(NOON + datetime.timedelta(seconds=second), tick=False):
        assert Programme.objects.public().exists() == seen


def test_scheduled_record_says_so():
    assert make_programme(state="scheduled").is_scheduled


def test_scheduled_record_whose_source_was_taken_back_does_not_appear():
    page = make_milestone(state="draft")
    page.publish(actor=None, basis="test", at=timezone.now() + datetime.timedelta(days=1))
    force(page.citations.get().source, "withdrawn")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        assert not Milestone.objects.public().exists()


def test_republished_record_has_the_new_hour():
    with time_machine.travel(NOON, tick=False):
        page = make_programme(state="withdrawn")
    page.return_to_draft(actor=None, comment="test")
    page.publish(actor=None, basis="test")
    assert page.publish_at > NOON


# Addresses


def test_new_address_of_a_public_record_is_remembered():
    page = Programme.objects.get(pk=make_programme(slug="old").pk)
    page.slug = "new"
    page.save()
    assert [f.record for f in FormerSlug.objects.filter(slug="old")] == [page]


def test_old_address_redirects(client):
    page = Programme.objects.get(pk=make_programme(slug="old").pk)
    page.slug = "new"
    page.save()
    response = client.get("/ru/programmes/old/")
    assert (response.status_code, response["Location"]) == (301, "/ru/programmes/new/")


def test_old_address_of_what_is_no_longer_public_does_not_redirect(client):
    page = Programme.objects.get(pk=make_programme(slug="old").pk)
    page.slug = "new"
    page.save()
    page.withdraw(actor=None, comment="test")
    assert client.get("/en/programmes/old/").status_code == 404


def test_new_address_of_a_draft_leaves_no_trace():
    page = Programme.objects.get(pk=make_programme(slug="old", state="draft").pk)
    page.slug = "new"
    page.save()
    assert not FormerSlug.objects.exists()


# All or nothing


def test_failure_inside_publish_leaves_everything_as_before(settings):
    """The actor was never saved, so the line in the audit trail cannot be written."""
    settings.TWO_PEOPLE = False
    page = make_programme(state="draft")
    with pytest.raises(ValueError, match="unsaved related object"):
        page.publish(actor=User(username="never saved", is_superuser=True))
    stored = Programme.objects.get(pk=page.pk)
    assert (page.status, page.publish_at) == ("draft", None)
    assert (stored.status, stored.publish_at, trail(page)) == ("draft", None, [])


def test_publication_is_undone_with_the_transaction_around_it():
    page = make_programme(state="draft")
    with transaction.atomic():
        page.publish(actor=None, basis="test")
        transaction.set_rollback(True)
    assert (Programme.objects.get(pk=page.pk).status, trail(page)) == ("draft", [])


def test_draft_is_not_public():
    draft(Programme, {})
    assert not Programme.objects.public().exists()


@pytest.mark.parametrize("comment", ["", "  "])
def test_withdrawing_needs_a_reason(db, comment):
    page = make_milestone()
    with pytest.raises(Refused):
        page.withdraw(actor=None, comment=comment)
    page.refresh_from_db()
    assert page.status == Status.PUBLISHED


def test_returning_needs_a_reason(db):
    page = make_milestone(state="review")
    with pytest.raises(Refused):
        page.return_to_draft(actor=None, comment="")
    page.refresh_from_db()
    assert page.status == Status.REVIEW


def test_public_record_moves_and_its_old_address_redirects(client, reviewer):
    page = make_programme(slug="old")
    page.move("new", actor=reviewer)
    assert client.get("/en/programmes/old/")["Location"] == "/en/programmes/new/"


@pytest.mark.parametrize("slug", ["taken", "", "two words", "қала"])
def test_address_that_is_taken_or_no_address_is_refused(reviewer, slug):
    make_programme(slug="taken")
    page = make_programme(slug="old")
    with pytest.raises(Refused):
        page.move(slug, actor=reviewer)
    assert Programme.objects.filter(slug="old").exists()


def test_editor_moves_nothing(editor):
    with pytest.raises(PermissionDenied):
        make_programme().move("new", actor=editor)


FAILING_STEPS = {
    "submit": ("draft", lambda page, actor: page.submit(actor=actor)),
    "return": ("review", lambda page, actor: page.return_to_draft(actor=actor, comment="x")),
    "publish": ("review", lambda page, actor: page.publish(actor=actor)),
    "withdraw": ("published", lambda page, actor: page.withdraw(actor=actor, comment="x")),
    "move": ("published", lambda page, actor: page.move("elsewhere", actor=actor)),
}


@pytest.mark.parametrize("failing", ["record", "trail"])
@pytest.mark.parametrize("step", FAILING_STEPS)
def test_failure_inside_a_step_leaves_all_as_it_was(reviewer, monkeypatch, step, failing):
    """Whichever write fails: the record's own, or the last one, into the trail."""
    state, take = FAILING_STEPS[step]
    page = make_programme(state=state, slug="here")
    before = AuditEntry.objects.count()

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Programme if failing == "record" else AuditEntry, "save", fail)
    with pytest.raises(RuntimeError):
        take(page, reviewer)
    stored = Programme.objects.get(pk=page.pk)
    assert (stored.status, stored.slug, page.status) == (state, "here", state)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("failing", ["record", "trail"])
def test_failure_inside_an_approval_approves_nothing(lead, monkeypatch, failing):
    story = make_story(state="review")
    make_subject(story)

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Story if failing == "record" else AuditEntry, "save", fail)
    with pytest.raises(RuntimeError):
        story.approve(actor=lead, comment="x")
    assert Story.objects.get(pk=story.pk).approved_by is None
