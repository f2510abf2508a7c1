from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models import Partner, Place, Programme, Region
from unicef_kz.content.dates import Dated, EDTFField, ends_after_start
from unicef_kz.content.publishing import Page
from unicef_kz.content.richtext import RichTextField


class Milestone(Dated, Page):
    """Something that happened, with its date as exact as the sources give it."""

    needs_citation = True

    class Kind(models.TextChoices):
        TREATY = "treaty", _("Treaty")
        AGREEMENT = "agreement", _("Agreement")
        LEGISLATION = "legislation", _("Legislation")
        INSTITUTION = "institution", _("Institution")
        PROGRAMME = "programme", _("Programme")
        STUDY = "study", _("Study")
        PUBLICATION = "publication", _("Publication")
        VISIT = "visit", _("Visit")
        RECOGNITION = "recognition", _("Recognition")
        EVENT = "event", _("Event")

    class Significance(models.IntegerChoices):
        MINOR = 1, _("A step")
        NOTABLE = 2, _("A notable step")
        TURNING_POINT = 3, _("A turning point")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    date = EDTFField(_("date"))
    date_note = models.CharField(
        _("note on the date"), max_length=300, blank=True, help_text=_("“after February 1992”")
    )
    significance = models.PositiveSmallIntegerField(
        _("significance"), choices=Significance, default=Significance.NOTABLE
    )
    body = RichTextField(_("what changed and why it matters"))
    programmes = models.ManyToManyField(
        Programme, blank=True, related_name="milestones", verbose_name=_("programmes")
    )
    partners = models.ManyToManyField(
        Partner, blank=True, related_name="milestones", verbose_name=_("partners")
    )
    regions = models.ManyToManyField(
        Region, blank=True, related_name="milestones", verbose_name=_("regions")
    )
    places = models.ManyToManyField(
        Place, blank=True, related_name="milestones", verbose_name=_("places")
    )

    class Meta(Page.Meta):
        ordering = [models.F("earliest").asc(nulls_last=True), "date", "slug"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [*Page.Meta.constraints, ends_after_start("milestone_ends_after_start")]

    @property
    def decade(self) -> int | None:
        return self.earliest and self.earliest.year // 10 * 10
