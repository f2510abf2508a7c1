from collections import Counter

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from programmes.models import (
    Partner,
    Place,
    Programme,
    Region,
    add_regions_of_places,
    titles,
)
from unicef_kz.content.dates import Dated, EDTFField, ends_after_start
from unicef_kz.content.publishing import Page, PageQuerySet
from unicef_kz.content.richtext import RichTextField


class MilestoneQuerySet(PageQuerySet):
    def decades(self) -> list[dict]:
        """``start``, ``n``, ``turning`` (points among them) and ``share`` (0–10 of the fullest) of
        each decade from first to last.

        The undated follow with a ``start`` of None.
        """
        turning = Count("pk", filter=Q(significance=self.model.Significance.TURNING_POINT))
        years = self.order_by().values_list(ExtractYear("earliest"))
        counts, turns = Counter(), Counter()
        for year, number, points in years.annotate(n=Count("pk"), turning=turning):
            decade = year and year // 10 * 10
            counts[decade] += number
            turns[decade] += points
        dated = sorted(decade for decade in counts if decade)
        every = list(range(dated[0], dated[-1] + 1, 10)) if dated else []
        every += [None] if counts[None] else []
        most = max(counts.values(), default=1)
        return [
            {
                "start": decade,
                "n": counts[decade],
                "turning": turns[decade],
                "share": round(10 * counts[decade] / most),
            }
            for decade in every
        ]


class Milestone(Dated, Page):
    """Something that happened, with its date as exact as the sources give it."""

    needs_citation = True
    search_related = ("places",)
    in_cards = ("slug", "title", "kind", "date", "date_note", "significance", "earliest")

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

    objects = MilestoneQuerySet.as_manager()

    class Meta(Page.Meta):
        ordering = [models.F("earliest").asc(nulls_last=True), "date", "slug"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [*Page.Meta.constraints, ends_after_start("milestone_ends_after_start")]

    def settle_relations(self):
        """A place says in which region it lies."""
        super().settle_relations()
        add_regions_of_places(self)

    def search_texts(self, language):
        texts = super().search_texts(language)
        return texts | {"body": f"{texts['body']} {titles(self.places.all(), language)}"}
