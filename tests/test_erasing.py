"""Erasing for good: nothing of a record's words stays, in no row and no file; a receipt does."""

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import models

from programmes.models import Programme
from stories.models import Consent, Story, Subject, WithheldWord
from unicef_kz.content.models import (
    AuditEntry,
    Correction,
    FormerSlug,
    Proposal,
    Receipt,
    Source,
    Translation,
    Version,
)
from unicef_kz.content.publishing import Refused

from .conftest import signed_in
from .factories import (
    MAKE,
    cite,
    make_consent,
    make_photo,
    make_programme,
    make_source,
    make_story,
    make_story_with_picture,
    make_user,
)
from .test_admin import address, change
from .test_images import stored
from .test_leaks import TEXT, hide

pytestmark = pytest.mark.django_db


def rows_with(word: str) -> list[str]:
    """Every column of the whole database that holds a word, in a text, a document or a log."""
    found = set()
    for model in apps.get_models():
        columns = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, (models.CharField, models.TextField, models.JSONField))
        ]
        for row in model._base_manager.values(*columns) if columns else ():
            found |= {f"{model._meta.label}.{c}" for c in columns if word in str(row[c])}
    return sorted(found)


def erase(record, **wishes):
    record = type(record).objects.get(pk=record.pk)
    record.erase(actor=make_user("superuser"), comment="The family asked", **wishes)
    return type(record).objects.get(pk=record.pk)


def a_story(**values):
    """Withdrawn, with a marker wherever words can stand."""
    story = make_story_with_picture(
        title=f"A {TEXT}",
        title_ru=TEXT,
        summary_kk=TEXT,
        risk_assessment=TEXT,
        consent=None,
        **values,
    )
    cite(story, locator=TEXT, says=TEXT)
    Subject.objects.update(label_en=TEXT, relation=TEXT, circumstances=["disability"])
    Consent.objects.update(present=TEXT, how_to_withdraw=TEXT, explained_in=TEXT)
    story.photos.update(alt_en=TEXT, caption_en=TEXT, credit=TEXT)
    Version.keep(story, comment=TEXT)
    author = make_user("Editor")
    Proposal.of(story, Version.objects.about(story).first().document, actor=author, comment=TEXT)
    Correction.objects.create(record=story, reason=TEXT, label=TEXT)
    story.withdraw(actor=None, comment=f"Because of {TEXT}")
    return story


def test_story_is_full_of_words_first():
    a_story()
    assert len(rows_with(TEXT)) > 25


def test_nothing_of_its_words_stays_in_the_database():
    erase(a_story())
    assert rows_with(TEXT) == []


def test_log_of_the_admin_forgets_the_words_too(as_superuser):
    story = make_story(state="draft", title=TEXT)
    change(as_superuser, story, title_en=f"{TEXT} again")
    before = [entry.object_repr for entry in LogEntry.objects.all()]
    erase(story)
    after = list(LogEntry.objects.values_list("object_repr", "change_message"))
    assert (before, after) == ([f"{TEXT} again"], [(f"story {story.pk}", "")])


@pytest.mark.parametrize("model", MAKE)
def test_every_kind_of_record_can_be_erased(model):
    record = hide(model, "withdrawn")
    erased = erase(record)
    assert (erased.status, rows_with(TEXT)) == ("withdrawn", [])


def test_source_that_others_rest_on_stays_as_a_shell():
    source = make_source(publisher=TEXT)
    draft = make_programme(state="draft")
    cite(draft, source)
    source.withdraw(actor=None, comment="test")
    assert (erase(source).publisher, draft.citations.get().source) == ("", source)


def test_files_go_once_it_is_certain(private_folder, settings, django_capture_on_commit_callbacks):
    settings.KEEP_ORIGINALS = True
    story = a_story()
    with django_capture_on_commit_callbacks(execute=True):
        before = len(stored(private_folder))
        erase(story)
        still = len(stored(private_folder))
    assert (before, still, stored(private_folder)) == (4, 4, {})


