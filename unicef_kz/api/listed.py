"""What is public and has no list of its own on the site, as tables."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from programmes.models import CityMembership, Cycle, Place, Programme, Resource
from unicef_kz.content.models import Concept, Correction, StandingPage
from unicef_kz.content.publishing import Page
from unicef_kz.kinds import KINDS

from .fields import ByLanguage, Reference, Text
from .modelled import Days, OurSerializer, names_only
from .serializers import CityRow, RecordSerializer


class CycleSerializer(Days, RecordSerializer):
    class Meta:
        model = Cycle
        fields = ("slug", "title", "summary", "framework", "start", "end", *Days.DAYS, "signed")
        fields += RecordSerializer.TAIL


class ResourceSerializer(Days, RecordSerializer):
    address = Text(source="url", label=_("Web address"))

    class Meta:
        model = Resource
        fields = ("slug", "title", "summary", "kind", "date", *Days.DAYS, "date_note", "address")
        fields += ("programmes", "partners", *RecordSerializer.TAIL)


class CitySerializer(CityRow):
    initiative = Reference(label=_("Initiative"), allow_null=True)
    prefetches = (lambda: names_only("initiative", Programme),)

    class Meta(CityRow.Meta):
        fields = ("place", "initiative", *CityRow.Meta.fields[1:])


class PlaceSerializer(OurSerializer):
    class Meta:
        model = Place
        fields = ("slug", "title", "kind", "region", "current_region", "parent")


class ConceptSerializer(OurSerializer):
    class Meta:
        model = Concept
        fields = ("scheme", "code", "title")


class StandingPageSerializer(RecordSerializer):
    class Meta:
        model = StandingPage
        fields = (*RecordSerializer.HEAD, "body", *RecordSerializer.TAIL)


class CorrectionSerializer(OurSerializer):
    kind = serializers.SerializerMethodField(
        label=_("Kind of record"), help_text=_("The name of its table.")
    )
    record = Text(source="record.slug", label=_("Record"), help_text=_("Its identifier."))
    title = ByLanguage(
        lambda correction, code: getattr(correction.record, f"title_{code}") or None,
        label=_("Title of the record"),
    )

    class Meta:
        model = Correction
        fields = ("kind", "record", "title", "at", "reason")

    def get_kind(self, correction) -> str:
        return TABLE_OF[type(correction.record)]


@dataclass(frozen=True)
class Listed:
    """``records()`` are the public ones; ``key`` names the columns that tell them apart."""

    name: str
    serializer: type
    records: Callable
    intro: str
    key: tuple[str, ...] = ("slug",)

    @property
    def model(self):
        return self.serializer.Meta.model

    @property
    def title(self) -> str:
        return capfirst(self.model._meta.verbose_name_plural)


LISTED = {
    table.name: table
    for table in (
        Listed(
            "cycles",
            CycleSerializer,
            lambda: Cycle.objects.public().order_by("slug"),
            _("The periods of cooperation that programmes belong to."),
        ),
        Listed(
            "resources",
            ResourceSerializer,
            lambda: Resource.objects.public().order_by("slug"),
            _("What programmes produced or used: yearbooks, surveys, games, methods."),
        ),
        Listed(
            "cities",
            CitySerializer,
            lambda: CityMembership.objects.public(),
            _("The places in the Child Friendly Cities Initiative, and since when."),
            ("place",),
        ),
        Listed(
            "places",
            PlaceSerializer,
            lambda: Place.objects.public(),
            _("The cities, districts, villages and institutions that records name."),
        ),
        Listed(
            "concepts",
            ConceptSerializer,
            lambda: Concept.objects.all(),
            _("The classifications that programmes are ordered by: goals, clusters, sectors."),
            ("scheme", "code"),
        ),
        Listed(
            "pages",
            StandingPageSerializer,
            lambda: StandingPage.objects.public().order_by("slug"),
            _("The texts about this site."),
        ),
        Listed(
            "corrections",
            CorrectionSerializer,
            lambda: Correction.objects.public(),
            _("Mistakes that were public, each with what was wrong and when it was mended."),
            (),
        ),
    )
}
#: model → the name of the table that holds its records
TABLE_OF: dict[type[Page], str] = {found.model: name for name, found in (KINDS | LISTED).items()}
