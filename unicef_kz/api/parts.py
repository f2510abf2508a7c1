"""Rows that hang on records, as tables of their own."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .fields import Text, Texts
from .listed import LISTED
from .serializers import (
    SERIALIZERS,
    CitationSerializer,
    ParticipationSerializer,
    PartnerNameSerializer,
    RegionNameSerializer,
    ValueSerializer,
)


class ObservationRow(ValueSerializer):
    figure = Text(label=_("Key figure"), help_text=_("Its identifier."))
    title = Texts(label=_("What was measured"))
    unit = Texts(label=_("Unit"))

    class Meta(ValueSerializer.Meta):
        fields = ("figure", "title", *ValueSerializer.Meta.fields)
        fields = (*fields[: fields.index("text")], "unit", *fields[fields.index("text") :])


class ParticipationRow(ParticipationSerializer):
    programme = Text(label=_("Programme"), help_text=_("Its identifier."))

    class Meta(ParticipationSerializer.Meta):
        fields = ("programme", *ParticipationSerializer.Meta.fields)


class CitationRow(CitationSerializer):
    kind = Text(label=_("Kind of record"), help_text=_("The name of its table."))
    record = Text(label=_("Record"), help_text=_("Its identifier."))

    class Meta(CitationSerializer.Meta):
        fields = ("kind", "record", *CitationSerializer.Meta.fields)


class PartnerNameRow(PartnerNameSerializer):
    partner = Text(label=_("Partner"), help_text=_("Its identifier."))

    class Meta(PartnerNameSerializer.Meta):
        fields = ("partner", *PartnerNameSerializer.Meta.fields)


class RegionNameRow(RegionNameSerializer):
    region = Text(label=_("Region"), help_text=_("Its ISO 3166-2 code."))

    class Meta(RegionNameSerializer.Meta):
        fields = ("region", *RegionNameSerializer.Meta.fields)


@dataclass(frozen=True)
class Part:
    """The rows in ``field`` of the documents of ``kinds``. Each also says what ``of`` takes of its
    record: column → field of the document.
    """

    name: str
    field: str
    kinds: tuple[str, ...]
    of: dict[str, str]
    serializer: type
    title: str
    intro: str

    def rows(self, kind: str, document: dict) -> Iterator[dict]:
        said = {"kind": kind} if len(self.kinds) > 1 else {}
        said |= {column: document[field] for column, field in self.of.items()}
        for row in document.get(self.field, ()):
            yield said | row


ALL = SERIALIZERS | {name: listed.serializer for name, listed in LISTED.items()}
CITED = tuple(name for name, serializer in ALL.items() if "citations" in serializer.Meta.fields)

PARTS = {
    part.name: part
    for part in (
        Part(
            "observations",
            "observations",
            ("figures",),
            {"figure": "slug", "title": "title", "unit": "unit"},
            ObservationRow,
            _("Values of the key figures"),
            _("One row for each value: its period, region, quality and source."),
        ),
        Part(
            "participations",
            "participations",
            ("programmes",),
            {"programme": "slug"},
            ParticipationRow,
            _("Partners and their roles"),
            _("One row for each partner of a programme."),
        ),
        Part(
            "citations",
            "citations",
            CITED,
            {"record": "slug"},
            CitationRow,
            _("Citations"),
            _("One row for each place in a source that a record rests on."),
        ),
        Part(
            "partner_names",
            "names",
            ("partners",),
            {"partner": "slug"},
            PartnerNameRow,
            _("Other names of partners"),
            _("One row for each name that a partner has or had besides its title."),
        ),
        Part(
            "region_names",
            "names",
            ("regions",),
            {"region": "iso"},
            RegionNameRow,
            _("Other names of regions"),
            _("One row for each name that a region has or had besides its title."),
        ),
    )
}
#: kind → the part that a file of one of its records holds, where the record itself is one row only.
FILE_OF_ONE = {"figures": PARTS["observations"]}
