"""What the checks of web addresses found, and what follows from it."""

import datetime

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from .publishing import PageQuerySet, Status

#: The server is there but sends programs, strangers or other countries away: nobody can tell.
REFUSALS = {401, 403, 406, 429, 451, 999}
#: A day, with room for a nightly run that comes to a link a little earlier than the night before.
PATIENCE = datetime.timedelta(hours=20)


def failed(status: int) -> bool:
    return not 0 < status < 300 and status not in REFUSALS


class SourceQuerySet(PageQuerySet):
    def with_links(self):
        """Those with an address that is worth asking: on the web, and not withdrawn."""
        on_the_web = Q(url__istartswith="http://") | Q(url__istartswith="https://")
        return self.filter(on_the_web).exclude(status=Status.WITHDRAWN)

    def with_dead_links(self):
        """One bad answer proves nothing: two, a day apart, and no good one in between."""
        return self.with_links().filter(link_failed_since__lte=F("link_checked_at") - PATIENCE)

    def due(self, days: int):
        """Not checked for so many days, counted by the calendar; a failure is due the next day.

        By the calendar, since a weekly run reaches a link some minutes earlier or later each time.
        """
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        old = Q(link_checked_at__lt=today - datetime.timedelta(days=days - 1))
        doubtful = Q(link_failed_since__isnull=False, link_checked_at__lt=today)
        due = self.with_links().filter(Q(link_checked_at=None) | old | doubtful)
        return due.order_by(F("link_checked_at").asc(nulls_first=True), "pk")

    def note_answer(self, url: str, status: int) -> None:
        """Columns only: a check is no change of content, and the address may be another by now."""
        now = timezone.now()
        self.with_links().filter(url=url).update(
            link_status=status,
            link_checked_at=now,
            link_failed_since=Coalesce("link_failed_since", Value(now)) if failed(status) else None,
        )


class Linked(models.Model):
    """What the checks found about ``url``; only they write it."""

    link_checked_at = models.DateTimeField(_("link checked"), null=True, editable=False)
    link_status = models.PositiveSmallIntegerField(_("answer"), null=True, editable=False)
    link_failed_since = models.DateTimeField(_("link fails since"), null=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values):
        source = super().from_db(db, field_names, values)
        source._loaded_url = source.__dict__.get("url")
        return source

    def save(self, *args, **kwargs):
        """A new address has not been checked."""
        was = getattr(self, "_loaded_url", None)
        if was and was != self.url:
            self.link_checked_at = self.link_status = self.link_failed_since = None
        super().save(*args, **kwargs)
        self._loaded_url = self.url

    @property
    def link_is_dead(self) -> bool:
        """As ``with_dead_links()`` has it, which leaves out what was withdrawn."""
        since = self.link_failed_since
        return since is not None and self.link_checked_at - since >= PATIENCE

    def link_in_words(self) -> str:
        if not self.url:
            return "–"
        if self.link_checked_at is None:
            return pgettext("link", "not checked")
        if self.link_failed_since:
            since = timezone.localtime(self.link_failed_since)
            words = (
                gettext("dead since %(date)s") if self.link_is_dead else gettext("failed %(date)s")
            )
            return words % {"date": formats.date_format(since, "SHORT_DATE_FORMAT")}
        if self.link_status in REFUSALS:
            return pgettext("link", "turns programs away")
        return pgettext("link", "works")

    def link_advice(self) -> str:
        """What a curator can do about it."""
        if self.link_is_dead:
            return gettext("Look for its new address, or for a copy in a web archive.")
        if self.link_failed_since:
            return gettext("That may pass: a check on another day decides.")
        if self.link_status in REFUSALS:
            return gettext("Open it yourself to see whether it works.")
        return ""
