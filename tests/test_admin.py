"""The admin: who may do what, and what happens to what they typed."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.forms import FileField, Form
from django.urls import reverse

from programmes.models import Programme
from stories.models import Story
from unicef_kz.content.documents import document
from unicef_kz.content.models import AuditEntry, FormerSlug, Version
from unicef_kz.content.publishing import Page
from unicef_kz.content.search.index import SearchEntry
from unicef_kz.roles import ADMINISTRATOR, EDITOR, LEAD, REVIEWER

from .conftest import signed_in
from .factories import (
    MAKE,
    cite,
    force,
    make_concept,
    make_indicator,
    make_membership,
    make_milestone,
    make_place,
    make_programme,
    make_source,
    make_story,
    make_story_with_child,
    make_subject,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
APPS = ("unicef_kz", "content", "programmes", "timeline", "stories", "auth")
MODELS = [model for model in admin.site._registry if model._meta.app_label in APPS]
PAGES = [model for model in MODELS if issubclass(model, Page)]
#: View, Add, Change, Delete, for Editor, Reviewer, Safeguarding lead, Administrator. A record of
#: a page is a draft here.
PAGE = ("vacd", "vacd", "v", "v")
RIGHTS = {model._meta.model_name: PAGE for model in PAGES} | {
    "story": ("vacd", "vacd", "vc", "v"),
    "place": ("va", "vacd", "v", "v"),
    "concept": ("v", "vacd", "v", "v"),
    "citymembership": ("v", "vacd", "v", "v"),
    "citation": ("v", "v", "v", "v"),
    "photo": ("v", "v", "v", "v"),
    "reviewlink": ("v", "v", "v", "v"),
    "correction": ("v", "vc", "v", "v"),
    "translation": ("v", "v", "v", "v"),
    "subject": ("v", "v", "v", "v"),
    "auditentry": ("v", "v", "v", "v"),
    "formerslug": ("v", "v", "v", "v"),
    "proposal": ("v", "v", "v", "v"),
    "reminder": ("", "", "", ""),
    "receipt": ("v", "v", "v", "v"),
    "consent": ("", "", "vacd", ""),
    "withheldword": ("", "", "vad", ""),
    "seedentry": ("", "", "", ""),
    "user": ("", "", "", "vac"),
    "group": ("", "", "", "v"),
}
ROLES = (EDITOR, REVIEWER, LEAD, ADMINISTRATOR)


def address(model, view: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


#: How to make one of what is not a page; the rest is made by making a page.
ONE = {
    "place": lambda model: make_place(),
    "concept": lambda model: make_concept(),
    "citymembership": lambda model: make_membership(),
    "citation": lambda model: cite(make_programme()),
    "subject": lambda model: make_subject(make_story()),
    "consent": lambda model: make_story_with_child().subjects.get().consents.get(),
    "withheldword": lambda m: m.objects.create(story=make_story(), digest=m.hash("zeta")),
    "user": lambda model: make_user(EDITOR),
    "auditentry": lambda model: make_programme(),
    "receipt": lambda model: make_programme(state="withdrawn"),
    "formerslug": lambda model: FormerSlug.remember(make_programme(), "old"),
    "translation": lambda model: make_programme().translations.create(language="ru"),
    "photo": lambda m: make_programme().photos.create(alt="A room", identifiable="nobody"),
    "proposal": lambda m: m.of(page := make_programme(), document(page), actor=make_user()),
    "reviewlink": lambda m: m.make(make_programme(), actor=make_user(EDITOR), reader="A", days=1),
    "correction": lambda m: m.objects.create(record=make_programme(), reason="A slip", label="A"),
    "reminder": lambda m: m.objects.note([make_programme()]),
    "seedentry": lambda m: m.objects.create(key="x", record=make_programme()),
}


def a_record(model):
    """A saved record of a kind, for its change page."""
    if model in MAKE:
        return MAKE[model](state="draft")
    made = ONE.get(model._meta.model_name, lambda model: None)(model)
    return made if isinstance(made, model) else model.objects.first()


def rights_of(client, model) -> str:
    """What the admin lets this person do: an empty POST changes nothing, but tells."""
    record = a_record(model)
    answers = {
        "v": client.get(address(model, "changelist")),
        "a": client.get(address(model, "add")),
        "c": client.post(address(model, "change", record.pk), {}),
        "d": client.get(address(model, "delete", record.pk)),
    }
    return "".join(right for right, answer in answers.items() if answer.status_code == 200)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
@pytest.mark.parametrize(("place", "role"), [(i, role) for i, role in enumerate(ROLES)])
def test_rights(sign_in, model, place, role):
    assert rights_of(sign_in(role), model) == RIGHTS[model._meta.model_name][place]


def test_every_model_stands_in_the_admin_or_in_the_form_of_its_record():
    ours = [model for model in apps.get_models() if model._meta.app_label in APPS[:-1]]
    inline = {i.model for a in admin.site._registry.values() for i in a.inlines}
    inline |= {
        part.model for a in admin.site._registry.values() for part in getattr(a, "parts", ())
    }
    inline |= {Version, SearchEntry}  # on the history page of its record; what searching reads
    assert [
        model for model in ours if model not in admin.site._registry | dict.fromkeys(inline)
    ] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_change_page_opens(as_superuser, model):
    assert as_superuser.get(address(model, "change", a_record(model).pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_list_opens(as_superuser, model):
    a_record(model)
    assert as_superuser.get(address(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_add_page_opens(as_superuser, model):
    assert as_superuser.get(address(model, "add")).status_code == 200


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
@pytest.mark.parametrize("missing", ["en", "kk", "ru", "summary", "source"])
def test_list_filters_by_what_is_missing(as_superuser, model, missing):
    MAKE[model](state="draft", summary="")
    response = as_superuser.get(address(model, "changelist") + f"?missing={missing}")
    sourced = missing == "source" and model._meta.model_name in ("indicator", "milestone")
    expected = 0 if missing == "en" or sourced else 1
    assert response.context["cl"].result_count == expected


@pytest.mark.parametrize("word", ["патронаж", "ПАТРОНАЖ", "Патронаж"])
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_search_finds_cyrillic_in_any_case(as_superuser, model, word):
    MAKE[model](title_ru="О Патронаже")
    MAKE[model](title_ru="О другом")
    response = as_superuser.get(address(model, "changelist"), {"q": word})
    assert response.context["cl"].result_count == 1


def test_visitor_without_an_account_is_asked_to_sign_in(client):
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


# What is public is changed by those who publish


def typed(response, **changes) -> dict:
    """What the browser would send back from the change page, with ``changes``."""
    forms: list[Form] = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for field in (bound for form in forms for bound in form):
        if isinstance(field.field, FileField):
            continue  # a browser sends no file that nobody chose
        value = field.value()
        if value is not None and value is not False and value != "":
            data[field.html_name] = value
    return data | changes


def change(client, record, **changes):
    path = address(type(record), "change", record.pk)
    return client.post(path, typed(client.get(path), **changes))


def reloaded(record):
    return type(record).objects.get(pk=record.pk)


@pytest.mark.parametrize("state", ["published", "scheduled"])
def test_what_is_public_is_changed_by_a_proposal(as_editor, as_reviewer, state):
    page = make_programme(state=state)
    answers = [change(client, page, title_en="Changed") for client in (as_editor, as_reviewer)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert reloaded(page).title_en == page.title_en


def test_editor_does_not_change_what_was_withdrawn(as_editor):
    page = make_programme(state="withdrawn")
    response = as_editor.post(address(Programme, "change", page.pk), {"title_en": "Changed"})
    assert (response.status_code, reloaded(page).title_en) == (403, page.title_en)


@pytest.mark.parametrize("state", ["draft", "review"])
def test_editor_changes_what_is_not_public(as_editor, editor, state):
    page = make_programme(state=state)
    assert change(as_editor, page, title_en="Changed").status_code == 302
    assert (reloaded(page).title_en, reloaded(page).changed_by) == ("Changed", editor)


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_every_kind_is_saved_from_its_form(as_superuser, model):
    page = MAKE[model](state="draft")
    assert change(as_superuser, page, title_en="Changed").status_code == 302
    assert reloaded(page).title_en == "Changed"


def test_reviewer_changes_a_public_record_and_it_is_audited(as_reviewer, reviewer, alone):
    page = make_programme()
    change(as_reviewer, page, title_en="Changed")
    entry = AuditEntry.objects.first()
    assert (reloaded(page).title_en, entry.action, entry.actor, entry.comment) == (
        "Changed",
        "edit",
        reviewer,
        "title_en",
    )


def test_curator_corrects_a_figure_and_the_page_shows_it(as_reviewer, client, alone):
    figure = make_indicator(slug="figure", observation={"value": 41})
    before = "41%" in client.get(figure.get_absolute_url()).content.decode()
    change(as_reviewer, figure, **{"observations-0-value": "42.5"})
    html = client.get(figure.get_absolute_url()).content.decode()
    assert (before, "42.5%" in html, "41%" in html) == (True, True, False)


def test_change_that_makes_a_public_record_unfit_is_refused(as_reviewer, alone):
    page = make_programme()
    response = change(as_reviewer, page, title_en="Typed in vain", summary_en="")
    assert (response.status_code, reloaded(page).title_en) == (200, page.title_en)


def test_refused_change_keeps_what_was_typed(as_reviewer, alone):
    page = make_programme()
    response = change(as_reviewer, page, title_en="Typed in vain", summary_en="")
    form = response.context["adminform"].form
    assert (form["title_en"].value(), list(form.errors)) == ("Typed in vain", ["summary_en"])


def test_refused_change_leaves_no_line_in_the_audit_trail(as_reviewer, alone):
    page = make_programme()
    change(as_reviewer, page, summary_en="")
    assert not AuditEntry.objects.filter(action="edit").exists()


def inline(response, model_name: str) -> str:
    return next(
        i.formset.prefix
        for i in response.context["inline_admin_formsets"]
        if i.formset.model._meta.model_name == model_name
    )


def test_last_citation_is_not_deleted_in_the_form(as_reviewer, alone):
    page = make_milestone()
    path = address(type(page), "change", page.pk)
    prefix = inline(as_reviewer.get(path), "citation")
    response = change(as_reviewer, page, **{f"{prefix}-0-DELETE": "on"})
    assert (response.status_code, page.citations.count()) == (200, 1)


def test_proof_of_a_public_record_is_not_turned_into_a_difference(as_reviewer, alone):
    page = make_milestone()
    path = address(type(page), "change", page.pk)
    prefix = inline(as_reviewer.get(path), "citation")
    change(as_reviewer, page, **{f"{prefix}-0-stance": "differs"})
    assert page.citations.get().stance == "supports"


def test_public_record_is_not_moved_to_a_draft_source(as_reviewer, alone):
    page, source = make_milestone(), make_source(state="draft")
    path = address(type(page), "change", page.pk)
    prefix = inline(as_reviewer.get(path), "citation")
    change(as_reviewer, page, **{f"{prefix}-0-source": source.pk})
    assert page.citations.get().source != source


def test_last_value_of_a_public_figure_is_not_deleted(as_reviewer, alone):
    figure = make_indicator()
    response = change(as_reviewer, figure, **{"observations-0-DELETE": "on"})
    assert (response.status_code, figure.observations.count()) == (200, 1)


def test_form_has_no_field_for_the_state(as_superuser):
    response = as_superuser.get(address(Programme, "change", make_programme().pk))
    names = set(response.context["adminform"].form.fields)
    assert names & {"status", "publish_at", "approved_by", "approved_at", "changed_by"} == set()


def test_state_sent_along_is_ignored(as_editor):
    page = make_programme(state="draft")
    change(as_editor, page, status="published", publish_at="2020-01-01 00:00")
    assert (reloaded(page).status, reloaded(page).publish_at) == ("draft", None)


def test_what_was_public_is_not_deleted(as_superuser):
    page = make_programme(state="withdrawn")
    response = as_superuser.post(address(Programme, "delete", page.pk), {"post": "yes"})
    assert (response.status_code, reloaded(page)) == (403, page)


def test_draft_is_deleted(as_editor):
    page = make_programme(state="draft")
    as_editor.post(address(Programme, "delete", page.pk), {"post": "yes"})
    assert not Programme.objects.filter(pk=page.pk).exists()


def test_deleting_many_is_refused_where_one_was_public(as_superuser):
    public, other = make_programme(), make_programme(state="draft")
    data = {"action": "delete_selected", "_selected_action": [public.pk, other.pk], "post": "yes"}
    response = as_superuser.post(address(Programme, "changelist"), data)
    assert (response.status_code, Programme.objects.count()) == (403, 2)


def test_story_about_a_child_is_not_changed_in_public_without_the_lead(as_reviewer):
    """An approval is void after a change, so a change in public would be one without approval."""
    story = make_story_with_child()
    change(as_reviewer, story, title_en="Changed")
    assert (reloaded(story).title_en, Story.objects.public().count()) == (story.title_en, 1)


# Steps


def step(client, page, name: str, comment="test"):
    return client.post(address(type(page), "step", page.pk, name), {"comment": comment})


FROM = {"submit": "draft", "publish": "review", "return": "review", "withdraw": "published"}
AFTER = {"submit": "review", "publish": "published", "return": "draft", "withdraw": "withdrawn"}
MAY = {EDITOR: {"submit"}, REVIEWER: set(FROM), LEAD: set(), ADMINISTRATOR: set()}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", FROM)
def test_step(sign_in, role, name):
    page = make_programme(state=FROM[name])
    response = step(sign_in(role), page, name)
    expected = (302, AFTER[name]) if name in MAY[role] else (403, FROM[name])
    assert (response.status_code, reloaded(page).status) == expected


@pytest.mark.parametrize("role", ROLES)
def test_only_the_lead_approves(sign_in, role):
    story = make_story(state="review")
    make_subject(story)
    response = step(sign_in(role), story, "approve")
    assert (response.status_code, bool(reloaded(story).approved_by)) == (
        (302, True) if role == LEAD else (403, False)
    )


def test_lead_publishes_an_approved_story(as_lead):
    story = make_story(state="review")
    make_subject(story)
    step(as_lead, story, "approve")
    step(as_lead, story, "publish")
    assert reloaded(story).status == "published"


def test_step_needs_a_post(as_reviewer):
    page = make_programme(state="review")
    response = as_reviewer.get(address(Programme, "step", page.pk, "publish"))
    assert (response.status_code, reloaded(page).status) == (405, "review")


def test_step_is_safe_from_other_sites(reviewer):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(reviewer)
    page = make_programme(state="review")
    assert (step(client, page, "publish").status_code, reloaded(page).status) == (403, "review")


def test_unknown_step_is_forbidden(as_superuser):
    assert step(as_superuser, make_programme(), "burn").status_code == 403


def test_refused_step_says_every_reason(as_reviewer):
    page = make_milestone(state="draft", summary="")
    page.citations.all().delete()
    response = as_reviewer.post(
        address(type(page), "step", page.pk, "publish"), {"comment": "test"}, follow=True
    )
    assert [str(m) for m in response.context["messages"]] == [
        f"{page}: The summary is missing in English, its first language.",
        f"{page}: No source with the place in it proves this yet.",
    ]


def test_author_does_not_publish(reviewer):
    client, page = signed_in(reviewer), make_programme(state="review")
    change(client, page, title_en="Mine")
    step(client, page, "publish")
    assert reloaded(page).status == "review"


def test_panel_offers_only_what_the_person_may_do(as_editor, as_reviewer):
    path = address(Programme, "change", make_programme(state="draft").pk)
    offered = [
        [name for name, _label in client.get(path).context["steps"]]
        for client in (as_editor, as_reviewer)
    ]
    assert offered == [["submit"], ["submit", "publish"]]


def test_panel_shows_what_keeps_a_record_from_being_public(as_editor):
    page = make_programme(state="draft", summary="")
    response = as_editor.get(address(Programme, "change", page.pk))
    assert [p.field for p in response.context["problems"]] == ["summary_en"]


def run_action(client, action: str, *pages):
    data = {"action": action, "_selected_action": [p.pk for p in pages], "comment": "test"}
    return client.post(address(type(pages[0]), "changelist"), data, follow=True)


def test_action_reports_each_record(as_reviewer):
    ready = make_programme(state="review", title="Ready")
    lacking = make_programme(state="review", title="Lacking", summary="")
    response = run_action(as_reviewer, "publish_selected", ready, lacking)
    assert sorted(str(m) for m in response.context["messages"]) == [
        "Lacking: The summary is missing in English, its first language.",
        "“Ready” is now: Published.",
    ]


def test_action_goes_on_after_a_refusal(as_reviewer):
    lacking, ready = make_programme(state="review", summary=""), make_programme(state="review")
    run_action(as_reviewer, "publish_selected", lacking, ready)
    assert [reloaded(p).status for p in (lacking, ready)] == ["review", "published"]


@pytest.mark.parametrize("action", ["publish_selected", "withdraw_selected"])
def test_editor_has_no_action_to_publish_or_withdraw(as_editor, action):
    page = make_programme(state="review" if action == "publish_selected" else "published")
    run_action(as_editor, action, page)
    assert reloaded(page).status == page.status


def test_source_that_facts_rest_on_is_not_withdrawn(as_reviewer):
    source = make_source()
    make_milestone(source=source, title="The treaty")
    response = run_action(as_reviewer, "withdraw_selected", source)
    assert ([str(m) for m in response.context["messages"]], reloaded(source).status) == (
        [f"{source}: “The treaty” rests on it."],
        "published",
    )


# Accounts


def save_user(client, user, **changes):
    return change(client, user, **changes)


@pytest.mark.parametrize("mine", [True, False])
def test_administrator_makes_no_superuser(administrator, as_administrator, mine):
    user = administrator if mine else make_user(EDITOR)
    save_user(as_administrator, user, is_superuser="on")
    assert not reloaded(user).is_superuser


def test_administrator_gives_no_single_rights(as_administrator):
    user = make_user(EDITOR)
    save_user(as_administrator, user, user_permissions=["1", "2"])
    assert reloaded(user).user_permissions.count() == 0


def test_administrator_does_not_touch_a_superuser(as_administrator, superuser):
    path = address(User, "change", superuser.pk)
    assert as_administrator.post(path, {"username": "mine"}).status_code == 403


def test_administrator_does_not_set_the_password_of_a_superuser(as_administrator, superuser):
    path = reverse("admin:auth_user_password_change", args=[superuser.pk])
    data = {"password1": "a-long-new-word-9", "password2": "a-long-new-word-9"}
    assert as_administrator.post(path, data).status_code == 403


def test_administrator_gives_a_role(as_administrator):
    user, group = make_user(EDITOR), make_user(REVIEWER).groups.get()
    save_user(as_administrator, user, groups=[group.pk])
    assert list(reloaded(user).groups.all()) == [group]


def test_superuser_makes_a_superuser(as_superuser):
    user = make_user(EDITOR)
    save_user(as_superuser, user, is_superuser="on")
    assert reloaded(user).is_superuser


# The audit trail and what only the lead may see


@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_audit_trail_is_only_read(sign_in, role):
    make_programme()
    entry, client = AuditEntry.objects.first(), sign_in(role)
    statuses = [
        client.get(address(AuditEntry, "add")).status_code,
        client.post(address(AuditEntry, "change", entry.pk), {}).status_code,
        client.post(address(AuditEntry, "delete", entry.pk), {"post": "yes"}).status_code,
    ]
    assert statuses == [403, 403, 403]


def test_withheld_word_is_stored_as_a_hash(as_lead):
    from stories.models import WithheldWord

    story = make_story(state="draft")
    as_lead.post(address(WithheldWord, "add"), {"story": story.pk, "word": "Zeta"})
    assert story.withheld_words.get().digest == WithheldWord.hash("zeta")


def test_admin_pages_carry_a_strict_policy(as_superuser):
    path = address(Programme, "change", make_programme().pk)
    policy = as_superuser.get(path)["Content-Security-Policy"]
    assert ("unsafe" in policy, "'nonce-" in policy) == (False, True)


def test_forced_state_of_a_test_is_what_it_says():
    """Guards ``force``, which other tests rely on."""
    assert force(make_programme(), "withdrawn").status == "withdrawn"


def test_panel_says_that_the_lead_has_to_approve(as_reviewer):
    story = make_story(state="review")
    make_subject(story, is_child=True, identity="unnamed")
    page = as_reviewer.get(address(Story, "change", story.pk))
    assert [problem.field for problem in page.context["problems"]] == ["approved_by"]
