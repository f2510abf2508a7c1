"""What of each kind of record is public. A field that is not named here is in no file.

Labels, help texts, choices and relations follow from the models. Related records are fetched with
their ``public()``, so that nothing hidden is named by what points at it.
"""

from datetime import UTC

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from programmes.models import (
    CityMembership,
    Cycle,
    Indicator,
    Observation,
    Participation,
    Partner,
    PartnerName,
    Programme,
    Region,
    RegionName,
    Resource,
)
from programmes.views import public_values
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content.models import Citation, Source
from unicef_kz.content.views import page_prefetch

from .fields import (
    ByLanguage,
    Reference,
    References,
    Text,
)
from .modelled import Days, OurSerializer
from .rows import Citations, Cities, Names, Participations, Resources, Values


def address_of(record, code: str) -> str:
    return settings.SITE_URL + record.get_absolute_url()


class ValueSerializer(Days, OurSerializer):
    region = Reference(("iso", "slug"), label=_("Region"), allow_null=True)
    source = Reference(label=_("Source"))

    class Meta:
        model = Observation
        fields = (
            "kind",
            "value",
            "value_max",
            "qualifier",
            "text",
            "date",
            *Days.DAYS,
            "period_note",
        )
        fields += ("region", "quality", "caveat", "source", "locator")
        list_serializer_class = Values


class CitationSerializer(OurSerializer):
    source = Reference(label=_("Source"))

    class Meta:
        model = Citation
        fields = ("source", "locator", "stance", "says")
        list_serializer_class = Citations


class ParticipationSerializer(OurSerializer):
    partner = Reference(label=_("Partner"))

    class Meta:
        model = Participation
        fields = ("partner", "role", "name_at_time")
        list_serializer_class = Participations


class CityRow(Days, OurSerializer):
    class Meta:
        model = CityMembership
        fields = ("place", "joined", "recognised_from", "recognised_until", *Days.DAYS)
        fields += ("note", "source", "locator")
        list_serializer_class = Cities


class ResourceRow(OurSerializer):
    address = Text(source="url", label=_("Web address"))

    class Meta:
        model = Resource
        fields = ("slug", "title", "kind", "date", "address")
        list_serializer_class = Resources


class PartnerNameSerializer(OurSerializer):
    class Meta:
        model = PartnerName
        fields = ("name", "used_from", "used_to")
        list_serializer_class = Names


class RegionNameSerializer(PartnerNameSerializer):
    class Meta(PartnerNameSerializer.Meta):
        model = RegionName


class RecordSerializer(OurSerializer):
    """What every kind has."""

    slug = serializers.CharField(
        label=_("Identifier"),
        help_text=_("Names the record in every language; a former one redirects to it."),
    )
    url = ByLanguage(
        address_of, label=_("Web address"), help_text=_("The page of the record, by language.")
    )
    citations = CitationSerializer(
        many=True,
        label=_("Citations"),
        help_text=_("Where a source says it, and whether it agrees with the page."),
    )
    translations = ByLanguage(
        lambda record, code: record.translation_state(code),
        label=_("State of each language"),
        help_text=_(
            "source: written in it; reviewed: checked by a person; machine: not checked; stale: "
            "older than the original; missing: not complete."
        ),
    )
    updated_at = serializers.DateTimeField(
        source="changed_at",
        label=_("Last changed"),
        format="%Y-%m-%dT%H:%M:%SZ",
        default_timezone=UTC,
    )
    licence = serializers.SerializerMethodField(
        label=_("Licence"), help_text=_("Of our words. The documents cited keep their own.")
    )

    HEAD = ("slug", "url", "title", "summary")
    TAIL = ("differences", "citations", "source_language", "translations", "updated_at", "licence")

    def get_licence(self, record) -> str:
        return settings.LICENCE["name"]

    @classmethod
    def related(cls):
        yield from super().related()
        yield from page_prefetch()


def public_roles() -> Prefetch:
    roles = Participation.objects.filter(partner__in=Partner.objects.public())
    return Prefetch("participations", roles.select_related("partner"))


def public_cities() -> Prefetch:
    return Prefetch(
        "memberships", CityMembership.objects.public().select_related("place", "source")
    )


