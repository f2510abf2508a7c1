"""Who may do what. The groups are made from this table by ``manage.py roles``."""

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db.models import Q

from unicef_kz.content.publishing import Page

EDITOR, REVIEWER, LEAD, ADMINISTRATOR = (
    "Editor",
    "Reviewer",
    "Safeguarding lead",
    "Administrator",
)
#: What hangs on a record is edited with it, by whoever edits records.
PARTS = {
    "content": ["citation", "photo", "concept", "translation"],
    "programmes": [
        "observation",
        "participation",
        "partnername",
        "regionname",
        "place",
        "citymembership",
    ],
    "stories": ["subject"],
}
#: Only those who protect children see these.
CONSENTS = ["consent", "withheldword"]


def pages() -> list[tuple[str, str]]:
    return [
        (model._meta.app_label, model._meta.model_name)
        for model in apps.get_models()
        if issubclass(model, Page)
    ]


def rights(models, *actions) -> Q:
    query = Q(pk=None)
    for app, model in models:
        for action in actions:
            query |= Q(content_type__app_label=app, codename=f"{action}_{model}")
    return query


def parts() -> list[tuple[str, str]]:
    return [(app, model) for app, models in PARTS.items() for model in models]


def consents() -> list[tuple[str, str]]:
    return [("stories", model) for model in CONSENTS]


def for_editor() -> Q:
    audit = rights([("content", "auditentry")], "view")
    return audit | rights([*pages(), *parts()], "view", "add", "change", "delete")


def for_reviewer() -> Q:
    return for_editor() | rights(pages(), "publish")


def for_lead() -> Q:
    everything = rights([*pages(), *parts(), ("content", "auditentry")], "view")
    stories = rights([("stories", "story"), ("stories", "subject")], "change", "publish", "approve")
    return everything | stories | rights(consents(), "view", "add", "change", "delete")


def for_administrator() -> Q:
    accounts = rights([("auth", "user")], "view", "add", "change")
    return accounts | rights(
        [("auth", "group"), *pages(), *parts(), ("content", "auditentry")], "view"
    )


ROLES = {
    EDITOR: for_editor,
    REVIEWER: for_reviewer,
    LEAD: for_lead,
    ADMINISTRATOR: for_administrator,
}


def permissions_of(role: str):
    return Permission.objects.filter(ROLES[role]())