def test_archived_copy_goes(private_folder, django_capture_on_commit_callbacks):
    source = make_source(state="draft")
    source.archived.save("copy.pdf", ContentFile(b"copy"))
    with django_capture_on_commit_callbacks(execute=True):
        erase(source)
    assert (Source.objects.get().archived.name, stored(private_folder)) == ("", {})


def test_picture_that_only_a_version_knows_goes(private_folder, django_capture_on_commit_callbacks):
    """As a proposal leaves one behind."""
    record = make_programme(state="draft")
    photo = make_photo(record)
    Version.keep(record)
    type(photo).objects.all()._raw_delete("default")
    before = len(stored(private_folder))
    with django_capture_on_commit_callbacks(execute=True):
        erase(record)
    assert (before, stored(private_folder)) == (3, {})


def test_refused_erasing_leaves_everything(private_folder, editor):
    story = a_story()
    before = rows_with(TEXT)
    with pytest.raises(PermissionDenied):
        story.erase(actor=editor, comment="test")
    assert (rows_with(TEXT), len(stored(private_folder))) == (before, 3)


# Consents


def with_evidence(**wishes):
    story = a_story()
    consent = make_consent(story.subjects.get(), evidence="signed.pdf", present=TEXT)
    erase(story, **wishes)
    return consent


def test_consents_stay_without_words():
    consent = with_evidence()
    kept = Consent.objects.get(pk=consent.pk)
    assert (kept.present, kept.evidence.name, kept.expires_on, kept.subject.label) == (
        "",
        "signed.pdf",
        consent.expires_on,
        "–",
    )


def test_circumstances_do_not_stay_beside_them():
    with_evidence()
    assert Subject.objects.get().circumstances == []


def test_consents_go_when_that_is_asked_for(private_folder, django_capture_on_commit_callbacks):
    (private_folder / "signed.pdf").write_bytes(b"name")
    with django_capture_on_commit_callbacks(execute=True):
        with_evidence(evidence=True)
    assert (Consent.objects.count(), Subject.objects.count(), stored(private_folder)) == (0, 0, {})


# Addresses


def test_address_says_that_the_page_is_gone(client):
    story = erase(a_story(slug="plain"))
    assert client.get(f"/en/stories/{story.slug}/").status_code == 410
    assert story.slug == "plain"


@pytest.mark.parametrize("why", ["withheld", "asked for"])
def test_address_that_tells_too_much_is_unknown(client, why):
    story = a_story(slug="about-zeta")
    if why == "withheld":
        WithheldWord.objects.create(story=story, digest=WithheldWord.hash("Zeta"))
    erase(story, address=why == "asked for")
    assert (client.get("/en/stories/about-zeta/").status_code, rows_with("zeta")) == (404, [])


def test_former_address_that_tells_too_much_is_forgotten():
    story = make_story(slug="about-zeta")
    WithheldWord.objects.create(story=story, digest=WithheldWord.hash("Zeta"))
    for slug in ("about-nobody", "about-somebody"):
        story.slug = slug
        story.save()
    story.withdraw(actor=None, comment="test")
    erase(story)
    slugs = list(FormerSlug.objects.values_list("slug", flat=True))
    assert (slugs, Story.objects.get().slug, rows_with("zeta")) == (
        ["about-nobody"],
        "about-somebody",
        [],
    )


def test_address_that_nobody_ever_saw_is_unknown(client):
    record = make_programme(state="draft", slug="never-seen")
    erase(record)
    assert client.get("/en/programmes/never-seen/").status_code == 404


# What stays


def test_trail_keeps_the_steps_without_the_words():
    story = a_story()
    erase(story)
    steps = AuditEntry.objects.about(story).order_by("pk")
    assert list(steps.values_list("action", "label", "comment")) == [
        ("publish", story.slug, ""),
        ("propose", story.slug, ""),
        ("withdraw", story.slug, ""),
        ("erase", story.slug, "The family asked"),
    ]


