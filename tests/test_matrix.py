"""Every role and nobody × every kind × every address of the admin: the expected answer for each."""

import pytest
from django.contrib import admin
from django.urls import reverse

from unicef_kz.content.documents import document
from unicef_kz.content.models import Proposal, ReviewLink, Version
from unicef_kz.content.publishing import Page
from unicef_kz.roles import ADMINISTRATOR, EDITOR, LEAD, REVIEWER

from .factories import MAKE, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
#: What each role may do with the records of a kind; a story is the lead's matter too.
RIGHTS = {
    EDITOR: {"view", "add", "change", "delete"},
    REVIEWER: {"view", "add", "change", "delete", "publish", "erase"},
    LEAD: {"view"},
    ADMINISTRATOR: {"view"},
}
OF_STORIES = RIGHTS | {
    REVIEWER: RIGHTS[REVIEWER] - {"erase"},
    LEAD: {"view", "change", "publish", "erase"},
}
PAGES = [model for model in admin.site._registry if issubclass(model, Page)]
#: Django's own, which tests/test_admin.py asks of every model, and the steps for one picture.
COMMON = {"changelist", "add", "history", "delete", "change"}
EXCHANGE = {"import", "import_check", "import_template", "export", "export_file"}
OTHERS = {
    "photo": {"obscure", "confirm_masking"},
    "user": {"password_change"},
    "citation": EXCHANGE,
    "place": EXCHANGE,
}


def draft(model):
    return MAKE[model](state="draft")


def proposed(model):
    record = MAKE[model]()
    content = document(record)
    content["fields"]["title_en"] = "Proposed"
    Proposal.of(record, content, actor=make_user())
    return record


def versioned(model):
    record = draft(model)
    Version.keep(record)
    return record


def withdrawn(model):
    return MAKE[model](state="withdrawn")


def deleted(model):
    record = versioned(model)
    type(record).objects.filter(pk=record.pk).delete()
    return record


def linked(model):
    record = draft(model)
    ReviewLink.objects.create(
        record=record, digest=record.slug, reader="A", expires_at="2099-01-01T00:00Z"
    )
    return record


def last(model):
    return model.objects.latest("pk").pk


#: address → (the right it asks for, GET or POST, the record, further arguments)
VIEWS = {
    "changelist": ("view", "get", None, ()),
    "add": ("add", "get", None, ()),
    "change": ("view", "get", draft, ()),
    "history": ("view", "get", draft, ()),
    "delete": ("delete", "get", draft, ()),
    "step": ("change", "post", draft, ("submit",)),
    "translation": ("view", "get", draft, ("kk",)),
    "proposal": ("view", "get", proposed, ()),
    "proposal_step": ("publish", "post", proposed, ("approve",)),
    "deleted": ("add", "get", None, ()),
    "recover": ("add", "post", deleted, Version),
    "revert": ("change", "post", versioned, (Version,)),
    "erase": ("erase", "get", withdrawn, ()),
    "import": ("add", "get", None, ()),
    "import_check": ("add", "post", None, ()),
    "import_template": ("add", "get", None, "sheet"),
    "export": ("view", "get", None, ()),
    "export_file": ("view", "get", None, "sheet"),
    "link": ("change", "post", draft, ()),
    "link_revoke": ("change", "post", linked, (ReviewLink,)),
}


def names(model) -> set[str]:
    prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
    found = {pattern.name for pattern in admin.site._registry[model].urls if pattern.name}
    return {name.removeprefix(prefix) for name in found}


def address(model, view) -> str:
    _right, _method, make, more = VIEWS[view]
    record = make and make(model)
    if more is Version:
        arguments = [last(Version)]
    elif more == "sheet":
        arguments = [admin.site._registry[model].sheet("").name, "csv"]
    else:
        more = [last(extra) if isinstance(extra, type) else extra for extra in more]
        arguments = [record.pk, *more] if record else more
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}"
    return reverse(name, args=arguments)


def ask(client, path, view) -> int:
    data = {"comment": "A reason"} if VIEWS[view][1] == "post" else {}
    return getattr(client, VIEWS[view][1])(path, data).status_code


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_every_address_of_a_kind_stands_in_the_matrix(model):
    assert names(model) == set(VIEWS)


