"""Versions, going back, what was deleted, the list of corrections, and links for readers."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from programmes.models import Programme, Region
from unicef_kz.content.models import AuditEntry, Correction, Proposal, ReviewLink, Version

from .factories import (
    MAKE,
    make_cycle,
    make_milestone,
    make_photo,
    make_programme,
    make_region,
    make_source,
    make_story,
    make_subject,
)
from .test_admin import address, change, reloaded
from .test_proposals import propose

pytestmark = pytest.mark.django_db


def history(client, record, query=""):
    return client.get(address(type(record), "history", record.pk) + query)


def versions(record) -> list[str]:
    """Titles, newest first."""
    return [v.document["fields"]["title_en"] for v in Version.objects.about(record)]


# Versions


def test_first_change_keeps_what_was_before(as_editor, editor):
    page = make_programme(state="draft", title="One")
    change(as_editor, page, title_en="Two")
    change(as_editor, page, title_en="Three")
    assert versions(page) == ["Three", "Two", "One"]
    assert [v.actor for v in Version.objects.about(page)] == [editor, editor, None]


def test_saving_without_a_change_keeps_no_version(as_editor):
    page = make_programme(state="draft", title="One")
    change(as_editor, page)
    change(as_editor, page)
    assert len(versions(page)) == 1


def test_new_record_starts_its_history(as_editor, editor):
    data = {"slug": "new", "title_en": "New", "source_language": "en", "framework": "cpd"}
    path = reverse("admin:programmes_cycle_add")
    forms = {
        f"{prefix}-{name}": "0"
        for prefix in ("content-citation", "content-photo")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    forms = {k.replace("-TOTAL", "-content_type-object_id-TOTAL"): v for k, v in forms.items()}
    forms = {k.replace("-INITIAL", "-content_type-object_id-INITIAL"): v for k, v in forms.items()}
    response = as_editor.post(path, data | forms)
    assert (response.status_code, Version.objects.get().actor) == (302, editor)


def test_history_shows_who_and_when(as_editor, editor):
    page = make_programme(state="draft")
    change(as_editor, page, title_en="Two")
    html = history(as_editor, page).content.decode()
    assert (html.count(f"<td>{editor}</td>"), "Compare" in html) == (1, True)


def test_history_of_what_nobody_changed_says_so(as_editor):
    html = history(as_editor, make_programme()).content.decode()
    assert "Nobody has changed the content here yet." in html


def test_any_two_versions_are_compared(as_editor):
    page = make_programme(state="draft", title="One", summary="Short")
    change(as_editor, page, title_en="Two")
    change(as_editor, page, summary_en="Longer")
    last, _between, first = Version.objects.about(page)
    compared = history(as_editor, page, f"?from={last.pk}&to={first.pk}").context["compared"]
    assert [str(c["html"]) for c in compared["changes"]] == [
        "<del>One</del><ins>Two</ins>",
        "<del>Short</del><ins>Longer</ins>",
    ]


@pytest.mark.parametrize("query", ["?from=x&to=y", "?from=999999&to=1", "?from="])
def test_versions_that_are_not_there_are_not_compared(as_editor, query):
    html = history(as_editor, make_programme(), query).content.decode()
    assert "Choose two versions to compare." in html


@pytest.mark.parametrize("model", MAKE, ids=lambda model: model._meta.model_name)
def test_every_kind_has_a_history(as_superuser, model):
    page = MAKE[model](state="draft")
    change(as_superuser, page, title_en="Changed")
    first, last = Version.objects.about(page).order_by("pk")
    answer = history(as_superuser, page, f"?from={first.pk}&to={last.pk}")
    assert [c["label"] for c in answer.context["compared"]["changes"]] == ["Title [en]"]


# Going back


def revert(client, record, version):
    meta = record._meta
    path = reverse(f"admin:{meta.app_label}_{meta.model_name}_revert", args=[record.pk, version.pk])
    return client.post(path, follow=True)


def test_draft_goes_back_and_forth(as_editor):
    page = make_programme(state="draft", title="One")
    change(as_editor, page, title_en="Two")
    revert(as_editor, page, Version.objects.about(page).last())
    assert (reloaded(page).title_en, versions(page)) == ("One", ["One", "Two", "One"])


def test_going_back_is_audited(as_editor, editor):
    page = make_programme(state="draft", title="One")
    change(as_editor, page, title_en="Two")
    revert(as_editor, page, Version.objects.about(page).last())
    entry = AuditEntry.objects.get(action="revert")
    assert (entry.actor, "Back to the version of" in entry.comment) == (editor, True)


def test_going_back_in_public_is_a_proposal(as_editor, editor, reviewer):
    page = make_programme(title="One")
    propose(page, editor, title_en="Two").approve(actor=reviewer)
    revert(as_editor, page, Version.objects.about(page).last())
    proposal = Proposal.objects.for_record(page)
    assert (reloaded(page).title_en, proposal.document["fields"]["title_en"]) == ("Two", "One")


def test_going_back_never_republishes(as_reviewer, reviewer):
    page = make_programme(title="One")
    Version.keep(page)
    version = Version.objects.about(page).get()
    page.withdraw(actor=reviewer, comment="wrong")
    revert(as_reviewer, page, version)
    assert reloaded(page).status == "withdrawn"


def test_going_back_while_a_change_is_proposed_is_refused(as_reviewer, editor):
    page = make_programme(title="One")
    Version.keep(page)
    propose(page, editor, title_en="Two")
    html = revert(as_reviewer, page, Version.objects.get()).content.decode()
    assert "A change is already proposed." in html


def test_version_of_another_record_is_not_taken(as_editor):
    page, other = make_programme(state="draft"), make_programme(state="draft", title="Other")
    Version.keep(other)
    assert revert(as_editor, page, Version.objects.get()).status_code == 404
    assert reloaded(page).title_en == page.title_en


def test_reader_of_the_admin_does_not_go_back(as_administrator):
    page = make_programme(state="draft")
    Version.keep(page)
    assert revert(as_administrator, page, Version.objects.get()).status_code == 403


def test_picture_whose_files_are_gone_does_not_come_back(
    as_editor, private_folder, django_capture_on_commit_callbacks
):
    page = make_programme(state="draft")
    photo = make_photo(page)
    Version.keep(page)
    with django_capture_on_commit_callbacks(execute=True):
        photo.delete()
    revert(as_editor, page, Version.objects.about(page).last())
    assert page.photos.count() == 0


# What was deleted


def delete(client, record):
    return client.post(address(type(record), "delete", record.pk), {"post": "yes"})


def recover(client, model):
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    listed = client.get(reverse(f"{base}_deleted")).context["versions"]
    return client.post(reverse(f"{base}_recover", args=[listed[0].pk]), follow=True)


def test_deleted_record_comes_back_as_a_draft_with_its_history(as_editor):
    page = make_milestone(state="draft", title="One", slug="one")
    change(as_editor, page, title_en="Two")
    delete(as_editor, page)
    recover(as_editor, type(page))
    found = type(page).objects.get()
    assert (found.title_en, found.slug, found.status) == ("Two", "one", "draft")
    assert (found.citations.count(), versions(found)) == (1, ["Two", "Two", "One"])


def test_record_deleted_in_the_list_comes_back_too(as_editor):
    page = make_programme(state="draft")
    data = {"action": "delete_selected", "_selected_action": [page.pk], "post": "yes"}
    as_editor.post(address(Programme, "changelist"), data)
    recover(as_editor, Programme)
    assert Programme.objects.get().title_en == page.title_en


def test_address_that_is_taken_meanwhile_is_not_taken_away(as_editor):
    page = make_programme(state="draft", slug="one")
    delete(as_editor, page)
    make_programme(slug="one")
    recover(as_editor, Programme)
    assert Programme.objects.get(status="draft").slug.startswith("one-")


def test_record_that_would_clash_says_so_and_stays_deleted(as_editor):
    page = make_region(state="draft", iso="KZ-43")
    delete(as_editor, page)
    make_region(iso="KZ-43")
    html = recover(as_editor, Region).content.decode()
    assert ("already exists" in html, Region.objects.count()) == (True, 1)


def test_nothing_deleted_is_said(as_editor):
    html = as_editor.get(reverse("admin:programmes_programme_deleted")).content.decode()
    assert "Nothing was deleted here." in html


def test_deletion_and_recovery_are_audited(as_editor):
    delete(as_editor, make_programme(state="draft"))
    recover(as_editor, Programme)
    assert [e.action for e in AuditEntry.objects.all()][:2] == ["recover", "delete"]


# Corrections


def test_list_of_corrections_shows_public_records_alone(client, world):
    for record, reason in ((world["programme"], "A slip"), (world["gone"], "Hidden")):
        Correction.objects.create(record=record, reason=reason, label="x")
    html = client.get("/en/corrections/").content.decode()
    assert ("A slip" in html, "Hidden" in html) == (True, False)


def test_no_corrections_is_said(client, world):
    html = client.get("/en/corrections/").content.decode()
    assert "Nothing that was public has been corrected yet." in html


# Links for readers


def link(record, actor, **values):
    return ReviewLink.make(record, actor=actor, **{"reader": "A reader", "days": 7} | values)


def look(client, key, rest="en/"):
    return client.get(f"/preview/link/{key}/{rest}")


def test_link_shows_a_draft_to_anybody_who_has_it(client, editor):
    page = make_programme(state="draft", title="A draft")
    response = look(client, link(page, editor))
    assert (response.status_code, "A draft" in response.content.decode()) == (200, True)


def test_link_without_a_language_leads_to_that_of_the_record(client, editor):
    page = make_programme(state="draft", source_language="ru", title_ru="Да", summary_ru="Да")
    assert look(client, key := link(page, editor), "")["Location"] == f"/preview/link/{key}/ru/"


def test_link_is_neither_listed_nor_cached_nor_passed_on(client, editor):
    response = look(client, link(make_programme(state="draft"), editor))
    headers = ("X-Robots-Tag", "Referrer-Policy")
    assert [response[h] for h in headers] == ["noindex, nofollow", "no-referrer"]
    assert "no-store" in response["Cache-Control"]
    assert response.cookies == {}


def test_link_shows_a_proposed_change_and_what_it_changes(client, editor):
    page = make_programme(title="Before")
    propose(page, editor, title_en="After")
    key = link(page, editor)
    assert "After" in look(client, key).content.decode()
    changes = look(client, key, "en/changes/").content.decode()
    assert "<del>Before</del><ins>After</ins>" in changes


def test_link_shows_pictures_of_its_record_alone(client, editor):
    page, other = make_programme(state="draft"), make_programme(state="draft")
    mine, foreign = make_photo(page), make_photo(other)
    key = link(page, editor)
    assert f"/preview/link/{key}/{mine.token}/" in look(client, key).content.decode()
    answers = [look(client, key, f"{p.token}/{p.widths[0]}.jpg") for p in (mine, foreign)]
    assert [a.status_code for a in answers] == [200, 404]
    assert len(answers[0].getvalue()) > 0


PLACES = ("", "en/", "en/changes/")


@pytest.mark.parametrize("rest", PLACES)
def test_expired_link_shows_nothing(client, editor, rest):
    key = link(make_programme(state="draft"), editor)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert look(client, key, rest).status_code == 404


@pytest.mark.parametrize("rest", PLACES)
def test_link_that_was_taken_back_shows_nothing(client, as_editor, editor, rest):
    page = make_programme(state="draft")
    key = link(page, editor)
    view = "admin:programmes_programme_link_revoke"
    as_editor.post(reverse(view, args=[page.pk, ReviewLink.objects.get().pk]))
    assert look(client, key, rest).status_code == 404


@pytest.mark.parametrize("rest", PLACES)
def test_guessed_link_shows_nothing(client, db, rest):
    assert look(client, "guessed", rest).status_code == 404


def test_link_of_a_deleted_record_shows_nothing(client, editor):
    page = make_programme(state="draft")
    key = link(page, editor)
    page.delete()
    assert look(client, key).status_code == 404


def test_key_is_stored_nowhere(editor):
    key = link(make_programme(state="draft"), editor)
    assert key not in str(ReviewLink.objects.values_list())


def test_link_lasts_at_most_thirty_days(editor):
    link(make_programme(state="draft"), editor, days=900)
    assert ReviewLink.objects.get().expires_at < timezone.now() + timedelta(days=31)


def test_editor_makes_a_link_and_sees_it_once(as_editor):
    page = make_programme(state="draft")
    path = reverse("admin:programmes_programme_link", args=[page.pk])
    data = {"reader": "A partner", "days": "3"}
    first = as_editor.post(path, data, follow=True).content.decode()
    again = as_editor.get(address(Programme, "change", page.pk)).content.decode()
    assert ("/preview/link/" in first, "/preview/link/" in again) == (True, False)
    assert "A partner" in again


def test_link_with_a_wrong_number_of_days_is_refused(as_editor):
    page = make_programme(state="draft")
    path = reverse("admin:programmes_programme_link", args=[page.pk])
    as_editor.post(path, {"reader": "A", "days": "400"})
    assert not ReviewLink.objects.exists()


def test_story_about_a_child_is_shown_by_link_by_the_lead_alone(editor, lead):
    story = make_story(state="draft")
    make_subject(story)
    with pytest.raises(PermissionDenied):
        link(story, editor)
    assert link(story, lead)


def test_reader_of_the_admin_makes_no_link(administrator):
    with pytest.raises(PermissionDenied):
        link(make_source(state="draft"), administrator)


def test_kind_without_a_public_page_shows_its_changes(client, editor):
    response = look(client, link(make_cycle(state="draft"), editor))
    assert response["Location"].endswith("/en/changes/")


def test_link_never_shows_what_only_staff_may_see(client, editor, lead):
    story = make_story()
    propose(story, editor, risk_assessment="Her uncle", title_en="After", risk_of_stigma="yes")
    html = look(client, link(story, lead), "en/changes/").content.decode()
    assert ("Her uncle" in html, "shamed" in html, "After" in html) == (False, False, True)
