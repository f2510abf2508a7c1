"""Brings the database up to the bundled record without touching what staff changed since."""

import re
from decimal import Decimal

import markdown
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, transaction

from programmes.models import Place, Programme, Region
from unicef_kz.content.languages import translated_names
from unicef_kz.content.links import Linked
from unicef_kz.content.models import Concept
from unicef_kz.content.publishing import Page, Refused
from unicef_kz.content.richtext import RichTextField

from .models import SeedEntry
from .seedfiles import KINDS, Seed, SeedError, digest_of

BASIS = "bundled, anonymised"
#: What an entry can do wrong, a text where a list belongs included.
BAD_ENTRY = (ValidationError, Refused, ValueError, TypeError, AttributeError, IntegrityError)
NO_FIELDS = {"id", "facts", "also"}
SCHEMES = {"sdgs": "sdg", "crc": "crc", "dac": "dac"}
STATE = {"id", "created_at", "updated_at", "publish_at", "changed_by", "approved_at", "approved_by"}
STATE |= {column.name for column in Linked._meta.fields}


class Loader:
    """Brings the database up to the seed; ``report(action, key, details)`` hears of each step."""

    def __init__(self, seed: Seed, *, force=False, report=lambda *args: None):
        self.seed, self.force, self.report = seed, force, report
        self.known = {entry.key: entry for entry in SeedEntry.objects.all()}
        self.done = set()

    @transaction.atomic
    def load_all(self) -> None:
        for kind, entries in self.seed.entries.items():
            for key in entries:
                self.load(kind, key)

    def load(self, kind: str, key: str) -> None:
        if key in self.done:
            return
        self.done.add(key)
        digest, known = self.seed.digest(kind, key), self.known.get(key)
        if known and known.entry_digest == digest and not self.force:
            return
        record = known and known.record
        if known and record is None and not self.force:
            self.report("kept deleted", key, "deleted by staff")
            return
        if record and not self.force and digest_of(state(kind, record)) != known.record_digest:
            self.report("kept", key, "changed by staff; --force overwrites it")
            return
        self.write(kind, key, record, digest)

    def write(self, kind, key, record, digest):
        before = state(kind, record) if record else None
        try:
            with transaction.atomic():
                record = Entry(self, kind, key).save(record)
        except BAD_ENTRY as error:
            raise SeedError(kind, key, explain(error)) from error
        after = state(kind, record)
        names = {*before, *after} if before else ()
        changed = sorted(name for name in names if before.get(name) != after.get(name))
        if before is None:
            self.report("created", key, "")
        elif changed:
            self.report("updated", key, ", ".join(changed))
        SeedEntry.objects.update_or_create(
            key=key,
            defaults={
                "content_type": ContentType.objects.get_for_model(record),
                "object_id": record.pk,
                "entry_digest": digest,
                "record_digest": digest_of(after),
            },
        )

    def find(self, model, reference: str):
        """The record that any of its ids, or for a region its ISO code, names."""
        if model is Region and reference.startswith("KZ-"):
            for key, entry in self.seed.entries["regions"].items():
                if entry["iso"] == reference:
                    reference = key
        kind, key = self.seed.home.get(reference, (None, None))
        if kind is None or KINDS[kind].model is not model:
            raise ValueError(f"there is no {model._meta.verbose_name} “{reference}”")
        self.load(kind, key)
        record = self.known.get(key) or SeedEntry.objects.filter(key=key).first()
        if record is None or record.record is None:
            raise ValueError(f"“{reference}” was deleted")
        return record.record


def explain(error) -> str:
    if isinstance(error, ValidationError) and hasattr(error, "message_dict"):
        return "; ".join(f"{name}: {' '.join(m)}" for name, m in error.message_dict.items())
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


