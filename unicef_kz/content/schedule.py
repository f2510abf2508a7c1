from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Min
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

#: ``Schedulable.changed_at`` in the database. SQLite finds nothing greater than NULL.
CHANGED_AT = Greatest("updated_at", Coalesce("publish_at", "updated_at"))


class ScheduledRecords:
    """Part of PageQuerySet."""

    def by_change(self):
        """What changed last comes first."""
        return self.order_by(CHANGED_AT.desc(), "-pk")

    def last_change(self):
        """None where there is no record."""
        return self.order_by().aggregate(at=Max(CHANGED_AT))["at"]

    def to_come(self):
        """The moment at which the next one becomes public by itself, as a row or none."""
        scheduled = self.filter(status="published", publish_at__gt=timezone.now()).order_by()
        return scheduled.values("status").annotate(at=Min("publish_at")).values_list("at")


class Schedulable:
    """Part of Page: published with an hour that is still to come."""

    @property
    def changed_at(self):
        """Becoming public is a change too, at whatever hour it was put on the schedule."""
        return max(self.updated_at, self.publish_at or self.updated_at)

    @property
    def is_scheduled(self) -> bool:
        return self.status == "published" and self.publish_at > timezone.now()

    def state_in_words(self) -> str:
        if self.is_scheduled:
            hour = date_format(timezone.localtime(self.publish_at), "DATETIME_FORMAT")
            return gettext("Scheduled for %s") % hour
        return self.get_status_display()

    def publish_now(self, *, actor, comment=""):
        """A second person was asked for when it was put on the schedule."""
        with self._step("publish", actor, comment, "published", to="published") as step:
            step.needs("publish")
            step.needs_schedule()
            step.needs_no_problem()
            self.publish_at = timezone.now()

    def unschedule(self, *, actor, comment=""):
        """Back to review. It was not public, so its address does not say that it is gone."""
        with self._step("unschedule", actor, comment, "published", to="review") as step:
            step.needs("publish")
            step.needs_schedule()
            self.publish_at = self._last_withdrawn()
            self.close_proposals(actor, comment)

    def _last_withdrawn(self):
        """None for what was never public; its hour otherwise still says that it was."""
        kind = ContentType.objects.get_for_model(self)
        entries = apps.get_model("content", "AuditEntry").objects.filter(
            content_type=kind, object_id=self.pk, action="withdraw"
        )
        return entries.values_list("at", flat=True).first()
