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
#: What hangs on a record is edited with it, by whoever may edit the record.
PARTS = {
    "content": ["citation", "photo"],
    "programmes": ["observation", "participation", "partnername", "regionname"],
    "stories": ["subject"],
}
#: What many public records share is changed by those who publish.
SHARED = {
    "content": ["concept", "correction"],
    "programmes": ["place", "citymembership"],
}
#: What the system keeps about records.
LOGS = {"content": ["auditentry", "translation", "formerslug", "proposal", "reviewlink", "receipt"]}
STORY = ("stories", "story")
#: Only those who protect children see these.
CONSENTS = {"stories": ["consent", "withheldword"]}


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


def named(table: dict) -> list[tuple[str, str]]:
    return [(app, model) for app, models in table.items() for model in models]


def readable() -> Q:
    return rights([*pages(), *named(PARTS), *named(SHARED), *named(LOGS)], "view")


def for_editor() -> Q:
    writing = rights([*pages(), *named(PARTS)], "add", "change", "delete")
    return readable() | writing | rights([("programmes", "place")], "add")


def for_reviewer() -> Q:
    sharing = rights(named(SHARED), "add", "change", "delete")
    erasing = rights([page for page in pages() if page != STORY], "erase")
    return for_editor() | rights(pages(), "publish") | sharing | erasing


def for_lead() -> Q:
    story = rights([STORY, ("stories", "subject")], "change", "publish", "approve", "erase")
    return readable() | story | rights(named(CONSENTS), "view", "add", "change", "delete")


def for_administrator() -> Q:
    accounts = rights([("auth", "user")], "view", "add", "change")
    accounts |= rights([("content", "staffsettings")], "view")
    return readable() | accounts | rights([("auth", "group")], "view")


ROLES = {
    EDITOR: for_editor,
    REVIEWER: for_reviewer,
    LEAD: for_lead,
    ADMINISTRATOR: for_administrator,
}


def permissions_of(role: str):
    return Permission.objects.filter(ROLES[role]())
