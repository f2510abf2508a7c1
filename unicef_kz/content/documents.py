"""A record's content as one document, for its history, for proposals, and to compare both.

``{"fields": {column: value}, "many": {relation: [keys]}, "rows": {part: [{"pk", "fields"}]}}``,
JSON throughout. The workflow, the address, consents and approvals are no content: a document that
is applied can change none of them.
"""

import hashlib
import json
import secrets

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction

from .languages import translated_names
from .publishing import Page

NOT_CONTENT = {"slug"}
#: Of the rows: whose they are, and what a second person decided about them.
NO_ROW_CONTENT = {"content_type", "object_id", "masking_confirmed_by", "masking_confirmed_at"}


def document(record: Page) -> dict:
    return {
        "fields": values(record, content_fields(type(record))),
        "many": {
            relation.name: sorted(getattr(record, relation.name).values_list("pk", flat=True))
            for relation in many_relations(type(record))
        },
        "rows": {part: rows(record, part) for part in record.parts},
    }


def rows(record: Page, part: str) -> list[dict]:
    """What hangs on the record, in its own order."""
    manager = getattr(record, part)
    fields = row_fields(record, part)
    return [{"pk": row.pk, "fields": values(row, fields)} for row in manager.all()]


def content_fields(model) -> list:
    skipped = NOT_CONTENT | set(translated_names(model))
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in skipped
    ]


def many_relations(model) -> list:
    """Relations that a form sets; those with a model of their own are rows."""
    return [
        relation
        for relation in model._meta.many_to_many
        if relation.editable and relation.remote_field.through._meta.auto_created
    ]


def row_fields(record: Page, part: str) -> list:
    model = record._meta.get_field(part).related_model
    skipped = NO_ROW_CONTENT | {owner_of(record, part)} | set(translated_names(model))
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in skipped
    ]


def owner_of(record: Page, part: str) -> str:
    """The field of a row that points at its record."""
    relation = record._meta.get_field(part)
    return "record" if isinstance(relation, GenericRelation) else relation.field.name


def values(row, fields) -> dict:
    found = {}
    for field in fields:
        value = field.value_from_object(row)
        if value is None and isinstance(field, models.CharField | models.TextField):
            value = ""  # a form writes the one, a command the other
        is_plain = value is None or isinstance(value, (bool, int, str, list, dict))
        found[field.attname] = value if is_plain else field.value_to_string(row)
    return found


def pictures_in(content: dict) -> set[tuple[str, int]]:
    """(name of the image, its width) of each photo."""
    rows = content.get("rows", {}).get("photos", ())
    return {(row["fields"]["image"], row["fields"].get("width") or 0) for row in rows}


def digest(content: dict) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def with_own_keys(content: dict, *known: dict) -> dict:
    """Rows that no stored record has get negative keys, which no database gives away.

    They stay the same from one look at a proposal to the next, and clash with nothing.
    """
    keys = {
        (part, row["pk"])
        for base in known
        for part, old in base.get("rows", {}).items()
        for row in old
    }
    parts = {
        part: [
            row if (part, row["pk"]) in keys else row | {"pk": -1 - secrets.randbelow(2**53)}
            for row in found
        ]
        for part, found in content["rows"].items()
    }
    return content | {"rows": parts}


def merge(base: dict, mine: dict, theirs: dict) -> tuple[dict, list[str]]:
    """My changes on top of theirs, and the names of what both changed; mine wins there."""
    merged, both = {}, []
    for section in ("fields", "many", "rows"):
        merged[section] = dict(theirs[section])
        for name, value in mine[section].items():
            old, now = base[section].get(name), theirs[section].get(name)
            if value == old:
                continue
            merged[section][name] = value
            if now not in (old, value):
                both.append(name)
    return merged, both


@transaction.atomic
def apply(content: dict, record: Page, *, keep_keys=False) -> None:
    """Writes the content onto the record; ``keep_keys`` only for what is rolled back again.

    Raises ValidationError for what does not fit any more, Refused for the last proof of a record.
    """
    fill(record, content_fields(type(record)), content["fields"])
    record.save()
    for relation in many_relations(type(record)):
        keys = content["many"].get(relation.name, ())
        related = relation.related_model._base_manager.filter(pk__in=keys)
        getattr(record, relation.name).set(related)
    for part in record.parts:
        apply_rows(record, part, content["rows"].get(part, ()), keep_keys)
    record.settle_relations()


def apply_rows(record, part, wanted, keep_keys) -> None:
    manager, fields = getattr(record, part), row_fields(record, part)
    left = {row.pk: row for row in manager.all()}
    for data in wanted:
        row = left.pop(data["pk"], None)
        if row is None:
            row = manager.model(pk=data["pk"] if keep_keys else None)
        setattr(row, owner_of(record, part), record)
        fill(row, fields, data["fields"])
        row.save()
    for row in left.values():
        row.delete()


def fill(row, fields, content: dict) -> None:
    for field in fields:
        if field.attname in content:
            setattr(row, field.attname, field.to_python(content[field.attname]))
    checked = {field.name for field in fields if field.editable}
    row.full_clean(exclude={f.name for f in row._meta.concrete_fields} - checked)
