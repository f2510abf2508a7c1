import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .about import About, AboutQuerySet


class ReminderQuerySet(AboutQuerySet):
    def days(self, model) -> dict[int, datetime.date]:
        """Key of a record → the day on which somebody was last reminded of it."""
        kind = ContentType.objects.get_for_model(model)
        return dict(self.filter(content_type=kind).values_list("object_id", "on"))

    def note(self, records) -> None:
        for record in records:
            kind = ContentType.objects.get_for_model(record)
            self.update_or_create(
                content_type=kind, object_id=record.pk, defaults={"on": timezone.localdate()}
            )


class Reminder(About):
    """When those who look after something were last told that it waits; ``remind`` writes it."""

    on = models.DateField(_("reminded on"))

    objects = ReminderQuerySet.as_manager()

    class Meta(About.Meta):
        ordering = ["-on", "-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"], name="one_reminder_per_record"
            )
        ]

    def __str__(self):
        return str(self.on)
