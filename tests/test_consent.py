"""A story about a child is public only while every safeguarding rule holds."""

import datetime
from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from stories.models import Consent, Story, WithheldWord
from unicef_kz.content.publishing import Refused

from .factories import (
    NO_RISK,
    make_consent,
    make_place,
    make_story,
    make_story_with_child,
    make_subject,
    make_user,
)

pytestmark = pytest.mark.django_db
#: Noon in Almaty, which is five hours ahead.
MAY_10 = datetime.datetime(2026, 5, 10, 7, tzinfo=datetime.UTC)


def fields(story) -> list[str]:
    return sorted(p.field for p in story.problems())


def is_public() -> bool:
    return Story.objects.public().exists()


# Consent


def test_identified_child_with_live_consent_is_shown():
    make_story_with_child()
    assert is_public()


def test_identified_child_without_consent_hides_the_story():
    make_story_with_child()
    Consent.objects.all().delete()
    assert not is_public()


LAPSES = {
    "withdrawn": {"withdrawn_on": date(2026, 5, 10)},
    "expired": {"expires_on": date(2026, 5, 9)},
    "not for the web": {"channel_web": False},
    "not for text": {"medium_text": False},
    "not explained": {"explained": False},
    "no assent of the child": {"child_agreed_on": None},
    "no consent of the guardian": {"guardian_agreed_on": None},
    "assent only later": {"child_agreed_on": date(2026, 5, 11)},
    "consent only later": {"guardian_agreed_on": date(2026, 5, 11)},
    "not for the language of the text": {"language_en": False},
}
STILL_LIVE = {
    "last day": {"expires_on": date(2026, 5, 10)},
    "withdrawn from tomorrow": {"withdrawn_on": date(2026, 5, 11)},
    "a language without text is not covered": {"language_kk": False},
    "not for print": {"channel_print": False},
}


@pytest.mark.parametrize("lapse", LAPSES)
def test_lapse_hides_the_story_at_once(lapse):
    with time_machine.travel(MAY_10, tick=False):
        make_story_with_child()
        Consent.objects.update(**LAPSES[lapse])
        assert not is_public()


@pytest.mark.parametrize("lapse", LAPSES)
def test_lapse_is_a_problem(lapse):
    with time_machine.travel(MAY_10, tick=False):
        story = make_story_with_child()
        Consent.objects.update(**LAPSES[lapse])
        assert fields(story) == ["subjects"]


@pytest.mark.parametrize("case", STILL_LIVE)
def test_live_consent_shows_the_story(case):
    with time_machine.travel(MAY_10, tick=False):
        story = make_story_with_child()
        Consent.objects.update(**STILL_LIVE[case])
        assert (is_public(), fields(story)) == (True, [])


@pytest.mark.parametrize(("hour", "shown"), [("18:59", True), ("19:00", False)])
def test_consent_ends_at_midnight_in_almaty(hour, shown):
    with time_machine.travel(MAY_10, tick=False):
        make_story_with_child(consent={"expires_on": date(2026, 5, 10)})
    with time_machine.travel(f"2026-05-10T{hour}:00+00:00", tick=False):
        assert is_public() == shown


@pytest.mark.parametrize("field", ["title", "summary", "standfirst", "body", "date_note"])
def test_text_in_a_language_without_consent_hides_the_story(field):
    story = make_story_with_child(consent={"language_ru": False})
    Story.objects.filter(pk=story.pk).update(**{f"{field}_ru": "Текст"})
    assert not is_public()


def test_two_consents_cover_a_language_each():
    story = make_story_with_child(consent={"language_ru": False})
    make_consent(story.subjects.get(), language_en=False, language_kk=False)
    Story.objects.filter(pk=story.pk).update(title_ru="Текст")
    assert is_public()


def test_every_identified_child_needs_a_consent():
    story = make_story_with_child()
    make_subject(story, identity="identified", label="A second child")
    assert (is_public(), fields(story)) == (False, ["subjects"])


def test_consent_of_another_child_does_not_help():
    make_story_with_child()
    other = make_story(state="draft", **NO_RISK)
    make_subject(other, identity="identified")
    assert fields(other) == ["subjects"]


def test_consent_lasts_two_years_unless_said_otherwise():
    with time_machine.travel(MAY_10, tick=False):
        assert Consent().expires_on == date(2028, 5, 9)


