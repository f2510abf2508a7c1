"""When the record changed, and whether what was kept of it still says what ``public()`` says."""

import hashlib

from django.apps import apps
from django.db.models import CharField, Max, Value

from unicef_kz.content import version
from unicef_kz.content.kept import COUNTS
from unicef_kz.content.languages import CODES
from unicef_kz.content.publishing import Page
from unicef_kz.content.schedule import CHANGED_AT
from unicef_kz.kinds import KINDS


def state() -> str:
    """Another one after every change of the content, and when time alone changes what is public.

    To be taken before the content is read.
    """
    return digest(f"{version.current()} {version.next_change()}")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def may_be_kept() -> bool:
    """Not what was read inside a transaction that has written content."""
    return version.current() >= 0


def last_change():
    """Of all that is public; None where nothing is."""
    return COUNTS.get("last change", _last_change)


def _last_change():
    models = [model for model in apps.get_models() if issubclass(model, Page)]
    first, *others = (
        model.objects.public().order_by().values("status").annotate(at=Max(CHANGED_AT))
        for model in models
    )
    times = first.values_list("at").union(*(o.values_list("at") for o in others))
    return max((at for (at,) in times), default=None)


def latest_changes() -> list[Page]:
    """The record of each kind that changed last, newest first; of each what a link to it needs.

    In one statement, so that the home page may name every kind.
    """
    return COUNTS.get("latest changes", _latest_changes)


def _latest_changes() -> list[Page]:
    names = ["slug", "updated_at", "publish_at", *(f"title_{code}" for code in CODES)]
    first, *others = (
        kind.model.objects.order_by()
        .filter(pk__in=kind.model.objects.public().by_change().values("pk")[:1])
        .values_list(Value(kind.name, CharField()), *names)
        for kind in KINDS.values()
    )
    found = [
        KINDS[kind].model(**dict(zip(names, values, strict=True)))
        for kind, *values in first.union(*others, all=True)
    ]
    return sorted(found, key=lambda record: record.changed_at, reverse=True)