@pytest.mark.parametrize(
    "model",
    [m for m in admin.site._registry if m not in PAGES],
    ids=lambda model: model._meta.model_name,
)
def test_other_models_have_no_address_that_nobody_asks(model):
    assert names(model) - COMMON == OTHERS.get(model._meta.model_name, set())


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_each_role_gets_the_answer_that_is_meant_for_it(sign_in, client, model, view):
    right, method, _make, _more = VIEWS[view]
    rights = OF_STORIES if model._meta.model_name == "story" else RIGHTS
    allowed = 302 if method == "post" else 200
    expected = {role: allowed if right in rights[role] else 403 for role in RIGHTS}
    found = {role: ask(sign_in(role), address(model, view), view) for role in RIGHTS}
    assert found == expected


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_visitors_are_led_to_the_sign_in(client, model, view):
    path = address(model, view)
    response = getattr(client, VIEWS[view][1])(path)
    assert (response.status_code, response["Location"].startswith("/admin/login/")) == (302, True)


# The steps of the workflow and the actions of the lists

#: step → (state of the record, right, state afterwards)
STEPS = {
    "submit": ("draft", "change", "review"),
    "publish": ("review", "publish", "published"),
    "return": ("review", "publish", "draft"),
    "withdraw": ("published", "publish", "withdrawn"),
    "publish-now": ("scheduled", "publish", "published"),
    "unschedule": ("scheduled", "publish", "review"),
    "move": ("published", "publish", "published"),
}
#: action of the list → (state, right, state afterwards); the others write nothing
ACTIONS = {
    "submit_selected": STEPS["submit"],
    "publish_selected": STEPS["publish"],
    "withdraw_selected": STEPS["withdraw"],
}
READING = {"export_csv", "export_xlsx"}
CHANGING = {"delete_selected", "reviewed_en", "reviewed_kk", "reviewed_ru"}


def rights_on(model) -> dict:
    return OF_STORIES if model._meta.model_name == "story" else RIGHTS


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_each_role_takes_the_steps_that_are_its_own(sign_in, model, step):
    state, right, after = STEPS[step]
    found, expected = {}, {}
    for role, rights in rights_on(model).items():
        record = MAKE[model](state=state)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_step"
        comment = f"moved-{record.pk}" if step == "move" else "A reason"
        path = reverse(name, args=[record.pk, step])
        answer = sign_in(role).post(path, {"comment": comment})
        changed = model.objects.get(pk=record.pk)
        found[role] = (answer.status_code, changed.status, changed.slug != record.slug)
        before = "published" if state == "scheduled" else state
        may = right in rights
        expected[role] = (
            302 if may else 403,
            after if may else before,
            may and step == "move",
        )
    assert found == expected


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_every_action_of_a_list_stands_in_the_matrix(rf, superuser, model):
    request = rf.get("/")
    request.user = superuser
    names = set(admin.site._registry[model].get_actions(request))
    assert names == set(ACTIONS) | READING | CHANGING


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_each_role_acts_on_lists_as_on_records(sign_in, model, action):
    state, right, after = ACTIONS[action]
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    found, expected = {}, {}
    for role, rights in rights_on(model).items():
        record = MAKE[model](state=state)
        data = {"action": action, "_selected_action": [record.pk], "comment": "A reason"}
        sign_in(role).post(path, data)
        found[role] = model.objects.get(pk=record.pk).status
        expected[role] = after if right in rights else state
    assert found == expected


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_each_role_sees_the_actions_that_are_its_own(rf, model):
    rights_of = {"delete_selected": "delete"} | dict.fromkeys(READING, "view")
    rights_of |= dict.fromkeys(CHANGING - {"delete_selected"}, "change")
    rights_of |= {action: right for action, (_state, right, _after) in ACTIONS.items()}
    found, expected = {}, {}
    for role, rights in rights_on(model).items():
        request = rf.get("/")
        request.user = make_user(role)
        found[role] = set(admin.site._registry[model].get_actions(request))
        expected[role] = {action for action, right in rights_of.items() if right in rights}
    assert found == expected