class Entry:
    """One entry of a file on its way into the database."""

    def __init__(self, loader: Loader, kind: str, key: str):
        self.loader, self.kind, self.key = loader, KINDS[kind], key
        self.data = loader.seed.entries[kind][key]
        self.texts = loader.seed.translations.get((kind, key), {})
        self.order = list(loader.seed.entries[kind]).index(key)

    def save(self, record):
        model, is_new = self.kind.model, record is None
        record = record or model()
        self.empty(record)
        if model is Place:
            record.slug = self.key
        if model is Programme:
            record.position = self.order
        language = self.data.get("source_language", settings.LANGUAGE_CODE)
        related = self.fill(record, self.data, language)
        for code, texts in self.texts.items():
            self.translate(record, texts, code)
        check(record)
        record.save()
        for column in model._meta.many_to_many:
            if column.remote_field.through._meta.auto_created and column.editable:
                getattr(record, column.name).set(related.get(column.name, ()))
        self.save_rows(record, language)
        if isinstance(record, Page):
            record.settle_relations()
            self.note_translations(record)
            if is_new:
                record.publish(actor=None, basis=BASIS)
        return record

    def empty(self, record) -> None:
        """What the file no longer says is gone from the record too."""
        blank = type(record)()
        for column in record._meta.concrete_fields:
            if column.editable and column.name not in STATE:
                setattr(record, column.attname, getattr(blank, column.attname))

    def fill(self, record, data: dict, language: str, renamed=()) -> dict:
        """Sets the columns; returns what belongs into many-to-many relations."""
        related = {}
        for name, value in data.items():
            if name in NO_FIELDS or (
                record.__class__ is self.kind.model and name in self.kind.all_rows
            ):
                continue
            if name in SCHEMES:
                codes = [str(code) for code in value]
                related.setdefault("concepts", []).extend(self.concepts(SCHEMES[name], codes))
                continue
            column = dict(renamed).get(name, name)
            target = self.set_column(record, column, value, language)
            if target is not None:
                related[column] = target
        return related

    def set_column(self, record, name, value, language):
        try:
            column = record._meta.get_field(name)
        except FieldDoesNotExist:
            raise ValueError(f"unknown field “{name}”") from None
        if column.many_to_many:
            if not isinstance(value, list):
                raise ValueError(f"{name}: a list belongs here")
            return [self.loader.find(column.related_model, item) for item in value]
        if column.is_relation:
            setattr(record, name, self.loader.find(column.related_model, value) if value else None)
        elif name in translated_names(type(record)):
            setattr(record, f"{name}_{language}", as_text(column, value))
        elif isinstance(value, float):
            setattr(record, name, Decimal(str(value)))
        else:
            setattr(record, name, "" if value is None and not column.null else value)
        return None

    def concepts(self, scheme, codes):
        for key, entry in self.loader.seed.entries["concepts"].items():
            if entry["scheme"] == scheme and str(entry["code"]) in codes:
                codes.remove(str(entry["code"]))
                yield self.loader.find(Concept, key)
        if codes:
            raise ValueError(f"unknown {scheme} code {codes}")

    def translate(self, record, texts: dict, code: str) -> None:
        translatable = translated_names(type(record))
        for name, value in texts.items():
            if name in self.kind.all_rows:
                continue
            if name not in translatable:
                raise ValueError(f"{code}: “{name}” is not a translated field")
            setattr(record, f"{name}_{code}", as_text(record._meta.get_field(name), value))

    def save_rows(self, record, language):
        for name, rows in self.kind.all_rows.items():
            getattr(record, rows.accessor).all()._raw_delete(record._state.db or "default")
            for number, data in enumerate(self.data.get(name) or ()):
                row = rows.model(**{rows.owner: record})
                if hasattr(row, "position"):
                    row.position = number
                self.fill(row, data, language, rows.renamed)
                for code, texts in self.texts.items():
                    translated = (texts.get(name) or [])[number : number + 1]
                    for text in translated:
                        self.translate(
                            row, {rows.renamed.get(k, k): v for k, v in text.items()}, code
                        )
                check(row)
                row.save()

    def note_translations(self, record):
        """The files hold each translation beside the original it was made from."""
        for code in self.texts:
            record.vouch(code, state="machine", reviewed_by=None, reviewed_at=None)


def as_text(column, value):
    """One line of plain text, or HTML from Markdown; non-breaking spaces stay."""
    if value is None:
        return ""
    if isinstance(column, RichTextField):
        return markdown.markdown(value)
    return re.sub(r"[ \t\r\n]+", " ", value).strip()


def check(record) -> None:
    """The rules of the fields and of the model; what the database enforces is left to it."""
    record.clean_fields(exclude=["content_type", "object_id", *STATE])
    record.clean()


def state(kind: str, record) -> dict:
    """Everything that staff can change about a record, for comparison."""
    values = row_state(record)
    for column in record._meta.many_to_many:
        values[column.name] = sorted(getattr(record, column.name).values_list("pk", flat=True))
    for name, rows in KINDS[kind].all_rows.items():
        values[name] = [row_state(row) for row in getattr(record, rows.accessor).all()]
    return values


def row_state(record) -> dict:
    """What the database has, without empty columns, so that a new one changes nothing.

    A translated field counts by its columns, not by the active one.
    """
    stored = type(record)._base_manager.get(pk=record.pk)
    skipped = STATE | set(translated_names(type(record)))
    values = (
        (column.name, column.value_from_object(stored))
        for column in record._meta.concrete_fields
        if column.name not in skipped
    )
    return {name: str(value) for name, value in values if value not in (None, "", False)}
