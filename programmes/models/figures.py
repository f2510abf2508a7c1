"""Key figures: an indicator and the observations made of it."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.dates import Dated, EDTFField, ends_after_start
from unicef_kz.content.models import Source
from unicef_kz.content.publishing import Page, PageQuerySet, Problem

from ..numbers import number_in_words


class IndicatorQuerySet(PageQuerySet):
    def public(self):
        """Only with a value whose source is public."""
        values = Observation.objects.public().filter(indicator=OuterRef("pk"))
        return super().public().filter(Exists(values))


class Indicator(Page):
    """What is measured. On the site it is called a key figure."""

    needs_citation = True
    parts = ("observations", *Page.parts)

    class Measure(models.TextChoices):
        NUMBER = "number", _("Number")
        PERCENT = "percent", _("Per cent")
        CHANGE = "change", _("Change in per cent")
        TIMES = "times", _("Times")
        YEARS = "years", _("Years")

    class Direction(models.TextChoices):
        RISE = "rise", _("Rising")
        FALL = "fall", _("Falling")
        LEVEL = "level", _("Level")
        NONE = "none", _("Not known")

    class Breakdown(models.TextChoices):
        NOTHING = "", _("nothing")
        AGE = "age", _("age")
        SEX = "sex", _("sex")
        STATUS = "status", _("status or circumstances")
        SEVERAL = "several", _("several of these")

    unit = models.CharField(
        _("unit"),
        max_length=100,
        help_text=_("As after a number; several forms separated by |, such as “city|cities”."),
    )
    measure = models.CharField(_("measure"), max_length=10, choices=Measure)
    direction = models.CharField(
        _("direction"), max_length=5, choices=Direction, default=Direction.NONE
    )
    population = models.CharField(
        _("population"), max_length=250, help_text=_("Of whom or what: “children aged 2–14”.")
    )
    limits = models.TextField(
        _("limits"), blank=True, help_text=_("What the figure does not say, and how sure it is.")
    )
    programme = models.ForeignKey(
        "programmes.Programme",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("programme"),
    )
    reference = models.CharField(
        _("reference"), max_length=100, blank=True, help_text=_("SDG or MICS indicator number.")
    )
    sensitive = models.BooleanField(
        _("sensitive"), default=False, help_text=_("The limits are shown before the number.")
    )
    broken_down_by = models.CharField(
        _("broken down by"),
        max_length=8,
        choices=Breakdown,
        default=Breakdown.NOTHING,
        blank=True,
        help_text=_("What its group is narrowed to, besides the region of a value."),
    )
    featured = models.PositiveSmallIntegerField(
        _("place on the home page"), null=True, blank=True, help_text=_("1 to 6, or empty.")
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta(Page.Meta):
        ordering = ["slug"]
        verbose_name = _("key figure")
        verbose_name_plural = _("key figures")

    def problems(self):
        yield from super().problems()
        if not self.observations.exists():
            yield Problem("observations", gettext("There is no value yet."))
        for value in self.observations.all():
            if value.is_small_count:
                yield Problem(
                    "observations",
                    gettext("A count of people below 5 could identify somebody: %(value)s.")
                    % {"value": value.in_words},
                )
            if value.is_crossed:
                yield Problem(
                    "observations",
                    gettext(
                        "On a sensitive matter a region is not crossed with age, sex or status: "
                        "%(value)s."
                    )
                    % {"value": value.in_words},
                )

    def search_texts(self, language):
        return super().search_texts(language) | {"names": self.reference}

    @property
    def has_unit(self) -> bool:
        """Per cent and times stand in the number itself."""
        return self.measure in (self.Measure.NUMBER, self.Measure.YEARS)

    @property
    def headline(self) -> "Observation | None":
        """The latest value that was reached, else whatever there is."""
        values = sorted(self.observations.all(), key=lambda o: (o.kind == "actual", o.sort_day))
        return values[-1] if values else None


#: ``is_small_count`` and ``is_crossed`` as a condition. A count of 1 to 4 people is suppressed, as
#: statistical offices do; 0 names nobody and stays. What a reader could work out from other values
#: (secondary disclosure) no program knows.
TELLING = Q(indicator__sensitive=True) & (
    Q(indicator__measure="number", value__gt=0, value__lt=5)
    | (Q(region__isnull=False) & ~Q(indicator__broken_down_by=""))
)


class ObservationQuerySet(models.QuerySet):
    def public(self):
        return self.filter(source__in=Source.objects.public()).exclude(TELLING)


class Observation(Dated):
    """One value of an indicator, for one period and place, from one source."""

    identified_by = ("kind", "date", "region", "source", "locator")
    #: The record that it is a row of.
    owner = "indicator"

    class Kind(models.TextChoices):
        BASELINE = "baseline", _("Baseline")
        TARGET = "target", _("Target")
        ACTUAL = "actual", _("Actual")

    class Quality(models.TextChoices):
        OFFICIAL = "official", _("Official statistic")
        ESTIMATE = "estimate", _("Estimate")
        CLAIM = "claim", _("Claim of the source")

    class Qualifier(models.TextChoices):
        EXACT = "", _("exactly")
        OVER = "over", _("more than")
        ALMOST = "almost", _("almost")
        ABOUT = "about", pgettext_lazy("number", "about")
        UP_TO = "up_to", _("up to")
        AT_LEAST = "at_least", _("at least")
        UNDER = "under", _("less than")

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="observations")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.ACTUAL)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=4, null=True, blank=True)
    value_max = models.DecimalField(
        _("upper value"),
        max_digits=16,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("Only for a range such as 10–15."),
    )
    qualifier = models.CharField(
        _("precision"), max_length=8, choices=Qualifier, default=Qualifier.EXACT, blank=True
    )
    text = models.CharField(
        _("in words"),
        max_length=150,
        blank=True,
        help_text=_("Where the source prints words only."),
    )
    date = EDTFField(_("period"))
    period_note = models.CharField(_("note on the period"), max_length=200, blank=True)
    region = models.ForeignKey(
        "programmes.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("region"),
        help_text=_("Empty: the whole country, or as the population says."),
    )
    quality = models.CharField(_("quality"), max_length=8, choices=Quality, default=Quality.CLAIM)
    caveat = models.TextField(_("caveat"), blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="observations", verbose_name=_("source")
    )
    locator = models.CharField(_("place in the source"), max_length=250)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["earliest", "pk"]
        verbose_name = _("value")
        verbose_name_plural = _("values")
        constraints = [
            ends_after_start("observation_ends_after_start"),
            models.CheckConstraint(
                name="observation_has_value",
                condition=Q(value__isnull=False) | Q(text__gt=""),
                violation_error_message=_("Give a value, or say it in words."),
            ),
            models.CheckConstraint(
                name="observation_range_rises",
                condition=Q(value_max=None) | Q(value__lt=models.F("value_max")),
                violation_error_message=_("The upper value must be larger."),
            ),
            models.CheckConstraint(
                name="observation_has_locator",
                condition=~Q(locator=""),
                violation_error_message=_("Say where in the source this stands."),
            ),
        ]

    def __str__(self):
        return f"{self.in_words} ({self.date or self.period_note})"

    @property
    def page(self) -> Indicator:
        return self.indicator

    @property
    def sort_day(self):
        return str(self.latest or self.earliest or "")

    @property
    def in_words(self) -> str:
        """«over 90 %», «10–15 %», «two thirds», in the active language, without the unit."""
        return number_in_words(self)

    @property
    def is_small_count(self) -> bool:
        """UNICEF practice: counts of people below 5 are not published."""
        counts_people = self.indicator.sensitive and self.indicator.measure == "number"
        return counts_people and self.value is not None and 0 < self.value < 5

    @property
    def is_crossed(self) -> bool:
        figure = self.indicator
        return bool(figure.sensitive and figure.broken_down_by and self.region_id)
