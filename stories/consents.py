import datetime
from functools import partial

from django.db import models, transaction
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.models import Photo, Reminder
from unicef_kz.content.storage import PrivateFileField, private_storage
from unicef_kz.content.version import start_of

#: Days before its end on which the safeguarding leads are told.
REMIND = (60, 14, 1)


class ConsentQuerySet(models.QuerySet):
    def live(self, medium="text"):
        """Granted, explained, for the medium on the web, not expired, not withdrawn.

        Ends inclusive.
        """
        today = timezone.localdate()
        return self.filter(
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=today),
            guardian_agreed_on__lte=today,
            child_agreed_on__lte=today,
            expires_on__gte=today,
            explained=True,
            channel_web=True,
            **{f"medium_{medium}": True},
        )

    def next_change(self) -> datetime.datetime | None:
        """The midnight at which a day of ``live()`` begins or a last one has ended."""
        today = timezone.localdate()
        begin = {
            name: Min(name, filter=Q(**{f"{name}__gt": today}))
            for name in ("guardian_agreed_on", "child_agreed_on", "withdrawn_on")
        }
        last = Min("expires_on", filter=Q(expires_on__gte=today, expires_on__lt=datetime.date.max))
        days = self.aggregate(last=last, **begin)
        if days["last"]:
            days["last"] += datetime.timedelta(days=1)
        return min(map(start_of, filter(None, days.values())), default=None)

    def expiring(self, days: int = 60):
        """Within so many days, while its story may still be shown and it was not withdrawn."""
        today = timezone.localdate()
        return self.filter(
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=today),
            expires_on__range=(today, today + datetime.timedelta(days=days)),
        ).exclude(subject__story__status="withdrawn")

    def to_remind(self) -> list:
        """Those that have reached one of the days of ``REMIND`` since the last reminder."""
        reminded = Reminder.objects.days(self.model)
        soon = self.expiring(REMIND[0]).select_related("subject__story").order_by("expires_on")
        return [consent for consent in soon if consent.is_due(reminded.get(consent.pk))]

    def forget_words(self):
        self.update(**dict.fromkeys(Consent.WORDS, ""))

    def delete_with_evidence(self):
        """The signed forms go once the rows are gone for sure."""
        for name in self.exclude(evidence="").values_list("evidence", flat=True):
            transaction.on_commit(partial(private_storage().delete, name))
        self.delete()


def in_two_years() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=730)


class Consent(models.Model):
    """What a child and its guardian agreed to. Real names stand in the evidence file alone."""

    subject = models.ForeignKey(
        "stories.Subject", models.PROTECT, related_name="consents", verbose_name=_("person")
    )
    photos = models.ManyToManyField(
        Photo,
        blank=True,
        related_name="consents",
        verbose_name=_("pictures it allows"),
        help_text=_("Pictures of the same story in which a child can be recognised."),
    )
    guardian_agreed_on = models.DateField(_("guardian agreed on"), null=True, blank=True)
    child_agreed_on = models.DateField(_("child agreed on"), null=True, blank=True)
    explained = models.BooleanField(_("purpose and worldwide reach were explained"), default=False)
    explained_in = models.CharField(_("language of the explanation"), max_length=50, blank=True)
    present = models.CharField(_("who was present, by role"), max_length=200, blank=True)
    channel_web = models.BooleanField(_("web"), default=False)
    channel_print = models.BooleanField(_("print"), default=False)
    channel_social = models.BooleanField(_("social media"), default=False)
    medium_text = models.BooleanField(_("text"), default=False)
    medium_photo = models.BooleanField(_("photo"), default=False)
    medium_video = models.BooleanField(_("video"), default=False)
    language_en = models.BooleanField(_("in English"), default=False)
    language_kk = models.BooleanField(_("in Kazakh"), default=False)
    language_ru = models.BooleanField(_("in Russian"), default=False)
    covers_hiv = models.BooleanField(_("names HIV status explicitly"), default=False)
    expires_on = models.DateField(_("valid until"), default=in_two_years)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    how_to_withdraw = models.CharField(_("how to withdraw"), max_length=250, blank=True)
    evidence = PrivateFileField(
        _("signed form"),
        blank=True,
        help_text=_("Kept privately. Only the safeguarding lead may open it."),
    )
    reason_without_form = models.CharField(
        _("why there is no written form"), max_length=250, blank=True
    )

    #: What may tell of a person.
    WORDS = ("explained_in", "present", "how_to_withdraw", "reason_without_form")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-expires_on"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")

    def __str__(self):
        return f"{self.subject} → {self.expires_on}"

    def is_due(self, reminded_on: datetime.date | None) -> bool:
        today = timezone.localdate()
        marks = [self.expires_on - datetime.timedelta(days=days) for days in REMIND]
        reached = max(mark for mark in marks if mark <= today)
        return reminded_on is None or reminded_on < reached
