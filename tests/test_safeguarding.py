"""The fifteen rules of safeguarding, by their number: what each refuses, then what it lets pass.

Their details stand in test_consent, test_words, test_masking, test_media and test_erasing.
"""

import datetime
import io

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from programmes.models import Indicator
from stories import visibility
from stories.models import Consent, Story, WithheldWord
from stories.people import SHOWN_AFTER_ASSESSMENT
from unicef_kz.content import version
from unicef_kz.content.models import AuditEntry, Receipt
from unicef_kz.content.publishing import Refused

from .conftest import signed_in
from .factories import (
    NO_RISK,
    a_picture,
    make_consent,
    make_indicator,
    make_observation,
    make_photo,
    make_place,
    make_programme,
    make_region,
    make_story,
    make_story_with_child,
    make_story_with_picture,
    make_subject,
    make_user,
)
from .test_admin import address, change
from .test_media import fetch

pytestmark = pytest.mark.django_db


def refusals(record, actor=None) -> list[str]:
    """The fields that keep it from being published; the real step, not the list of problems."""
    with pytest.raises(Refused) as refused:
        type(record).objects.get(pk=record.pk).publish(actor=actor, basis="test")
    return sorted({problem.field for problem in refused.value.problems})


def publish(record, actor=None) -> bool:
    """Published, and seen by everybody."""
    record = type(record).objects.get(pk=record.pk)
    record.publish(actor=actor, basis="test")
    return type(record).objects.public().filter(pk=record.pk).exists()


def approve(record, comment="Talked to the family") -> None:
    Story.objects.get(pk=record.pk).approve(actor=make_user("Safeguarding lead"), comment=comment)


def story_of_a(circumstance, *, identity="identified", **values):
    story = make_story(state="draft", **NO_RISK | values)
    subject = make_subject(
        story, identity=identity, circumstances=[circumstance], is_pseudonym=identity == "pseudonym"
    )
    make_consent(subject)
    return story


# 1. A recognisable child needs a consent that lives


def test_rule_1_consent_for_the_text_in_every_language():
    story = make_story_with_child(state="draft", title_ru="Имя", consent={"language_ru": False})
    before = refusals(story)
    Consent.objects.update(language_ru=True)
    assert (before, publish(story)) == (["subjects"], True)


def test_rule_1_consent_for_the_picture():
    story = make_story_with_picture(state="draft")
    Consent.objects.filter(medium_photo=True).update(expires_on=datetime.date(2020, 1, 1))
    before = refusals(story)
    Consent.objects.update(expires_on=timezone.localdate())
    assert (before, publish(story)) == (["photos"], True)


# 2. The guardian's consent and the child's assent


@pytest.mark.parametrize("missing", ["guardian_agreed_on", "child_agreed_on", "explained"])
def test_rule_2_both_agreed_and_it_was_explained(missing):
    story = make_story_with_child(state="draft")
    granted = getattr(Consent.objects.get(), missing)
    Consent.objects.update(**{missing: False if missing == "explained" else None})
    before = refusals(story)
    Consent.objects.update(**{missing: granted})
    assert (before, publish(story)) == (["subjects"], True)


# 3. Some children are never shown


@pytest.mark.parametrize(
    "circumstance", ["sexual_abuse", "perpetrator", "conflict_with_law", "combatant"]
)
def test_rule_3_no_consent_and_no_assessment_helps(circumstance):
    story = story_of_a(circumstance, risk_assessment="All is well.")
    approve(story)
    before = refusals(story)
    story.subjects.update(identity="pseudonym", is_pseudonym=True)
    assert (before, publish(story)) == (["subjects"], True)


def test_rule_3_holds_on_read_too():
    story = make_story_with_child()
    story.subjects.update(circumstances=["sexual_abuse"])
    assert not Story.objects.public().exists()


# 4. HIV


def test_rule_4_consent_names_hiv():
    story = story_of_a("hiv")
    before = refusals(story)
    Consent.objects.update(covers_hiv=True)
    assert (before, publish(story)) == (["subjects"], True)


# 5. Some children are shown only after an assessment


