"""What waits for whom: the front page of the admin counts it, and its lists filter by it."""

import datetime
from functools import reduce
from operator import or_

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from .languages import CODES
from .translating import TranslationState, state_in

#: What moves a record on; all else in the audit trail leaves it where it is.
STEPS = ("submit", "return", "publish", "schedule", "unschedule", "withdraw", "recover")
WEEK = datetime.timedelta(days=7)


def kinds() -> list:
    from .publishing import Page

    return [model for model in apps.get_models() if issubclass(model, Page)]


def publishable_by(user) -> list:
    return [model for model in kinds() if may(user, "publish", model)]


def may(user, right: str, model) -> bool:
    return user.has_perm(f"{model._meta.app_label}.{right}_{model._meta.model_name}")


class WorkLists:
    """Part of PageQuerySet."""

    def returned_to(self, user):
        """Drafts whose last step was a return."""
        return self._drafts_of(user).filter(last_step="return")

    def drafts_of(self, user):
        """Without what was returned: that is a list of its own."""
        return self._drafts_of(user).exclude(last_step="return")

    def waiting_for(self, user):
        """In review, and this person may publish it."""
        if not may(user, "publish", self.model):
            return self.none()
        waiting = self.filter(status="review")
        return waiting.exclude(changed_by=user) if settings.TWO_PEOPLE else waiting

    def waiting_for_approval_by(self, user):
        """Where a kind needs the approval of somebody who does not publish it."""
        return self.none()

    def decidable_by(self, user):
        """Those whose proposals this person may decide on, the right to publish granted."""
        return self.all()

    def in_review_for(self, time: datetime.timedelta):
        """For so long or longer; ``in_review_since`` is the hour they came there."""
        since = Subquery(self._steps().values("at")[:1])
        waiting = self.filter(status="review").annotate(in_review_since=since)
        return waiting.filter(in_review_since__lte=timezone.now() - time).order_by(
            "in_review_since", "pk"
        )

    def to_remind(self) -> list:
        """In review for more than a week, and for a week nobody was reminded of it."""
        reminded = apps.get_model("content", "Reminder").objects.days(self.model)
        until = timezone.localdate() - WEEK
        return [r for r in self.in_review_for(WEEK) if reminded.get(r.pk, until) <= until]

    def unproven(self):
        """Published, and yet hidden: no source that is public itself proves them any more."""
        if not self.model.needs_citation:
            return self.none()
        published = self.filter(status="published", publish_at__lte=timezone.now())
        return published.exclude(self.proven())

    def with_stale_texts(self):
        """In any language."""
        states = {f"state_{code}": state_in(self.model, code) for code in CODES}
        stale = (Q(**{name: TranslationState.STALE.value}) for name in states)
        return self.alias(**states).filter(reduce(or_, stale))

    def _drafts_of(self, user):
        last = Coalesce(Subquery(self._steps().values("action")[:1]), Value(""))
        return self.filter(status="draft", changed_by=user).alias(last_step=last)

    def _steps(self):
        """Those of each record, newest first."""
        entries = apps.get_model("content", "AuditEntry").objects.filter(
            content_type=ContentType.objects.get_for_model(self.model),
            object_id=OuterRef("pk"),
            action__in=STEPS,
        )
        return entries.order_by("-pk")
