"""What of each kind of record is public. A field that is not named here is in no file.

Labels, help texts, choices and relations follow from the models. Related records are fetched with
their ``public()``, so that nothing hidden is named by what points at it.
"""

from datetime import UTC

from django.conf import settings
from django.db import models
from django.db.models import Prefetch
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname
from rest_framework import serializers

from programmes.models import (
    Indicator,
    Observation,
    Participation,
    Partner,
    PartnerName,
    Programme,
    Region,
    RegionName,
)
from programmes.views import public_values
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content.dates import EDTFField
from unicef_kz.content.languages import CODES, translated_names
from unicef_kz.content.models import Citation, Source
from unicef_kz.content.publishing import Page
from unicef_kz.content.richtext import RichTextField
from unicef_kz.content.views import page_prefetch

from .descriptions import described
from .fields import (
    ByLanguage,
    Choice,
    Number,
    Reference,
    References,
    RichTexts,
    Text,
    Texts,
    WrittenDate,
)
from .rows import Citations, Names, Participations, Values

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


def address_of(record, code: str) -> str:
    return settings.SITE_URL + record.get_absolute_url()


class OurSerializer(serializers.ModelSerializer):
    """Fields as the models have them: translated, chosen from a list, related by code."""

    def get_fields(self):
        fields = super().get_fields()
        for name, field in fields.items():
            field.help_text = field.help_text or described(self.Meta.model, name)
        return fields

    def build_standard_field(self, name, field):
        said = {"label": capfirst(field.verbose_name), "help_text": field.help_text}
        if name in translated_names(self.Meta.model):
            return RichTexts if isinstance(field, RichTextField) else Texts, said
        if field.choices:
            return Choice, said | {"choices": field.flatchoices}
        if isinstance(field, models.DecimalField):
            return Number, said
        if isinstance(field, models.CharField | models.TextField):
            return WrittenDate if isinstance(field, EDTFField) else Text, said
        return super().build_standard_field(name, field)

    def build_relational_field(self, name, relation):
        model, field = relation.related_model, relation.model_field
        said = {"label": capfirst(field.verbose_name), "help_text": field.help_text}
        if relation.to_many:
            return References, said | {"child": Reference(codes_of(model))}
        return Reference, said | {"codes": codes_of(model), "allow_null": field.null}


def codes_of(model) -> tuple[str, ...]:
    codes = getattr(model, "code_fields", ("slug",))
    return codes if "slug" in codes or not issubclass(model, Page) else (*codes, "slug")


def names_only(name: str, model) -> Prefetch:
    """Those that are public, with no more of them than a reference says."""
    rows = model.objects.public() if issubclass(model, Page) else model.objects.all()
    titles = [build_localized_fieldname("title", code) for code in CODES]
    return Prefetch(name, rows.only(*codes_of(model), *titles))


class Days(serializers.Serializer):
    """Fields to inherit: what a date as written can mean."""

    earliest = serializers.DateField(
        label=_("First possible day"),
        help_text=_("What the date as written can mean at the earliest; for sorting."),
        allow_null=True,
    )
    latest = serializers.DateField(
        label=_("Last possible day"),
        help_text=_("What it can mean at the latest; empty for an open end."),
        allow_null=True,
    )
    DAYS = ("earliest", "latest")


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


class PartnerNameSerializer(OurSerializer):
    class Meta:
        model = PartnerName
        fields = ("name", "used_from", "used_to")
        list_serializer_class = Names


class RegionNameSerializer(PartnerNameSerializer):
    class Meta(PartnerNameSerializer.Meta):
        model = RegionName


class RecordSerializer(OurSerializer):
    """What every kind has. ``prefetches`` are those that its fields do not show by themselves."""

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
    prefetches = ()

    def get_licence(self, record) -> str:
        return LICENCE["name"]

    @classmethod
    def related(cls):
        model = cls.Meta.model
        for name in cls.Meta.fields:
            field = model._meta.get_field(name) if name not in cls._declared_fields else None
            if field is not None and field.is_relation:
                yield names_only(name, field.related_model)
        yield from (prefetch() for prefetch in cls.prefetches)
        yield from page_prefetch()


def public_roles() -> Prefetch:
    roles = Participation.objects.filter(partner__in=Partner.objects.public())
    return Prefetch("participations", roles.select_related("partner"))


class ProgrammeSerializer(Days, RecordSerializer):
    participations = ParticipationSerializer(many=True, label=_("Partners and their roles"))
    prefetches = (public_roles,)

    class Meta:
        model = Programme
        fields = (
            *RecordSerializer.HEAD,
            *("kind", "parent", "activity_status", "status_date", "start", "end"),
            *("planned_start", "planned_end", *Days.DAYS, "date_note"),
            *("challenge", "approach", "results", "cycles", "regions", "places", "concepts"),
            *("participations", "iati_identifier"),
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