def test_trail_of_other_records_is_not_touched():
    other = make_programme(title="Another")
    erase(make_programme(state="withdrawn"))
    assert AuditEntry.objects.about(other).get().label == "Another"


def test_receipt_stays_and_counts_what_was_deleted():
    erase(a_story())
    receipt = Receipt.objects.get()
    assert (receipt.reason, receipt.erased, receipt.erased_at is None) == (
        "",
        {
            "content.version": 1,
            "content.proposal": 1,
            "content.correction": 1,
            "stories.subject": 1,
            "content.citation": 1,
            "content.photo": 1,
        },
        False,
    )


def test_draft_that_is_erased_gets_a_receipt_too():
    erase(make_programme(state="draft"))
    assert Receipt.objects.get().erased_at is not None


def test_seed_does_not_bring_it_back():
    """The note of where a bundled record came from stays, so that loading knows it was changed."""
    record = make_programme(state="withdrawn")
    kind = apps.get_model("unicef_kz", "SeedEntry")
    entry = kind.objects.create(key="x", record=record)
    erase(record)
    assert kind.objects.get().pk == entry.pk


# In the admin


def fields(record, **values):
    return {"comment": "The family asked", "word": "erase"} | values


def post(client, record, **values):
    return client.post(address(type(record), "erase", record.pk), fields(record, **values))


def test_lead_erases_a_story_and_gets_the_receipt(as_lead):
    story = a_story()
    response = post(as_lead, story)
    receipt = Receipt.objects.get()
    assert (response.url, receipt.erased_at is None) == (
        address(Receipt, "change", receipt.pk),
        False,
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [({"word": "yes"}, "word"), ({"word": ""}, "word"), ({"comment": " "}, "comment")],
)
def test_without_the_word_or_a_reason_nothing_happens(as_lead, values, field):
    story = a_story()
    response = post(as_lead, story, **values)
    assert (list(response.context["form"].errors), Story.objects.get().title_ru) == ([field], TEXT)


@pytest.mark.parametrize(
    ("role", "model", "status"),
    [
        ("Editor", Programme, 403),
        ("Reviewer", Programme, 200),
        ("Administrator", Programme, 403),
        ("Safeguarding lead", Programme, 403),
        ("Editor", Story, 403),
        ("Reviewer", Story, 403),
        ("Safeguarding lead", Story, 200),
    ],
)
def test_who_may_erase(role, model, status):
    record = MAKE[model](state="withdrawn")
    page = signed_in(make_user(role)).get(address(model, "erase", record.pk))
    assert page.status_code == status


def test_public_record_is_withdrawn_first(as_reviewer, reviewer):
    record = make_programme()
    with pytest.raises(Refused):
        record.erase(actor=reviewer, comment="test")
    assert as_reviewer.get(address(Programme, "erase", record.pk)).status_code == 403


def test_panel_leads_to_receipt_and_to_erasing(as_lead):
    story = a_story()
    html = as_lead.get(address(Story, "change", story.pk)).content.decode()
    ways = [address(Receipt, "change", Receipt.objects.get().pk), address(Story, "erase", story.pk)]
    assert [way for way in ways if f'href="{way}"' not in html] == []


def test_receipt_is_a_page_to_print(as_editor, settings):
    record = make_programme(slug="gone")
    record.withdraw(actor=None, comment="It was wrong")
    html = as_editor.get(address(Receipt, "change", Receipt.objects.get().pk)).content.decode()
    words = ["It was wrong", f"{settings.SITE_URL}/kk/programmes/gone/", "Search engines"]
    assert [word for word in words if word not in html] == []


def test_translation_notes_go():
    erase(a_story())
    assert not Translation.objects.filter(content_type__model="story").exists()