@pytest.mark.parametrize("identity", ["pseudonym", "unnamed", "aggregate"])
def test_child_that_cannot_be_recognised_needs_no_consent(identity):
    story = make_story(state="draft", **NO_RISK)
    make_subject(story, identity=identity, is_pseudonym=True)
    story.publish(actor=None, basis="test")
    assert is_public()


def test_identified_adult_needs_no_consent_of_a_guardian():
    story = make_story(state="draft")
    make_subject(story, identity="identified", is_child=False, age_band="adult")
    story.publish(actor=None, basis="test")
    assert is_public()


# What no consent allows


@pytest.mark.parametrize(
    "circumstance", ["sexual_abuse", "perpetrator", "conflict_with_law", "combatant"]
)
def test_these_children_are_never_identified(circumstance):
    story = make_story_with_child(state="draft")
    story.subjects.update(circumstances=[circumstance])
    assert fields(story) == ["subjects"]


@pytest.mark.parametrize(("covers", "problems"), [(False, ["subjects"]), (True, [])])
def test_hiv_status_needs_a_consent_that_names_it(covers, problems):
    story = make_story_with_child(state="draft", consent={"covers_hiv": covers})
    story.subjects.update(circumstances=["hiv"])
    assert fields(story) == problems


def test_lapse_of_the_only_consent_that_names_hiv_hides_the_story():
    story = make_story_with_child(state="draft", consent={"covers_hiv": True})
    story.subjects.update(circumstances=["hiv"])
    make_consent(story.subjects.get())
    story.publish(actor=None, basis="test")
    Consent.objects.filter(covers_hiv=True).update(withdrawn_on=timezone.localdate())
    assert not is_public()


def test_pseudonym_is_marked_as_one():
    story = make_story(state="draft", **NO_RISK)
    make_subject(story, identity="pseudonym")
    assert fields(story) == ["subjects"]


def test_place_is_never_named_with_a_child():
    story = make_story(state="draft", place=make_place())
    make_subject(story)
    assert fields(story) == ["place"]


def test_place_may_be_named_without_a_child():
    assert make_story(place=make_place()).status == "published"


# The questions about risk


def test_questions_are_answered_for_a_named_child():
    story = make_story(state="draft")
    make_subject(story, identity="pseudonym", is_pseudonym=True)
    assert fields(story) == sorted(Story.RISKS)


def test_questions_need_no_answer_where_every_child_is_without_a_name():
    story = make_story(state="draft")
    make_subject(story)
    assert fields(story) == []


@pytest.mark.parametrize("answer", ["yes", "unsure"])
@pytest.mark.parametrize("risk", Story.RISKS)
def test_risk_blocks_until_the_lead_decides(risk, answer):
    story = make_story(state="draft", **NO_RISK | {risk: answer})
    make_subject(story)
    assert fields(story) == [risk]


def test_lead_may_decide_that_a_risk_is_acceptable(lead):
    story = make_story(state="draft", **NO_RISK | {"risk_of_stigma": "unsure"})
    make_subject(story)
    story.approve(actor=lead, comment="Talked to the family")
    assert fields(story) == []


# Words and numbers that identify

PERSONAL = {
    "identification number": "Number 900101300123 here",
    "phone": "Call +7 (727) 123-45-67",
    "phone written with 8": "Call 8 701 123 45 67",
    "e-mail": "Write to somebody@example.org",
}


@pytest.mark.parametrize("kind", PERSONAL)
@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_personal_data_block_in_every_language(kind, language):
    name = f"body_{language}"
    story = make_story(state="draft", **{name: f"<p>{PERSONAL[kind]}</p>"})
    assert name in fields(story)


@pytest.mark.parametrize("field", ["title_ru", "summary_kk", "pull_quote_en", "date_note_ru"])
def test_personal_data_block_in_every_field(field):
    story = make_story(state="draft", **{field: "900101300123"})
    assert field in fields(story)


def test_personal_data_block_in_the_address():
    assert fields(make_story(state="draft", slug="story-900101300123")) == ["slug"]


def test_personal_data_block_in_the_name_of_a_person():
    story = make_story(state="draft")
    make_subject(story, label="somebody@example.org")
    assert fields(story) == ["subjects"]