@pytest.mark.parametrize("circumstance", sorted(SHOWN_AFTER_ASSESSMENT))
def test_rule_5_assessment_that_the_lead_approved(circumstance):
    story = story_of_a(circumstance)
    without = refusals(story)
    Story.objects.update(risk_assessment="Who could harm the child, and what is done against it.")
    unapproved = refusals(story)
    approve(story)
    assert (without, unapproved, publish(story)) == (
        ["risk_assessment"],
        ["risk_assessment"],
        True,
    )


def test_rule_5_approval_without_an_assessment_is_not_enough():
    story = story_of_a("refugee")
    approve(story)
    assert refusals(story) == ["risk_assessment"]


@pytest.mark.parametrize("identity", ["pseudonym", "unnamed"])
def test_rule_5_anonymised_needs_no_assessment(identity):
    assert publish(story_of_a("refugee", identity=identity))


@pytest.mark.parametrize("identity", ["pseudonym", "unnamed"])
def test_rule_5_a_picture_shows_the_child_too(identity):
    story = make_story_with_picture(state="draft", risk_assessment="Little can happen.")
    make_subject(story, identity=identity, is_pseudonym=True, circumstances=["disability"])
    before = refusals(story)
    approve(story)
    assert (before, publish(story)) == (["risk_assessment"], True)


def shown_refugee():
    story = story_of_a("refugee", risk_assessment="Little can happen.")
    approve(story)
    publish(story)
    return Story.objects.get()


def test_rule_5_change_after_the_approval_hides_the_story(editor):
    story = shown_refugee()
    story.touch(editor)
    story.save()
    assert not Story.objects.public().exists()


@pytest.mark.parametrize(
    "lapse", [{"risk_assessment": ""}, {"approved_by": None}, {"approved_at": None}]
)
def test_rule_5_holds_on_read_too(lapse):
    shown_refugee()
    Story.objects.update(**lapse)
    assert not Story.objects.public().exists()


def test_rule_5_assessment_is_never_public(client):
    story = shown_refugee()
    Story.objects.update(risk_assessment="zqprivate")
    assert "zqprivate" not in client.get(story.get_absolute_url()).content.decode()


# 6. A pseudonym is marked, and the page says so


def test_rule_6_pseudonym_is_marked_and_the_page_says_so(client):
    story = make_story(state="draft", **NO_RISK)
    make_subject(story, identity="pseudonym")
    before = refusals(story)
    story.subjects.update(is_pseudonym=True)
    publish(story)
    notes = {
        "en": "Names in this story were changed.",
        "ru": "Имена в этой истории изменены.",
        "kk": "Бұл оқиғадағы есімдер өзгертілген.",
    }
    said = []
    for code in notes:
        with override(code):
            said.append(f'names-note">{notes[code]}' in fetch_text(client, story))
    assert (before, said) == (["subjects"], [True, True, True])


def fetch_text(client, record) -> str:
    return client.get(record.get_absolute_url()).content.decode()


# 7. The triangle: name, exact place, picture


@pytest.mark.parametrize("kind", ["city", "district"])
def test_rule_7_large_place_needs_the_lead(kind):
    story = make_story_with_child(state="draft", place=make_place(kind=kind))
    before = refusals(story)
    approve(story)
    assert (before, publish(story)) == (["place"], True)


@pytest.mark.parametrize("kind", ["village", "institution"])
def test_rule_7_small_place_is_never_named(kind):
    story = make_story_with_child(state="draft", place=make_place(kind=kind))
    approve(story)
    before = refusals(story)
    Story.objects.update(place=None)
    assert (before, publish(story)) == (["place"], True)


def test_rule_7_name_place_and_picture_never_stand_together():
    story = make_story_with_picture(state="draft", place=make_place())
    approve(story)
    before = refusals(story)
    story.photos.all().delete()
    assert (before, publish(story)) == (["photos"], True)


def test_rule_7_page_shows_the_place_only_while_it_is_approved(client, editor):
    story = make_story_with_child(state="draft", place=make_place(title="Largetown"))
    approve(story)
    publish(story)
    story = Story.objects.get()
    approved = "Largetown" in fetch_text(client, story)
    story.touch(editor)
    story.save()
    assert (approved, "Largetown" in fetch_text(client, story)) == (True, False)