class ProgrammeSerializer(Days, RecordSerializer):
    participations = ParticipationSerializer(many=True, label=_("Partners and their roles"))
    cycles = References(
        child=Reference(("slug", "start", "end")),
        label=_("Programme cycles"),
        help_text=_("Each with its start and end in JSON."),
    )
    resources = ResourceRow(many=True, label=_("resources"))
    cities = CityRow(many=True, source="memberships", label=_("Child-friendly cities"))
    prefetches = (
        public_roles,
        public_cities,
        lambda: Prefetch("cycles", Cycle.objects.public()),
        lambda: Prefetch("resources", Resource.objects.public()),
    )

    class Meta:
        model = Programme
        fields = (
            *RecordSerializer.HEAD,
            *("kind", "parent", "activity_status", "status_date", "start", "end"),
            *("planned_start", "planned_end", *Days.DAYS, "date_note"),
            *("challenge", "approach", "results", "cycles", "regions", "places", "concepts"),
            *("participations", "resources", "cities", "iati_identifier"),
            *RecordSerializer.TAIL,
        )


class PartnerSerializer(RecordSerializer):
    website = Text(source="url", label=_("Website"))
    names = PartnerNameSerializer(many=True, label=_("Other names"))
    prefetches = (lambda: Prefetch("names"),)

    class Meta:
        model = Partner
        fields = (
            *(*RecordSerializer.HEAD, "acronym", "kind", "website", "names"),
            *RecordSerializer.TAIL,
        )


class RegionSerializer(RecordSerializer):
    names = RegionNameSerializer(many=True, label=_("Other names"))
    prefetches = (lambda: Prefetch("names"),)

    class Meta:
        model = Region
        fields = (
            *RecordSerializer.HEAD,
            *("iso", "iso_old", "kato", "kind", "capital", "valid_from", "valid_to"),
            *("carved_from", "renamed_to", "names"),
            *RecordSerializer.TAIL,
        )


class FigureSerializer(RecordSerializer):
    observations = ValueSerializer(
        many=True,
        label=_("Values"),
        help_text=_("In a table: the latest one, and how many there are."),
    )
    prefetches = (public_values,)

    class Meta:
        model = Indicator
        fields = (
            *RecordSerializer.HEAD,
            *("measure", "unit", "population", "direction", "observations", "limits"),
            *("programme", "reference"),
            *RecordSerializer.TAIL,
        )


class MilestoneSerializer(Days, RecordSerializer):
    class Meta:
        model = Milestone
        fields = (
            *(*RecordSerializer.HEAD, "date", *Days.DAYS, "date_note", "kind"),
            *("significance", "body", "programmes", "partners", "regions", "places"),
            *RecordSerializer.TAIL,
        )


def names_note(story, code: str) -> str | None:
    return story.names_note or None


class StorySerializer(Days, RecordSerializer):
    """Nothing of the people in it but the note on their names; no place that its page hides."""

    place = Reference(
        source="public_place",
        label=_("Place"),
        help_text=_("Only where the page names more than the region."),
        allow_null=True,
    )
    names_note = ByLanguage(names_note, label=_("On names"))
    prefetches = (lambda: Prefetch("subjects"), lambda: Prefetch("photos"), lambda: "place")

    class Meta:
        model = Story
        fields = (
            *(*RecordSerializer.HEAD, "kind", "date", *Days.DAYS, "date_note"),
            *("standfirst", "body", "pull_quote", "names_note", "place", "regions"),
            *("programmes", "partners", "figures"),
            *RecordSerializer.TAIL,
        )


class SourceSerializer(Days, RecordSerializer):
    address = Text(source="url", label=_("Address of the document"))
    own_licence = Text(source="licence", label=_("Licence of the document"))

    class Meta:
        model = Source
        fields = (
            *(*RecordSerializer.HEAD, "kind", "publisher", "language", "address", "published"),
            *(*Days.DAYS, "date_note", "accessed_on", "own_licence", "reliability"),
            *("source_language", "translations", "updated_at", "licence"),
        )


SERIALIZERS = {
    "programmes": ProgrammeSerializer,
    "partners": PartnerSerializer,
    "regions": RegionSerializer,
    "figures": FigureSerializer,
    "milestones": MilestoneSerializer,
    "stories": StorySerializer,
    "sources": SourceSerializer,
}
