"""The tables that the record is published in, and the dictionary of their fields."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from unicef_kz.api.fields import (
    Choice,
    Column,
    Number,
    Reference,
    References,
    Texts,
    WrittenDate,
    label_of,
)
from unicef_kz.api.reading import CHUNK, documents
from unicef_kz.api.rows import Rows
from unicef_kz.api.serializers import (
    SERIALIZERS,
    CitationSerializer,
    ParticipationSerializer,
    ValueSerializer,
)
from unicef_kz.api.tables import Table
from unicef_kz.content.languages import CODES
from unicef_kz.kinds import KINDS


@dataclass(frozen=True)
class Part:
    """Rows that hang on records, as a table that names the record in ``owner``."""

    name: str
    field: str
    kinds: tuple[str, ...]
    owner: str
    serializer: type
    title: str
    intro: str

    @property
    def head(self) -> list[Column]:
        kind = [Column("kind")] if len(self.kinds) > 1 else []
        return [*kind, Column(self.owner)]

    def rows(self, kind: str, document: dict, table: Table) -> Iterator[list]:
        head = [kind, document["slug"]] if len(self.kinds) > 1 else [document["slug"]]
        for row in document.get(self.field, ()):
            yield [*head, *table.cells(row)]


PARTS = [
    Part(
        "observations",
        "observations",
        ("figures",),
        "figure",
        ValueSerializer,
        _("Values of the key figures"),
        _("One row for each value: its period, region, quality and source."),
    ),
    Part(
        "participations",
        "participations",
        ("programmes",),
        "programme",
        ParticipationSerializer,
        _("Partners and their roles"),
        _("One row for each partner of a programme."),
    ),
    Part(
        "citations",
        "citations",
        tuple(name for name in KINDS if name != "sources"),
        "record",
        CitationSerializer,
        _("Citations"),
        _("One row for each place in a source that a record rests on."),
    ),
]
#: (table, column) → (table, column) that it names
FOREIGN = {
    ("programmes", "parent"): ("programmes", "slug"),
    ("regions", "carved_from"): ("regions", "iso"),
    ("regions", "renamed_to"): ("regions", "iso"),
    ("figures", "programme"): ("programmes", "slug"),
    ("figures", "latest_source"): ("sources", "slug"),
    ("observations", "figure"): ("figures", "slug"),
    ("observations", "region"): ("regions", "iso"),
    ("observations", "source"): ("sources", "slug"),
    ("participations", "programme"): ("programmes", "slug"),
    ("participations", "partner"): ("partners", "slug"),
    ("citations", "source"): ("sources", "slug"),
}
FORMS = [
    (Choice, _("code, and its name in each language")),
    (Texts, _("text in each language")),
    (Reference, _("code of another record, and its name")),
    (References, _("codes of other records, and their names")),
    (Rows, _("rows; in a table summed up in one cell")),
    (Number, _("number")),
    (WrittenDate, _("date as exact as the source has it (EDTF)")),
    (serializers.DateField, _("day")),
    (serializers.DateTimeField, _("day and time")),
    (serializers.Field, _("text")),
]


def all_documents(kind: str) -> Iterator[dict]:
    """Every public record of a kind by its address, in all languages."""
    records = KINDS[kind].model.objects.public()
    keys = list(records.order_by("slug").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        rows = records.filter(pk__in=keys[start : start + CHUNK]).order_by("slug")
        yield from documents(rows, SERIALIZERS[kind], CODES)


def tables() -> Iterator[tuple[str, str, str, list[Column], Table]]:
    """(name, title, what it holds, columns before those of the table, the table)"""
    for name, kind in KINDS.items():
        view = kind.list_view
        yield name, view.title, view.intro, [], Table(SERIALIZERS[name])
    for part in PARTS:
        yield part.name, part.title, part.intro, part.head, Table(part.serializer)


def dictionary(table: Table) -> list[dict]:
    """What each field is, in the active language and in the words of the models."""
    return [
        {
            "name": field.field_name,
            "label": label_of(field),
            "help": str(field.help_text or ""),
            "form": next(words for kind, words in FORMS if isinstance(field, kind)),
            "codes": [pair for pair in getattr(field, "labels", {}).items() if pair[0] != ""],
        }
        for field in table.fields
    ]


def described(field, column: Column) -> dict:
    """A column as Frictionless Table Schema has it."""
    language = {"en": gettext("English"), "kk": gettext("Kazakh"), "ru": gettext("Russian")}
    title = label_of(field)
    if column.language:
        title = f"{title} ({language[column.language]})"
    found = {"name": column.name, "type": column.kind, "title": title}
    if field.help_text:
        found["description"] = str(field.help_text)
    if isinstance(field, Choice) and column.name == field.field_name:
        found["constraints"] = {"enum": [code for code in field.labels if code != ""]}
    return found