def test_rule_7_page_of_adults_names_the_village(client):
    story = make_story(place=make_place(title="Smalltown", kind="village"))
    assert "Smalltown" in fetch_text(client, story)


# 8. Personal data and withheld words


def test_rule_8_personal_data():
    story = make_story(state="draft", body_kk="<p>2010 жылғы 5 мамырда туған</p>")
    before = refusals(story)
    Story.objects.update(body_kk="<p>Жасөспірім</p>")
    assert (before, publish(story)) == (["body_kk"], True)


def test_rule_8_withheld_word():
    story = make_story(state="draft", body_ru="<p>О Зете.</p>")
    WithheldWord.objects.create(story=story, digest=WithheldWord.hash("Zeta"))
    before = refusals(story)
    Story.objects.update(body_ru="<p>О ребёнке.</p>")
    assert (before, publish(story)) == (["body_ru"], True)


def test_rule_8_word_that_hurts_warns_and_does_not_block(as_editor):
    story = make_story(state="draft", body="<p>An AIDS victim.</p>")
    html = as_editor.get(address(Story, "change", story.pk)).content.decode()
    warning = "“AIDS victim” can hurt. Better: “person living with HIV”."
    assert (warning in html, publish(story)) == (True, True)


# 9. Pictures are cleaned and served only while the story is public


def test_rule_9_picture_is_cleaned_and_waits_for_the_story(client):
    story = make_story(state="draft")
    exif = Image.Exif()
    exif[0x010E] = "Name of a child"
    photo = make_photo(story, a_picture(exif=exif))
    before = client.get(photo.address(64)).status_code
    publish(story)
    response = fetch(client, photo.address(64))
    body = Image.open(io.BytesIO(response.body))
    assert (before, response.status_code, dict(body.getexif())) == (404, 200, {})


def test_rule_9_name_of_the_uploaded_file_is_not_kept(private_folder, settings):
    settings.KEEP_ORIGINALS = True
    photo = make_photo(make_story())
    names = [path.name.lower() for path in private_folder.rglob("*")]
    kept = [name for name in (*names, photo.image.name) if "name" in name or "child" in name]
    assert (len(names) > 3, kept) == (True, [])


# 10. Obscured for good, and confirmed by a second person


def test_rule_10_second_person_confirms(editor, reviewer):
    story = make_story(state="draft")
    photo = make_photo(story, identifiable="children", obscured=True, uploaded_by=editor)
    before = refusals(story)
    with pytest.raises(Refused):
        photo.confirm_masking(actor=editor, seen=photo.token)
    photo.confirm_masking(actor=reviewer, seen=photo.token)
    assert (before, publish(story)) == (["photos"], True)


# 11. Two people, and the lead for a child


def test_rule_11_author_lead_and_publisher(editor, lead, reviewer):
    story = make_story_with_child(state="review", changed_by=lead)
    unapproved = refusals(story, reviewer)
    with pytest.raises(Refused):
        story.approve(actor=lead, comment="My own")
    approve(story)
    Story.objects.update(changed_by=reviewer)
    own = refusals(story, reviewer)
    assert (unapproved, own, publish(story, make_user("Reviewer"))) == (
        ["approved_by"],
        ["changed_by"],
        True,
    )


@pytest.mark.parametrize("two_people", [True, False])
def test_rule_11_lead_decides_on_no_change_of_their_own_in_public(settings, two_people):
    settings.TWO_PEOPLE = two_people
    lead = make_user("Safeguarding lead")
    story = make_story_with_child()
    story.touch(lead)
    with pytest.raises(Refused):
        story.note_approval(lead)


def test_rule_11_every_step_says_who_when_and_why(lead, reviewer):
    moment = datetime.datetime(2026, 5, 10, 7, tzinfo=datetime.UTC)
    with time_machine.travel(moment, tick=False):
        story = make_story_with_child(state="draft")
        story.submit(actor=reviewer, comment="Ready")
        story.approve(actor=lead, comment="Safe")
        story.publish(actor=reviewer, basis="Agreed")
        story.withdraw(actor=reviewer, comment="Asked to")
        story.return_to_draft(actor=reviewer, comment="Again")
        story.decline(actor=lead, comment="Too close")
    steps = AuditEntry.objects.order_by("pk").values_list("action", "actor", "comment", "at")
    assert list(steps) == [
        ("submit", reviewer.pk, "Ready", moment),
        ("approve", lead.pk, "Safe", moment),
        ("publish", reviewer.pk, "Agreed", moment),
        ("withdraw", reviewer.pk, "Asked to", moment),
        ("return", reviewer.pk, "Again", moment),
        ("decline", lead.pk, "Too close", moment),
    ]


