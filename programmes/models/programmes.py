from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unicef_kz.content.dates import Dated, EDTFField, ends_after_start
from unicef_kz.content.models import Concept
from unicef_kz.content.publishing import Page
from unicef_kz.content.richtext import RichTextField

from .partners import Partner
from .places import Place, Region, add_regions_of_places, titles


class Cycle(Dated, Page):
    """A period of cooperation with a framework of its own."""

    class Framework(models.TextChoices):
        CPD = "cpd", _("Country programme")
        CPAP = "cpap", _("Country programme action plan")
        MPO = "mpo", _("Master plan of operations")
        REGULAR = "regular", _("Regular programmes")
        JOINT = "joint", _("Joint programme")
        AREAS = "areas", _("List of programme areas")

    framework = models.CharField(_("framework"), max_length=10, choices=Framework)
    start = EDTFField(_("start"))
    end = EDTFField(_("end"))
    signed = EDTFField(_("signed"))

    class Meta(Page.Meta):
        ordering = ["-earliest", "slug"]
        verbose_name = _("programme cycle")
        verbose_name_plural = _("programme cycles")
        constraints = [*Page.Meta.constraints, ends_after_start("cycle_ends_after_start")]

    def period(self):
        return self.start, self.end


class Programme(Dated, Page):
    """What UNICEF does, from a whole area of work down to a pilot."""

    parts = ("participations", *Page.parts)
    search_related = ("places",)
    search_bonus = 0.5

    class Kind(models.TextChoices):
        AREA = "area", _("Area of work")
        PROGRAMME = "programme", _("Programme")
        SUBPROGRAMME = "subprogramme", _("Sub-programme")
        PROJECT = "project", _("Project")
        PILOT = "pilot", _("Pilot")
        INITIATIVE = "initiative", _("Initiative")
        STUDY = "study", _("Study")

    class ActivityStatus(models.TextChoices):
        """IATI codelist ActivityStatus 2.03."""

        PIPELINE = "1", _("Planned")
        IMPLEMENTATION = "2", _("Under way")
        FINALISATION = "3", _("Being completed")
        CLOSED = "4", pgettext_lazy("activity", "Closed")
        CANCELLED = "5", _("Cancelled")
        SUSPENDED = "6", _("Suspended")

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    above = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="within",
        editable=False,
        help_text="Itself and everything it is part of; kept by save().",
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    activity_status = models.CharField(
        _("activity status"),
        max_length=1,
        choices=ActivityStatus,
        default=ActivityStatus.IMPLEMENTATION,
    )
    status_date = EDTFField(
        _("status as of"), help_text=_("When the sources last describe it: 2017, 2017~.")
    )
    cycles = models.ManyToManyField(
        Cycle, blank=True, related_name="programmes", verbose_name=_("programme cycles")
    )
    start = EDTFField(_("actual start"))
    end = EDTFField(_("actual end"))
    planned_start = EDTFField(_("planned start"))
    planned_end = EDTFField(_("planned end"))
    date_note = models.CharField(_("note on the dates"), max_length=300, blank=True)
    challenge = RichTextField(_("the problem"))
    approach = RichTextField(_("the approach"))
    results = RichTextField(_("the results"))
    regions = models.ManyToManyField(
        Region, blank=True, related_name="programmes", verbose_name=_("regions")
    )
    places = models.ManyToManyField(
        Place, blank=True, related_name="programmes", verbose_name=_("places")
    )
    concepts = models.ManyToManyField(
        Concept,
        blank=True,
        related_name="programmes",
        verbose_name=_("classifications"),
        help_text=_("Our own classification: goals, clusters of the Convention, sectors."),
    )
    partners = models.ManyToManyField(
        Partner, through="Participation", related_name="programmes", verbose_name=_("partners")
    )
    iati_identifier = models.CharField(
        _("IATI identifier"),
        max_length=100,
        blank=True,
        help_text=_("As UNICEF publishes it. Never made up here."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(Page.Meta):
        ordering = ["position", "slug"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [*Page.Meta.constraints, ends_after_start("programme_ends_after_start")]

    def period(self):
        return self.start or self.planned_start, self.end or self.planned_end

    def clean(self):
        super().clean()
        above = self.parent
        while above:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("A programme cannot be part of itself.")})
            above = above.parent

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self._keep_above()

    def settle_relations(self):
        """A place says in which region it lies."""
        super().settle_relations()
        add_regions_of_places(self)

    def search_texts(self, language):
        texts = super().search_texts(language)
        places = titles(self.places.all(), language)
        return texts | {"names": self.iati_identifier, "body": f"{texts['body']} {places}"}

    def _keep_above(self) -> None:
        """So that filters and counts find a programme under each of its areas by one join."""
        wanted = {self.pk}
        if self.parent_id:
            wanted |= set(self.parent.above.values_list("pk", flat=True))
        if wanted != set(self.above.values_list("pk", flat=True)):
            self.above.set(wanted)
            for child in self.children.all():
                child._keep_above()

    def trail(self) -> list["Programme"]:
        """The public programmes above this one, outermost first."""
        public = {p.pk: p for p in self.above.public()}
        trail, parent_id = [], self.parent_id
        while parent_id in public:
            trail.insert(0, public[parent_id])
            parent_id = public[parent_id].parent_id
        return trail


class Participation(models.Model):
    """What a partner does in a programme."""

    identified_by = ("partner", "role")

    class Role(models.TextChoices):
        """IATI codelist OrganisationRole 2.03, by name."""

        FUNDING = "funding", _("Funding")
        ACCOUNTABLE = "accountable", _("Accountable")
        EXTENDING = "extending", _("Extending")
        IMPLEMENTING = "implementing", _("Implementing")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="participations")
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="participations", verbose_name=_("partner")
    )
    role = models.CharField(
        _("role"),
        max_length=12,
        choices=Role,
        blank=True,
        help_text=_("Empty where it takes part without one of these roles."),
    )
    name_at_time = models.CharField(_("name at the time"), max_length=250, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("participation")
        verbose_name_plural = _("partners and their roles")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "partner", "role"],
                name="one_role_once",
                violation_error_message=_("This partner already has this role here."),
            )
        ]

    def __str__(self):
        return f"{self.partner} ({self.get_role_display()})"


class Resource(Dated, Page):
    """Something a programme produced or used: a yearbook, a survey, a game, a method."""

    class Kind(models.TextChoices):
        YEARBOOK = "yearbook", _("Yearbook")
        SURVEY = "survey", pgettext_lazy("kind of resource", "Survey")
        STUDY = "study", _("Study")
        GAME = "game", _("Game")
        VIDEO = "video", _("Video")
        HANDBOOK = "handbook", _("Handbook")
        METHOD = "method", _("Method")
        TRAINING = "training", _("Training")
        DOCUMENT = "document", _("Document")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    date = EDTFField(_("date"))
    date_note = models.CharField(_("note on the date"), max_length=300, blank=True)
    url = models.URLField(_("web address"), max_length=500, blank=True)
    programmes = models.ManyToManyField(
        Programme, blank=True, related_name="resources", verbose_name=_("programmes")
    )
    partners = models.ManyToManyField(
        Partner, blank=True, related_name="resources", verbose_name=_("partners")
    )

    class Meta(Page.Meta):
        ordering = [models.F("latest").desc(nulls_last=True), "slug"]
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        constraints = [*Page.Meta.constraints, ends_after_start("resource_ends_after_start")]
