import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unicef_kz.content.dates import Dated, EDTFField, ends_after_start
from unicef_kz.content.models import Source
from unicef_kz.content.publishing import Page
from unicef_kz.content.search import index

from .names import DatedName, other_names


class Region(Page):
    """A region or a city of republican significance, as it exists or existed."""

    parts = ("names", *Page.parts)
    search_related = ("names",)
    code_fields = ("iso",)

    class Kind(models.TextChoices):
        REGION = "region", pgettext_lazy("kind of unit", "Region")
        CITY = "city", _("City of republican significance")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.REGION)
    iso = models.CharField(_("ISO 3166-2 code"), max_length=6, unique=True)
    iso_old = models.CharField(_("former ISO code"), max_length=6, blank=True)
    kato = models.CharField(
        _("KATO code"), max_length=9, blank=True, help_text=_("First digits of the state register.")
    )
    capital = models.CharField(_("capital"), max_length=100, blank=True)
    valid_from = models.DateField(_("exists since"), null=True, blank=True)
    valid_to = models.DateField(_("existed until"), null=True, blank=True)
    latitude = models.DecimalField(
        _("latitude of its centre"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(40), MaxValueValidator(56)],
        help_text=_("Degrees north, such as 45.17. Without a centre it is missing on the map."),
    )
    longitude = models.DecimalField(
        _("longitude of its centre"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(46), MaxValueValidator(88)],
        help_text=_(
            "Degrees east, such as 63.72. The middle of the land it has had since it shrank."
        ),
    )
    carved_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="carved_out",
        verbose_name=_("was part of"),
    )
    renamed_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("continues as"),
    )

    continues = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="continued_from",
        editable=False,
        help_text="Itself and the units it continues as; kept by save().",
    )

    class Meta(Page.Meta):
        ordering = ["slug"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            *Page.Meta.constraints,
            models.CheckConstraint(
                name="region_ends_after_start",
                condition=Q(valid_from=None)
                | Q(valid_to=None)
                | Q(valid_from__lte=models.F("valid_to")),
                violation_error_message=_("The end comes before the start."),
            ),
            models.CheckConstraint(
                name="region_has_whole_centre",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("Give both the latitude and the longitude, or neither."),
            ),
        ]

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self._keep_continues()

    def search_texts(self, language):
        codes = f"{self.iso} {self.iso_old} {self.kato}"
        return super().search_texts(language) | {"names": f"{codes} {other_names(self, language)}"}

    def _keep_continues(self) -> None:
        """So that a filter by today's unit finds what stands under its former name."""
        wanted = {self.pk}
        if self.renamed_to_id:
            wanted |= set(self.renamed_to.continues.values_list("pk", flat=True))
        if wanted != set(self.continues.values_list("pk", flat=True)):
            self.continues.set(wanted)
            for predecessor in self.predecessors.all():
                predecessor._keep_continues()

    def exists_on(self, day: datetime.date) -> bool:
        """On the day of a change the new units exist, no longer the old."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)


class RegionName(DatedName):
    region = models.ForeignKey(Region, models.CASCADE, related_name="names")


class PlaceQuerySet(models.QuerySet):
    def public(self):
        """What a public record names, and what that lies in. What only a story names is not among
        them: most stories show no more than the region.
        """
        ties = [r for r in Place._meta.related_objects if r.many_to_many]
        named = Q(membership__in=CityMembership.objects.public())
        for tie in ties:
            named |= Q(**{f"{tie.name}__in": tie.related_model.objects.public()})
        named = Place.objects.filter(named).values("pk")
        around = Q(parts__in=named) | Q(parts__parts__in=named)
        return self.filter(Q(pk__in=named) | around).distinct()


class Place(models.Model):
    """A city, district, village or institution. A fact stays with the region of its time."""

    class Kind(models.TextChoices):
        CITY = "city", _("City")
        DISTRICT = "district", _("District")
        VILLAGE = "village", _("Village")
        INSTITUTION = "institution", _("Institution")

    slug = models.SlugField(_("code"), max_length=100, unique=True)
    title = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="places", verbose_name=_("region at the time")
    )
    current_region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="places_now",
        verbose_name=_("region now"),
        help_text=_("Only where the place has moved to another region since."),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("lies in"),
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self):
        return self.title or self.slug

    @transaction.atomic
    def save(self, *args, **kwargs):
        """Records are found by the names of their places too."""
        super().save(*args, **kwargs)
        for relation in self._meta.related_objects:
            if relation.many_to_many:
                for record in getattr(self, relation.get_accessor_name()).order_by("pk"):
                    index.write(record)


def titles(places, language: str) -> str:
    return " ".join(getattr(place, f"title_{language}") or "" for place in places)


def add_regions_of_places(record) -> None:
    """What happened in a place happened in the region it lay in."""
    record.regions.add(*record.places.values_list("region", flat=True))


class CityMembershipQuerySet(models.QuerySet):
    def public(self):
        return self.filter(source__in=Source.objects.public())


class CityMembership(Dated):
    """A place in the Child Friendly Cities Initiative."""

    #: The record that it is a row of.
    owner = "initiative"

    place = models.OneToOneField(
        Place, models.PROTECT, related_name="membership", verbose_name=_("place")
    )
    initiative = models.ForeignKey(
        "programmes.Programme",
        models.PROTECT,
        related_name="memberships",
        verbose_name=_("initiative"),
    )
    joined = EDTFField(_("joined"))
    recognised_from = EDTFField(_("title held from"))
    recognised_until = EDTFField(_("title held until"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="memberships", verbose_name=_("source")
    )
    locator = models.CharField(_("place in the source"), max_length=250)

    objects = CityMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["place__slug"]
        verbose_name = _("child-friendly city")
        verbose_name_plural = _("child-friendly cities")
        constraints = [
            ends_after_start("title_ends_after_start"),
            models.CheckConstraint(
                name="membership_has_locator",
                condition=~Q(locator=""),
                violation_error_message=_("Say where in the source this stands."),
            ),
        ]

    def __str__(self):
        return str(self.place)

    @property
    def page(self):
        return self.initiative

    def period(self):
        return self.recognised_from, self.recognised_until