def test_rule_11_change_of_a_consent_is_noted_without_what_it_says(as_lead, lead):
    story = make_story_with_child(consent={"covers_hiv": True})
    change(as_lead, Consent.objects.get(), withdrawn_on="2020-01-01")
    entry = AuditEntry.objects.get(action="consent")
    assert (entry.record, entry.actor, entry.comment) == (story, lead, "")


# 12. The questions about risk


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_rule_12_risk_waits_for_the_lead(answer):
    story = make_story_with_child(state="draft", risk_of_stigma=answer)
    before = refusals(story)
    approve(story)
    assert (before, publish(story)) == (["risk_of_stigma"], True)


def test_rule_12_questions_are_answered_before_review(editor):
    story = make_story_with_child(state="draft", risk_to_siblings="")
    with pytest.raises(Refused) as refused:
        story.submit(actor=editor)
    story.risk_to_siblings = "no"
    story.save()
    story.submit(actor=editor)
    assert ([p.field for p in refused.value.problems], story.status) == (
        ["risk_to_siblings"],
        "review",
    )


def decline(client, story, comment="It could follow the child for life"):
    client.post(address(Story, "step", story.pk, "decline"), {"comment": comment})
    return Story.objects.get(pk=story.pk)


def test_rule_12_lead_decides_that_it_is_not_published(as_lead, reviewer):
    story = make_story_with_child(state="review")
    approve(story)
    story = decline(as_lead, story)
    before = refusals(story, reviewer)
    approve(story, "The family asked again, as adults")
    assert (story.status, before, publish(story, reviewer)) == ("draft", ["approved_by"], True)


def test_rule_12_record_says_that_it_was_declined_and_why(as_lead, as_editor):
    story = decline(as_lead, make_story_with_child(state="review"))
    html = as_editor.get(address(Story, "change", story.pk)).content.decode()
    assert [
        "decided that it is not to be published: It could follow the child for life" in html,
        "Declined: not to be published" in html,
    ] == [True, True]


def test_rule_12_declined_stays_declined_without_a_child_in_it(as_lead, reviewer):
    story = decline(as_lead, make_story_with_child(state="review"))
    Consent.objects.all().delete()
    story.subjects.all().delete()
    assert refusals(story, reviewer) == ["approved_by"]


def test_rule_12_declining_needs_a_reason(as_lead):
    assert decline(as_lead, make_story_with_child(state="review"), "").status == "review"


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "Administrator"])
def test_rule_12_nobody_else_declines(role):
    story = make_story_with_child(state="review")
    assert decline(signed_in(make_user(role)), story).status == "review"


# 13. Withdrawal in one action


def everywhere(client, story, photo) -> list:
    """Page, picture, list, search, and the page of its programme, as they answer now."""
    programme = story.programmes.get()
    return [
        client.get(story.get_absolute_url()).status_code,
        fetch(client, photo.address(64)).status_code,
        client.get("/en/stories/").context["total"],
        client.get("/en/search/?q=zqstory").context["page_obj"].paginator.count,
        "zqstory" in fetch_text(client, programme),
    ]


SEEN = [200, 200, 1, 1, True]


def a_public_story():
    story = make_story_with_picture(title="A zqstory", programmes=[make_programme()])
    return story, story.photos.get()


def test_rule_13_withdrawn_story_is_gone_everywhere_at_once(client, reviewer):
    story, photo = a_public_story()
    before = everywhere(client, story, photo)
    story.withdraw(actor=reviewer, comment="The family asked")
    assert (before, everywhere(client, story, photo)) == (SEEN, [410, 410, 0, 0, False])