@pytest.mark.parametrize("text", ["In 2017 there were 25,000 children", "Order 123 of 2011"])
def test_ordinary_numbers_do_not_block(text):
    assert fields(make_story(state="draft", body=f"<p>{text}</p>")) == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title_en", "About Zeta"),
        ("body_kk", "<p>Ол <strong>ZETA</strong>.</p>"),
        ("summary_ru", "«Zeta»"),
        ("slug", "story-of-zeta"),
    ],
)
def test_withheld_word_blocks_wherever_it_stands(field, text):
    story = make_story(state="draft", **{field: text})
    WithheldWord.objects.create(story=story, digest=WithheldWord.hash("Zeta"))
    problems = fields(story)
    assert field in problems


def test_withheld_word_blocks_in_cyrillic_of_any_case():
    story = make_story(state="draft", body_ru="<p>ПРИМЕР</p>")
    WithheldWord.objects.create(story=story, digest=WithheldWord.hash("Пример"))
    assert "body_ru" in fields(story)


def test_withheld_word_cannot_be_read():
    story = make_story(state="draft")
    word = WithheldWord.objects.create(story=story, digest=WithheldWord.hash("Zeta"))
    assert "zeta" not in f"{word} {word.digest}".lower()


# Approval by the safeguarding lead


def waiting_story(**values):
    story = make_story(state="review", **values)
    make_subject(story)
    return story


def test_story_about_a_child_is_not_published_without_approval(reviewer):
    with pytest.raises(Refused) as refused:
        waiting_story().publish(actor=reviewer)
    assert [p.field for p in refused.value.problems] == ["approved_by"]


def test_one_curator_alone_cannot_switch_the_approval_off(reviewer, settings):
    settings.TWO_PEOPLE = False
    with pytest.raises(Refused) as refused:
        waiting_story(changed_by=reviewer).publish(actor=reviewer)
    assert [p.field for p in refused.value.problems] == ["approved_by"]


def test_approved_story_is_published(reviewer, lead):
    story = waiting_story()
    story.approve(actor=lead, comment="test")
    story.publish(actor=reviewer)
    assert is_public()


def test_approval_is_void_after_a_change(reviewer, lead, editor):
    story = waiting_story()
    story.approve(actor=lead, comment="test")
    story.touch(editor)
    story.save()
    with pytest.raises(Refused):
        story.publish(actor=reviewer)


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "Administrator"])
def test_only_the_lead_approves(role):
    with pytest.raises(PermissionDenied):
        waiting_story().approve(actor=make_user(role), comment="test")


@pytest.mark.parametrize("two_people", [True, False])
def test_lead_does_not_approve_an_own_change(lead, settings, two_people):
    settings.TWO_PEOPLE = two_people
    with pytest.raises(Refused) as refused:
        waiting_story(changed_by=lead).approve(actor=lead, comment="test")
    assert [p.field for p in refused.value.problems] == ["approved_by"]


def test_approval_stands_in_the_audit_trail(lead):
    from unicef_kz.content.models import AuditEntry

    story = waiting_story()
    story.approve(actor=lead, comment="Talked to the family")
    entry = AuditEntry.objects.get(action="approve")
    assert (entry.record, entry.actor, entry.comment) == (story, lead, "Talked to the family")


def test_approval_does_not_change_the_state(lead):
    story = waiting_story()
    story.approve(actor=lead, comment="test")
    assert Story.objects.get(pk=story.pk).status == "review"


def test_story_without_a_child_needs_no_approval(reviewer):
    make_story(state="review").publish(actor=reviewer)
    assert is_public()


def test_group_of_children_that_is_only_counted_needs_no_approval(reviewer):
    story = make_story(state="review")
    make_subject(story, identity="aggregate")
    story.publish(actor=reviewer)
    assert is_public()


# What the page says about names


@pytest.mark.parametrize(
    ("identity", "note"),
    [
        ("pseudonym", "Names in this story were changed."),
        ("unnamed", "This story is told without names."),
        ("aggregate", "This story is told without names."),
    ],
)
def test_page_says_how_it_treats_names(identity, note):
    story = make_story(state="draft")
    make_subject(story, identity=identity)
    assert story.names_note == note


def test_story_without_people_says_nothing_about_names():
    assert make_story().names_note == ""
