from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .about import About, AboutQuerySet
from .dates import Dated, EDTFField, ends_after_start
from .erasing import Receipt as Receipt
from .history import Correction as Correction
from .history import Proposal as Proposal
from .history import Version as Version
from .links import Linked, SourceQuerySet
from .photos import Photo as Photo
from .publishing import Page, Problem, Refused, Status
from .reminders import Reminder as Reminder
from .review_links import ReviewLink as ReviewLink
from .richtext import RichTextField
from .search.index import SearchEntry as SearchEntry
from .staff import StaffSettings as StaffSettings
from .storage import PrivateFileField
from .storage import private_storage as private_storage  # migrations know it by this address


class Source(Dated, Linked, Page):
    """A document, page or article that facts rest on."""

    class Kind(models.TextChoices):
        WEBPAGE = "webpage", _("Web page")
        NEWS = "news", _("News article")
        BROCHURE = "brochure", _("Brochure")
        LAW = "law", pgettext_lazy("kind of source", "Law")
        REPORT = "report", _("Report")
        SURVEY = "survey", pgettext_lazy("kind of source", "Survey")

    class Reliability(models.TextChoices):
        A = "A", _("A: the responsible body itself")
        B = "B", _("B: a known publisher reporting it")
        C = "C", _("C: a copy or an uncertain origin")

    parts = ()
    search_bonus = -0.5

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.WEBPAGE)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="en"
    )
    url = models.URLField(_("web address"), max_length=500, blank=True)
    published = EDTFField(_("published"))
    date_note = models.CharField(
        _("how it is dated"), max_length=300, blank=True, help_text=_("“undated, about 2009”")
    )
    accessed_on = models.DateField(_("last seen on"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    reliability = models.CharField(
        _("reliability"), max_length=1, choices=Reliability, default=Reliability.B
    )
    archived = PrivateFileField(
        _("archived copy"),
        blank=True,
        help_text=_("Kept privately, never shown to visitors."),
    )

    objects = SourceQuerySet.as_manager()

    class Meta(Page.Meta):
        ordering = [models.F("latest").desc(nulls_last=True), "slug"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [*Page.Meta.constraints, ends_after_start("source_ends_after_start")]

    def period(self):
        return self.published, self.published

    def search_texts(self, language):
        texts = super().search_texts(language)
        return texts | {"body": f"{texts['body']} {self.publisher}"}

    def resting_on_it(self):
        """Public records that cite this source, or take a value from it."""
        for relation in self._meta.related_objects:
            for row in getattr(self, relation.get_accessor_name()).all():
                page = getattr(row, "page", None)
                if page and page.status == Status.PUBLISHED:
                    yield page


class Citation(About):
    """Where a source says something about a record, and whether it agrees with the page."""

    class Stance(models.TextChoices):
        SUPPORTS = "supports", _("Supports what the page says")
        DIFFERS = "differs", _("Says it differently")

    #: What tells it from the others of its record in a file that is exchanged.
    identified_by = ("source", "locator")

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="cited", verbose_name=_("source")
    )
    locator = models.CharField(
        _("place in the source"),
        max_length=250,
        help_text=_("Heading, page and line, so that a reader can check it."),
    )
    says = models.TextField(_("what it says"), blank=True)
    stance = models.CharField(_("stance"), max_length=10, choices=Stance, default=Stance.SUPPORTS)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(About.Meta):
        ordering = ["position", "pk"]
        verbose_name = _("citation")
        verbose_name_plural = _("citations")

    def __str__(self):
        return f"{self.source}, {self.locator}"

    @property
    def page(self) -> Page:
        return self.record

    def delete(self, *args, **kwargs):
        """Refused for the last proof of a public record."""
        record = self.record
        if record and record.needs_citation and record.status == Status.PUBLISHED:
            proofs = record.citations.filter(stance=self.Stance.SUPPORTS).exclude(locator="")
            if not proofs.exclude(pk=self.pk).exists():
                text = gettext("“%s” is public and rests on this citation alone.") % record
                raise Refused(Problem("citations", text))
        return super().delete(*args, **kwargs)


class Translation(About):
    """Who stands behind a record's text in one language, and for which source text."""

    class State(models.TextChoices):
        MACHINE = "machine", _("Machine translation")
        REVIEWED = "reviewed", _("Reviewed")

    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.MACHINE)
    source_texts = models.JSONField(
        default=dict,
        editable=False,
        help_text="The original that each field was translated from, by the name of the field.",
    )
    texts = models.JSONField(default=dict, editable=False, help_text="What was made from them.")
    is_stale = models.BooleanField(_("older than the original"), default=False, editable=False)
    is_partial = models.BooleanField(
        default=False, editable=False, help_text="A row of the record has no text in this language."
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta(About.Meta):
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "language"], name="one_state_per_language"
            ),
            models.CheckConstraint(
                name="reviewed_by_somebody",
                condition=~Q(state="reviewed") | Q(reviewed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_language_display()}: {self.get_state_display()}"

    @property
    def is_reviewed(self) -> bool:
        return self.state == self.State.REVIEWED

    def weigh(self, original: dict, texts: dict, written) -> bool:
        """Takes down the texts and what they are made from; whether that changed anything."""
        before = self.pk, self.texts, self.source_texts, self.is_stale, self.is_partial
        then = self.source_texts | {key: original[key] for key in written}
        self.texts = {key: text for key, text in texts.items() if text}
        self.source_texts = {key: then.get(key, "") for key in self.texts}
        self.is_stale = any(text != original[key] for key, text in self.source_texts.items())
        self.is_partial = any("." in key and original[key] and not texts[key] for key in original)
        after = self.pk, self.texts, self.source_texts, self.is_stale, self.is_partial
        return self.pk is None or before != after


class AuditQuerySet(AboutQuerySet):
    def update(self, **kwargs):
        raise TypeError("The audit trail is never changed.")

    def delete(self):
        raise TypeError("The audit trail is never deleted.")

    def redact(self, record) -> None:
        """The one change of the trail: when a record is erased its words go, the steps stay."""
        super(AuditQuerySet, self.about(record)).update(label=str(record)[:250], comment="")


class AuditEntry(models.Model):
    """One step in the life of a record. Written once; it outlives the record."""

    class Action(models.TextChoices):
        SUBMIT = "submit", pgettext_lazy("step", "Submitted")
        RETURN = "return", pgettext_lazy("step", "Returned")
        APPROVE = "approve", pgettext_lazy("step", "Approved")
        PUBLISH = "publish", pgettext_lazy("step", "Published")
        SCHEDULE = "schedule", pgettext_lazy("step", "Put on the schedule")
        UNSCHEDULE = "unschedule", pgettext_lazy("step", "Taken off the schedule")
        EDIT = "edit", pgettext_lazy("step", "Changed in public")
        WITHDRAW = "withdraw", pgettext_lazy("step", "Withdrawn")
        TRANSLATION = "translation", pgettext_lazy("step", "Translation reviewed")
        OBSCURE = "obscure", pgettext_lazy("step", "Picture obscured")
        MASKING = "masking", pgettext_lazy("step", "Masking confirmed")
        DOWNLOAD = "download", pgettext_lazy("step", "Private file downloaded")
        PROPOSE = "propose", pgettext_lazy("step", "Change proposed")
        SEND_BACK = "send_back", pgettext_lazy("step", "Proposal returned")
        ACCEPT = "accept", pgettext_lazy("step", "Proposal approved, changed in public")
        CLOSE = "close", pgettext_lazy("step", "Proposal closed")
        REVERT = "revert", pgettext_lazy("step", "Earlier version brought back")
        DECLINE = "decline", pgettext_lazy("step", "Declined: not to be published")
        CONSENT = "consent", pgettext_lazy("step", "Consent noted or changed")
        ERASE = "erase", pgettext_lazy("step", "Erased for good")
        DELETE = "delete", pgettext_lazy("step", "Draft deleted")
        RECOVER = "recover", pgettext_lazy("step", "Recovered as a draft")
        ADDRESS = "address", pgettext_lazy("step", "Address changed")
        IMPORT = "import", pgettext_lazy("step", "Imported from a file")

    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey()
    label = models.CharField(_("record"), max_length=250)
    action = models.CharField(_("step"), max_length=20, choices=Action)
    status_before = models.CharField(_("before"), max_length=10, choices=Status, blank=True)
    status_after = models.CharField(_("after"), max_length=10, choices=Status, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    comment = models.TextField(_("why"), blank=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]
        default_permissions = ("view",)
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")

    def __str__(self):
        return f"{self.get_action_display()}: {self.label}"

    @classmethod
    def note(cls, record, action, actor, comment="", *, label="", status_before=None) -> None:
        """A record without a workflow has no state."""
        state = getattr(record, "status", "")
        cls.objects.create(
            record=record,
            action=action,
            actor=actor,
            comment=comment,
            status_before=state if status_before is None else status_before,
            status_after=state,
            label=(label or str(record))[:250],
        )

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("The audit trail is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The audit trail is never deleted.")


class FormerSlug(About):
    """An address that a public record used to have; it redirects."""

    slug = models.SlugField(max_length=100)

    class Meta(About.Meta):
        constraints = [
            models.UniqueConstraint(fields=["content_type", "slug"], name="one_former_slug")
        ]
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self):
        return self.slug

    @classmethod
    def remember(cls, page: Page, slug: str) -> None:
        cls.objects.update_or_create(
            content_type=ContentType.objects.get_for_model(page),
            slug=slug,
            defaults={"object_id": page.pk},
        )

    @classmethod
    def target(cls, model: type[Page], slug: str) -> Page | None:
        """The public record that had this address."""
        former = cls.objects.filter(
            content_type=ContentType.objects.get_for_model(model), slug=slug
        )
        return model.objects.public().filter(pk__in=former.values("object_id")).first()


class StandingPage(Page):
    """About, accessibility, privacy …: text of the site that staff edit."""

    body = RichTextField(_("text"))

    class Meta(Page.Meta):
        ordering = ["slug"]
        verbose_name = _("standing page")
        verbose_name_plural = _("standing pages")

    def get_absolute_url(self):
        return reverse("home") if self.slug == "home" else reverse("standing", args=[self.slug])


class Concept(models.Model):
    """An entry of a public classification: SDG, cluster of the Convention, DAC sector."""

    class Scheme(models.TextChoices):
        SDG = "sdg", _("Sustainable Development Goal")
        CRC = "crc", _("Cluster of the Convention on the Rights of the Child")
        DAC = "dac", _("IATI/DAC sector")

    #: What it is called in a file that is exchanged: “sdg 3”.
    code_fields = ("scheme", "code")

    scheme = models.CharField(_("classification"), max_length=3, choices=Scheme)
    code = models.CharField(_("code"), max_length=10)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        ordering = ["scheme", "pk"]
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="one_concept_per_code")
        ]

    def __str__(self):
        return f"{self.scheme.upper()} {self.code} {self.title}"