@pytest.mark.parametrize("lapse", ["withdrawn_on", "expires_on"])
def test_rule_13_lapse_of_a_consent_hides_it_everywhere_at_once(client, lapse):
    story, photo = a_public_story()
    before = everywhere(client, story, photo)
    Consent.objects.update(**{lapse: timezone.localdate() - datetime.timedelta(days=1)})
    assert (before, everywhere(client, story, photo)) == (SEEN, [404, 404, 0, 0, False])


def test_rule_13_receipt_says_what_was_removed(reviewer, settings):
    settings.SITE_URL = "https://example.org"
    story, photo = a_public_story()
    story.withdraw(actor=reviewer, comment="The family asked")
    receipt = Receipt.objects.get()
    assert (receipt.actor, receipt.reason, receipt.removed) == (
        reviewer,
        "The family asked",
        {
            "pages": [
                f"https://example.org/{code}/stories/{story.slug}/" for code in ("en", "kk", "ru")
            ],
            "pictures": [
                f"https://example.org/media/{photo.token}/64.webp",
                f"https://example.org/media/{photo.token}/64.jpg",
            ],
            "proposals": 0,
        },
    )


# 14. Figures on sensitive matters


def a_figure(**values):
    return make_indicator(state="draft", sensitive=True, measure="number", **values)


@pytest.mark.parametrize(("few", "enough"), [(1, 5), (4, 5), ("4.5", 0)])
def test_rule_14_count_below_five(few, enough):
    figure = a_figure(observation={"value": few})
    before = refusals(figure)
    figure.observations.update(value=enough)
    assert (before, publish(figure)) == (["observations"], True)


@pytest.mark.parametrize("breakdown", ["age", "sex", "status", "several"])
def test_rule_14_region_is_not_crossed(breakdown):
    figure = a_figure(broken_down_by=breakdown, observation={"region": make_region()})
    before = refusals(figure)
    figure.observations.update(region=None)
    assert (before, publish(figure)) == (["observations"], True)


@pytest.mark.parametrize(
    "telling", [{"value": 3}, {"region": True}], ids=["small count", "crossed"]
)
def test_rule_14_holds_on_read_too(client, telling):
    figure = make_indicator(sensitive=True, measure="number", broken_down_by="age")
    telling = {"region": make_region()} if "region" in telling else telling
    make_observation(figure, text="zqtelling", **{"value": 90} | telling)
    html = fetch_text(client, figure)
    assert ("zqtelling" in html, figure.observations.public().count()) == (False, 1)


def test_rule_14_figure_with_nothing_else_is_not_public():
    figure = make_indicator(sensitive=True, measure="number")
    figure.observations.update(value=2)
    assert not Indicator.objects.public().exists()


def test_rule_14_other_figures_may_be_small():
    figure = make_indicator(measure="number", observation={"value": 3})
    assert figure.observations.public().count() == 1


# 15. What is no photograph says so


def test_rule_15_generated_picture_is_labelled_and_shows_no_child(client):
    story = make_story_with_picture(state="draft")
    story.photos.update(origin="generated")
    before = refusals(story)
    story.photos.update(identifiable="nobody")
    publish(story)
    note = "Generated by a machine: the people do not exist."
    assert (before, note in fetch_text(client, story)) == (["photos"], True)


# Time to ask again


@pytest.mark.parametrize(
    ("days", "state", "found"),
    [(0, "published", 1), (60, "published", 1), (61, "published", 0), (30, "draft", 1)],
)
def test_consents_that_end_soon(days, state, found):
    day = timezone.localdate() + datetime.timedelta(days=days)
    make_story_with_child(state=state, consent={"expires_on": day})
    assert Consent.objects.expiring(days=60).count() == found


def test_withdrawn_consent_does_not_end_soon():
    make_story_with_child(consent={"expires_on": timezone.localdate()})
    Consent.objects.update(withdrawn_on=timezone.localdate())
    assert not Consent.objects.expiring().exists()


def test_threads_at_the_turn_of_a_version_never_take_the_answer_of_another(monkeypatch):
    """While one compares the states, another puts the answer for a later one there."""

    class Known(tuple):
        def __getitem__(self, place):
            visibility._known = "later", ["a story of a later state"]
            return super().__getitem__(place)

    state = version.current(), timezone.localdate()
    monkeypatch.setattr(visibility, "_known", Known((state, [1])))
    assert visibility.hidden_now() == [1]
