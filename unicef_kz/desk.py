"""The front page of the admin: what needs this person, each a count that leads to its list."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, IntegerField, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from stories.consents import REMIND
from stories.models import Consent, Story
from unicef_kz.content.models import AuditEntry, Proposal, Source, Translation
from unicef_kz.content.notices import record_path
from unicef_kz.content.worklists import kinds, may


def facts() -> list:
    return [model for model in kinds() if model.needs_citation]


def kinds_with_stale_texts() -> list:
    """The others are not asked: it takes longer to write the question than to answer it."""
    stale = Translation.objects.filter(is_stale=True)
    found = set(stale.values_list("content_type", flat=True))
    return [model for model in kinds() if ContentType.objects.get_for_model(model).pk in found]


@dataclass(frozen=True)
class Line:
    """``find`` narrows the rows of each model to those that its list shows with ``query``."""

    label: str
    models: Callable[[], list]
    right: str
    query: str
    find: Callable

    def link(self, model) -> str:
        if self.query == STALE:
            board = reverse("admin:content_translation_changelist")
            return f"{board}?kind={model._meta.model_name}&{STALE}"
        meta = model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist") + f"?{self.query}"


STALE = "state=stale"
#: In the order in which they press.
LINES = [
    Line(_("Returned to you"), kinds, "change", "mine=returned", lambda q, u: q.returned_to(u)),
    Line(
        _("Your proposed changes, returned to you"),
        lambda: [Proposal],
        "view",
        "mine=returned",
        lambda q, u: q.returned_to(u),
    ),
    Line(
        _("About children, for your approval"),
        lambda: [Story],
        "approve",
        "waiting=approval",
        lambda q, u: q.waiting_for_approval_by(u),
    ),
    Line(_("For your review"), kinds, "publish", "waiting=review", lambda q, u: q.waiting_for(u)),
    Line(
        _("Proposed changes for you to decide on"),
        lambda: [Proposal],
        "view",
        "mine=decide",
        lambda q, u: q.to_decide_by(u),
    ),
    Line(
        _("Consents that end within 60 days"),
        lambda: [Consent],
        "view",
        f"ends={REMIND[0]}",
        lambda q, u: q.expiring(REMIND[0]),
    ),
    Line(
        _("Published, but hidden: no public source proves them"),
        facts,
        "change",
        "missing=proof",
        lambda q, u: q.unproven(),
    ),
    Line(
        _("Their web address no longer answers"),
        lambda: [Source],
        "change",
        "link=dead",
        lambda q, u: q.with_dead_links(),
    ),
    Line(
        _("Translations older than their original"),
        kinds_with_stale_texts,
        "change",
        STALE,
        lambda q, u: q.with_stale_texts(),
    ),
    Line(_("Your drafts"), kinds, "change", "mine=draft", lambda q, u: q.drafts_of(u)),
]


@dataclass(frozen=True)
class Need:
    label: str
    total: int
    links: list[tuple[str, int, str]]  # kind, count, address of the list


def needs_of(user) -> list[Need]:
    """All counts in one statement, however many kinds there are."""
    asked = {
        (number, model._meta.model_name): (line, model)
        for number, line in enumerate(LINES)
        for model in line.models()
        if may(user, line.right, model)
    }
    counts = count(
        user, {key: line.find(model.objects, user) for key, (line, model) in asked.items()}
    )
    needs = []
    for number, line in enumerate(LINES):
        links = [
            (capfirst(model._meta.verbose_name_plural), counts[key], line.link(model))
            for key, (_line, model) in asked.items()
            if key[0] == number and counts[key]
        ]
        if links:
            needs.append(Need(line.label, sum(n for _kind, n, _url in links), links))
    return needs


class HowMany(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def count(user, querysets: dict) -> dict:
    """How many rows stand behind each key: one row with a column for each."""
    columns = {
        f"column_{i}": HowMany(q.order_by().values("pk")) for i, q in enumerate(querysets.values())
    }
    row = User.objects.filter(pk=user.pk).values(**columns).get() if columns else {}
    return dict(zip(querysets, row.values(), strict=True))


def activity_of(user) -> list[dict]:
    """The last steps with records that this person changed last or took a step with."""
    theirs = AuditEntry.objects.filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), actor=user
    )
    concerned = Exists(theirs)
    for model in kinds():
        changed = model.objects.filter(changed_by=user).values("pk")
        kind = ContentType.objects.get_for_model(model)
        concerned |= Q(content_type=kind, object_id__in=changed)
    entries = AuditEntry.objects.filter(concerned).select_related("actor", "content_type")[:10]
    return [{"entry": entry, "url": address(user, entry)} for entry in entries]


def address(user, entry) -> str:
    """ "" for what is gone, and for what this person may not see."""
    model = entry.content_type.model_class()
    if model is None or entry.action == AuditEntry.Action.DELETE or not may(user, "view", model):
        return ""
    return record_path(model, entry.object_id)
