"""The tables that the record is published in, and the dictionary of their fields."""

from collections.abc import Iterator

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
from unicef_kz.api.listed import LISTED
from unicef_kz.api.parts import PARTS
from unicef_kz.api.reading import documents
from unicef_kz.api.rows import Rows
from unicef_kz.api.serializers import SERIALIZERS
from unicef_kz.api.tables import Table
from unicef_kz.kinds import KINDS

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
    ("cities", "place"): ("places", "slug"),
    ("cities", "initiative"): ("programmes", "slug"),
    ("cities", "source"): ("sources", "slug"),
    ("places", "region"): ("regions", "iso"),
    ("places", "current_region"): ("regions", "iso"),
    ("places", "parent"): ("places", "slug"),
    ("partner_names", "partner"): ("partners", "slug"),
    ("region_names", "region"): ("regions", "iso"),
}
#: table → the columns that tell its rows apart
KEYS = dict.fromkeys(KINDS, ("slug",)) | {name: table.key for name, table in LISTED.items()}
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


def rows(name: str) -> Iterator[dict]:
    """Of the table of that name."""
    if part := PARTS.get(name):
        for kind in part.kinds:
            for document in rows(kind):
                yield from part.rows(kind, document)
    elif listed := LISTED.get(name):
        yield from documents(listed.records(), listed.serializer)
    else:
        records = KINDS[name].model.objects.public().order_by("slug")
        yield from documents(records, SERIALIZERS[name])


def tables() -> Iterator[tuple[str, str, str, Table]]:
    """(name, title, what it holds, the table)"""
    for name, kind in KINDS.items():
        yield name, kind.list_view.title, kind.list_view.intro, Table(SERIALIZERS[name])
    for other in (*LISTED.values(), *PARTS.values()):
        yield other.name, other.title, other.intro, Table(other.serializer)


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
