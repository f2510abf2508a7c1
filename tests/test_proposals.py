"""Changes of public records: proposed, compared, decided, and never lost or shown too early."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from programmes.models import Programme
from unicef_kz.content.documents import apply, digest, document, merge
from unicef_kz.content.models import AuditEntry, Correction, Photo, Proposal, Version
from unicef_kz.content.publishing import Refused
from unicef_kz.roles import EDITOR, LEAD, REVIEWER

from .conftest import signed_in
from .factories import (
    MAKE,
    cite,
    make_indicator,
    make_milestone,
    make_observation,
    make_partner,
    make_photo,
    make_programme,
    make_region,
    make_source,
    make_story,
    make_subject,
    make_user,
)
from .test_admin import address, change, inline, reloaded, typed

pytestmark = pytest.mark.django_db


def propose(record, actor, **fields):
    content = document(record)
    content["fields"] |= fields
    return Proposal.of(record, content, actor=actor, comment="Better", is_correction=False)


def of(record):
    return Proposal.objects.for_record(record)


# A record as a document


@pytest.mark.parametrize("model", MAKE, ids=lambda model: model._meta.model_name)
def test_document_applied_to_its_own_record_changes_nothing(model):
    record = MAKE[model]()
    before = document(record)
    apply(before, record)
    assert document(reloaded(record)) == before


def test_document_brings_back_fields_relations_and_rows():
    figure = make_indicator(observation={"value": 41})
    make_observation(figure, value=50, date="2017")
    before = document(figure)
    figure.observations.all().delete()
    figure.title_ru = "Иное"
    figure.save()
    apply(before, reloaded(figure))
    found = reloaded(figure)
    assert (found.title_ru or "", found.observations.count()) == ("", 2)


def test_document_holds_neither_state_nor_address_nor_approval():
    names = set(document(make_story())["fields"])
    assert names & {"slug", "status", "publish_at", "approved_by_id", "changed_by_id"} == set()


def test_relation_that_was_deleted_since_is_left_out():
    region, page = make_region(state="draft"), make_programme()
    page.regions.add(region)
    content = document(page)
    region.delete()
    apply(content, reloaded(page))
    assert document(page)["many"]["regions"] == []


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged", "both"),
    [
        ("a", "b", "a", "b", []),
        ("a", "a", "c", "c", []),
        ("a", "b", "c", "b", ["x"]),
        ("a", "b", "b", "b", []),
    ],
)
def test_merge(base, mine, theirs, merged, both):
    base, mine, theirs = (
        {"fields": {"x": value}, "many": {}, "rows": {}} for value in (base, mine, theirs)
    )
    assert merge(base, mine, theirs)[0]["fields"] == {"x": merged}
    assert merge(base, mine, theirs)[1] == both


# Proposing in the admin


def test_form_of_a_public_record_makes_a_proposal(as_editor, editor):
    page = make_programme(title="Before")
    change(as_editor, page, title_en="After", **{"change-comment": "A better name"})
    proposal = of(page)
    assert (reloaded(page).title_en, proposal.document["fields"]["title_en"]) == ("Before", "After")
    assert (proposal.author, proposal.comment, proposal.state) == (editor, "A better name", "open")


def test_proposal_says_that_the_public_page_stays(as_editor):
    page = make_programme()
    response = change(as_editor, page, title_en="After")
    messages = [str(m) for m in as_editor.get(response["Location"]).context["messages"]]
    assert len(messages) == 1 and "stays as it is" in messages[0]


def test_rows_and_relations_are_proposed_too(as_editor, as_reviewer):
    page, region = make_milestone(), make_region()
    prefix = inline(as_editor.get(address(type(page), "change", page.pk)), "citation")
    rows = {
        f"{prefix}-TOTAL_FORMS": 2,
        f"{prefix}-1-source": make_source().pk,
        f"{prefix}-1-locator": "p. 7",
        f"{prefix}-1-stance": "differs",
        f"{prefix}-1-position": 1,
        "regions": [region.pk],
    }
    change(as_editor, page, **rows)
    assert (page.citations.count(), page.regions.count()) == (1, 0)
    of(page).approve(actor=make_user(REVIEWER))
    assert (page.citations.count(), list(page.regions.all())) == (2, [region])


def test_editing_again_starts_from_the_proposal(as_editor):
    page = make_milestone()
    prefix = inline(as_editor.get(address(type(page), "change", page.pk)), "citation")
    row = {
        f"{prefix}-TOTAL_FORMS": 2,
        f"{prefix}-1-source": make_source().pk,
        f"{prefix}-1-locator": "p. 7",
        f"{prefix}-1-stance": "differs",
        f"{prefix}-1-position": 1,
    }
    change(as_editor, page, title_en="Second", **row)
    change(as_editor, page, summary_en="Third")
    content = of(page).document
    assert (content["fields"]["title_en"], content["fields"]["summary_en"]) == ("Second", "Third")
    assert (len(content["rows"]["citations"]), Proposal.objects.count()) == (2, 1)


def test_new_rows_of_a_proposal_keep_keys_that_no_database_gives(as_editor):
    page = make_programme()
    content = document(page)
    content["rows"]["citations"] = [{"pk": 10**6, "fields": {"source_id": make_source().pk}}]
    first = Proposal.of(page, content, actor=make_user(EDITOR))
    key = first.document["rows"]["citations"][0]["pk"]
    second = Proposal.of(page, first.document, actor=make_user(EDITOR))
    assert (key < 0, second.document["rows"]["citations"][0]["pk"]) == (True, key)


def test_no_change_makes_no_proposal(as_editor):
    page = make_programme()
    change(as_editor, page)
    assert of(page) is None


def test_wrong_value_makes_no_proposal_and_keeps_what_was_typed(as_editor):
    page = make_milestone()
    response = change(as_editor, page, title_en="Typed", date="20x6")
    form = response.context["adminform"].form
    assert (list(form.errors), form["title_en"].value(), of(page)) == (["date"], "Typed", None)


def test_one_curator_alone_changes_at_once_unless_something_is_proposed(as_reviewer, alone):
    page = make_programme(title="Before")
    change(as_reviewer, page, title_en="At once")
    propose(page, make_user(EDITOR), summary_en="Proposed")
    change(as_reviewer, page, title_en="Into the proposal")
    assert reloaded(page).title_en == "At once"
    assert of(page).document["fields"]["title_en"] == "Into the proposal"


def test_saving_notes_no_version_and_no_edit(as_editor):
    page = make_programme()
    change(as_editor, page, title_en="After")
    assert not Version.objects.exists()
    assert AuditEntry.objects.first().action == "propose"


# Deciding


def test_approving_changes_the_public_page(client, editor, reviewer):
    page = make_programme(title="Before")
    propose(page, editor, title_en="After").approve(actor=reviewer)
    assert "After" in client.get(page.get_absolute_url()).content.decode()


def test_approving_keeps_both_versions_and_who(editor, reviewer):
    page = make_programme(title="Before")
    propose(page, editor, title_en="After").approve(actor=reviewer)
    versions = Version.objects.about(page)
    assert [v.document["fields"]["title_en"] for v in versions] == ["After", "Before"]
    assert (versions[0].actor, AuditEntry.objects.first().actor) == (editor, reviewer)


def test_author_does_not_approve_their_own(reviewer):
    proposal = propose(make_programme(), reviewer, title_en="After")
    with pytest.raises(PermissionDenied):
        proposal.approve(actor=reviewer)


def test_one_curator_alone_approves_their_own(reviewer, alone):
    page = make_programme()
    propose(page, reviewer, title_en="After").approve(actor=reviewer)
    assert reloaded(page).title_en == "After"


def test_editor_approves_nothing(editor):
    proposal = propose(make_programme(), make_user(EDITOR), title_en="After")
    with pytest.raises(PermissionDenied):
        proposal.approve(actor=editor)


def test_story_about_a_child_is_decided_by_the_lead_alone(editor, reviewer, lead):
    story = make_story(state="draft")
    make_subject(story)
    story.publish(actor=None, basis="test")
    proposal = propose(story, editor, title_en="After")
    with pytest.raises(PermissionDenied):
        proposal.approve(actor=reviewer)
    proposal.approve(actor=lead)
    assert (reloaded(story).title_en, reloaded(story).approved_by) == ("After", lead)


def test_change_that_makes_the_record_unfit_is_not_approved(editor, reviewer):
    page = make_programme()
    proposal = propose(page, editor, summary_en="")
    with pytest.raises(Refused):
        proposal.approve(actor=reviewer)
    assert (reloaded(page).summary_en, of(page).state) == (page.summary_en, "open")


def test_overtaken_proposal_is_not_approved(editor, reviewer):
    page = make_programme()
    proposal = propose(page, editor, title_en="After")
    Programme.objects.filter(pk=page.pk).update(summary_en="Meanwhile")
    with pytest.raises(Refused):
        proposal.approve(actor=reviewer)
    assert reloaded(page).title_en == page.title_en


def test_overtaken_proposal_can_catch_up(editor, reviewer):
    page = make_programme()
    proposal = propose(page, editor, title_en="After")
    Programme.objects.filter(pk=page.pk).update(summary_en="Meanwhile")
    proposal.catch_up(actor=reviewer)
    proposal.approve(actor=reviewer)
    assert (reloaded(page).title_en, reloaded(page).summary_en) == ("After", "Meanwhile")


def test_catching_up_names_what_both_changed(editor):
    page = make_programme()
    proposal = propose(page, editor, title_en="After")
    Programme.objects.filter(pk=page.pk).update(title_en="Meanwhile")
    assert proposal.catch_up(actor=editor) == ["title_en"]


def test_withdrawing_closes_the_proposal_and_stays_withdrawn(editor, reviewer):
    page = make_programme()
    proposal = propose(page, editor, title_en="After")
    page.withdraw(actor=reviewer, comment="wrong")
    with pytest.raises(Refused):
        proposal.approve(actor=make_user(REVIEWER))
    proposal.refresh_from_db()
    assert (proposal.state, reloaded(page).status) == ("closed", "withdrawn")


def test_proposal_is_approved_once(editor, reviewer):
    page = make_programme()
    proposal = propose(page, editor, title_en="After")
    again = Proposal.objects.get(pk=proposal.pk)
    proposal.approve(actor=reviewer)
    with pytest.raises(Refused):
        again.approve(actor=reviewer)


def test_approving_never_touches_state_address_or_approval(editor, reviewer):
    page = make_programme()
    fields = {"status": "draft", "slug": "elsewhere", "publish_at": None}
    propose(page, editor, title_en="After", **fields).approve(actor=reviewer)
    found = reloaded(page)
    assert (found.status, found.slug, found.publish_at) == ("published", page.slug, page.publish_at)


def test_returning_says_why_and_the_author_mends_it(as_editor, editor, reviewer):
    page = make_programme()
    proposal = propose(page, editor, title_en="After")
    proposal.send_back(actor=reviewer, comment="Too long")
    html = as_editor.get(address(Programme, "change", page.pk)).content.decode()
    change(as_editor, page, title_en="Short")
    assert ("Too long" in html, of(page).state) == (True, "open")


def test_returning_needs_a_reason(editor, reviewer):
    with pytest.raises(Refused):
        propose(make_programme(), editor, title_en="After").send_back(actor=reviewer, comment=" ")


def test_author_gives_it_up(editor):
    page = make_programme()
    propose(page, editor, title_en="After").close(actor=editor)
    assert of(page) is None


def test_another_editor_does_not_close_it(editor):
    proposal = propose(make_programme(), make_user(EDITOR), title_en="After")
    with pytest.raises(PermissionDenied):
        proposal.close(actor=editor)


def test_source_that_left_the_public_keeps_the_change_from_approval(editor, reviewer):
    page, source = make_milestone(), make_source()
    content = document(page)
    content["rows"]["citations"][0]["fields"]["source_id"] = source.pk
    proposal = Proposal.of(page, content, actor=editor)
    source.withdraw(actor=reviewer, comment="wrong")
    with pytest.raises(Refused):
        proposal.approve(actor=reviewer)
    assert page.citations.get().source != source


@pytest.mark.parametrize("failing", ["Version", "AuditEntry", "Correction"])
def test_failure_at_any_step_leaves_all_as_it_was(editor, reviewer, monkeypatch, failing):
    page = make_programme(title="Before")
    proposal = propose(page, editor, title_en="After")
    Proposal.objects.update(is_correction=True)
    models = {"Version": Version, "AuditEntry": AuditEntry, "Correction": Correction}
    before = models[failing].objects.count()

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(models[failing], "save", fail)
    with pytest.raises(RuntimeError):
        Proposal.objects.get(pk=proposal.pk).approve(actor=reviewer)
    assert (reloaded(page).title_en, of(page).state) == ("Before", "open")
    assert models[failing].objects.count() == before


# Pictures


def photo_row(stored: Photo) -> dict:
    return {
        "pk": 99,
        "fields": {
            "image": stored.image.name,
            "width": stored.width,
            "height": stored.height,
            "origin": "photograph",
            "alt_en": "A room",
            "identifiable": "nobody",
            "obscured": False,
            "position": 0,
        },
    }


def proposed_picture(page, editor, private_folder):
    stored = make_photo(make_programme())
    content = document(page)
    content["rows"]["photos"] = [photo_row(stored)]
    Photo.objects.filter(pk=stored.pk)._raw_delete("default")
    return Proposal.of(page, content, actor=editor), stored


def test_proposed_picture_is_for_staff_alone(client, as_reviewer, editor, private_folder):
    page = make_programme()
    _proposal, photo = proposed_picture(page, editor, private_folder)
    width = photo.widths[0]
    assert client.get(photo.address(width)).status_code == 404
    preview = as_reviewer.get(photo.preview_address(width))
    assert (preview.status_code, len(preview.getvalue()) > 0) == (200, True)


def test_approved_picture_is_public(client, editor, reviewer, private_folder):
    page = make_programme()
    proposal, photo = proposed_picture(page, editor, private_folder)
    proposal.approve(actor=reviewer)
    response = client.get(page.photos.get().address(photo.widths[0]))
    assert (response.status_code, len(response.getvalue()) > 0) == (200, True)


def test_files_of_a_dropped_proposal_go(editor, private_folder, django_capture_on_commit_callbacks):
    page = make_programme()
    proposal, _photo = proposed_picture(page, editor, private_folder)
    with django_capture_on_commit_callbacks(execute=True):
        proposal.close(actor=editor)
    assert [path for path in private_folder.rglob("*") if path.is_file()] == []


# Corrections


def test_correction_stands_in_public_with_its_reason(client, editor, reviewer):
    page = make_programme()
    proposal = propose(page, editor, title_en="After")
    Proposal.objects.filter(pk=proposal.pk).update(is_correction=True)
    Proposal.objects.get().approve(actor=reviewer)
    assert Correction.objects.get().reason == "Better"


def test_correction_without_a_reason_is_asked_for_one(as_editor):
    page = make_programme()
    response = change(as_editor, page, title_en="After", **{"change-is_correction": "on"})
    html = response.content.decode()
    assert ("Say what was wrong" in html, of(page)) == (True, None)


# The page of a proposal


def page_of(client, record, **kwargs):
    meta = record._meta
    path = reverse(f"admin:{meta.app_label}_{meta.model_name}_proposal", args=[record.pk])
    return client.get(path, **kwargs)


def step(client, record, name, comment=""):
    meta = record._meta
    view = f"admin:{meta.app_label}_{meta.model_name}_proposal_step"
    return client.post(reverse(view, args=[record.pk, name]), {"comment": comment}, follow=True)


def test_reviewer_reads_what_would_change(as_reviewer, editor):
    page = make_programme(title="The old name")
    propose(page, editor, title_en="The new name")
    html = page_of(as_reviewer, page).content.decode()
    assert "The <del>old </del><ins>new </ins>name" in html


def test_relations_and_rows_are_named(as_reviewer, editor):
    page, partner = make_milestone(), make_partner(title="A partner")
    content = document(page)
    content["many"]["partners"] = [partner.pk]
    content["rows"]["citations"][0]["fields"]["locator"] = "p. 9"
    Proposal.of(page, content, actor=editor)
    html = page_of(as_reviewer, page).content.decode()
    assert "<ins>A partner</ins>" in html
    assert "<ins>9</ins>" in html or "p. <del>1</del><ins>9</ins>" in html


@pytest.mark.parametrize(
    ("role", "steps"),
    [(EDITOR, set()), (REVIEWER, {"approve", "return", "close"}), (LEAD, set())],
)
def test_steps_are_offered_to_those_who_may(sign_in, role, steps):
    page = make_programme()
    propose(page, make_user(EDITOR), title_en="After")
    html = page_of(sign_in(role), page).content.decode()
    assert {s for s in ("approve", "return", "close") if f"/proposal/{s}/" in html} == steps


def test_reviewer_approves_in_the_admin(as_reviewer, editor):
    page = make_programme()
    propose(page, editor, title_en="After")
    step(as_reviewer, page, "approve")
    assert reloaded(page).title_en == "After"


def test_editor_who_posts_the_approval_is_refused(as_editor):
    page = make_programme()
    propose(page, make_user(EDITOR), title_en="After")
    assert step(as_editor, page, "approve").status_code == 403


def test_overtaken_proposal_shows_both_and_offers_to_catch_up(as_reviewer, editor):
    page = make_programme(title="Before", summary="Short")
    propose(page, editor, title_en="After")
    Programme.objects.filter(pk=page.pk).update(summary_en="Meanwhile")
    html = page_of(as_reviewer, page).content.decode()
    assert ("<ins>Meanwhile</ins>" in html, "/approve/" in html) == (True, False)
    step(as_reviewer, page, "catch_up")
    step(as_reviewer, page, "approve")
    assert (reloaded(page).title_en, reloaded(page).summary_en) == ("After", "Meanwhile")


def test_no_proposal_has_no_page(as_reviewer):
    assert page_of(as_reviewer, make_programme()).status_code == 404


def test_preview_shows_the_change_and_leaves_the_record(as_reviewer, editor):
    page = make_programme(title="Before")
    propose(page, editor, title_en="After")
    path = reverse("preview", args=["en", "programme", page.pk])
    assert "After" in as_reviewer.get(path + "?proposed=1").content.decode()
    assert "After" not in as_reviewer.get(path).content.decode()
    assert reloaded(page).title_en == "Before"


# Two people in one form


def test_form_that_was_overtaken_keeps_the_text_and_shows_the_other(as_editor):
    page = make_programme(state="draft", title="Before", summary="Short")
    path = address(Programme, "change", page.pk)
    form = typed(as_editor.get(path), title_en="Mine")
    form["_base"] = as_editor.get(path).context["base"]
    Programme.objects.filter(pk=page.pk).update(summary_en="Theirs")
    response = as_editor.post(path, form)
    html = response.content.decode()
    assert (response.status_code, reloaded(page).title_en) == (200, "Before")
    assert ('value="Mine"' in html, "<ins>Theirs</ins>" in html) == (True, True)


def test_second_save_takes_what_was_typed(as_editor):
    page = make_programme(state="draft", title="Before")
    path = address(Programme, "change", page.pk)
    form = typed(as_editor.get(path), title_en="Mine")
    form["_base"] = as_editor.get(path).context["base"]
    Programme.objects.filter(pk=page.pk).update(title_en="Theirs")
    form["_base"] = as_editor.post(path, form).context["base"]
    assert as_editor.post(path, form).status_code == 302
    assert reloaded(page).title_en == "Mine"


def test_forged_base_is_refused_like_an_old_one(as_editor):
    page = make_programme(state="draft", title="Before")
    assert change(as_editor, page, title_en="Mine", _base="forged").status_code == 200
    assert reloaded(page).title_en == "Before"


def test_digest_does_not_depend_on_the_order():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_two_editors_share_one_proposal(editor):
    page, other = make_programme(), make_user(EDITOR)
    propose(page, editor, title_en="One")
    change(signed_in(other), page, summary_en="Two")
    fields = of(page).document["fields"]
    assert (fields["title_en"], fields["summary_en"], of(page).author) == ("One", "Two", other)


def test_cited_rows_do_not_leak_between_records(editor, reviewer):
    """A key that belongs to another record's row makes a new row and leaves the other alone."""
    page, other = make_milestone(), make_milestone()
    foreign = cite(other, locator="p. 99")
    content = document(page)
    row = content["rows"]["citations"][0]
    content["rows"]["citations"] = [row | {"pk": foreign.pk}]
    Proposal.of(page, content, actor=editor).approve(actor=reviewer)
    foreign.refresh_from_db()
    assert (foreign.record, foreign.locator) == (other, "p. 99")


def test_reviewer_who_edits_it_is_told_that_somebody_else_approves(as_reviewer, editor):
    page = make_programme()
    propose(page, editor, title_en="After")
    change(as_reviewer, page, summary_en="Edited by the reviewer")
    html = page_of(as_reviewer, page).content.decode()
    assert ("You changed it last" in html, "/approve/" in html) == (True, False)


def test_reviewer_approves_their_edit_once_the_author_has_saved_it_again(
    as_editor, as_reviewer, editor
):
    page = make_programme()
    propose(page, editor, title_en="After")
    change(as_reviewer, page, summary_en="Edited by the reviewer")
    change(as_editor, page)
    step(as_reviewer, page, "approve")
    assert (reloaded(page).title_en, reloaded(page).summary_en) == (
        "After",
        "Edited by the reviewer",
    )
