"""Which columns a kind of record has in a file, and where in its document they are.

Nothing is declared twice: columns follow from the models. What is no content (workflow, consents,
approvals, files, and what a model lists in ``not_exchanged``) has no column.
"""

import hashlib
from dataclasses import dataclass

import tablib
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import FileField, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.resources import Resource

from ..documents import content_fields, document, many_relations, owner_of, row_fields, values
from ..publishing import Page
from .cells import Codes, Column, Text, widget_for

COMMENT = "#"


class Sheet(Resource):
    """One kind of file. ``name`` stands in addresses, ``label`` on the page."""

    name, label = "", ""
    #: Whether the rows of one record stand together, so that it changes once.
    has_many_rows = False
    #: Whether what is imported becomes a draft or a proposal first.
    has_workflow = True

    def __init__(self, columns):
        super().__init__()
        self.fields = {column.column_name: column for column in columns}

    @property
    def columns(self) -> list[Column]:
        return list(self.fields.values())

    def export_field(self, field, instance, **kwargs):
        return field.export(instance)

    def template(self) -> tablib.Dataset:
        """A header, and one row that explains it and is not imported."""
        row = [column.widget.example for column in self.columns]
        return tablib.Dataset([f"{COMMENT} {row[0]}", *row[1:]], headers=list(self.fields))


def columns_of(fields, codes, skipped=(), inside="fields") -> list[Column]:
    return [
        Column(
            field.name,
            f"{inside}__{field.name if field.many_to_many else field.attname}",
            widget_for(field, codes),
            label=capfirst(field.verbose_name),
            help_text=field.help_text,
            model_field=field,
        )
        for field in fields
        if field.editable and field.name not in skipped and not isinstance(field, FileField)
    ]


class Records(Sheet):
    """One row for each record, which its address names."""

    def __init__(self, model, codes=None):
        self.model, self.codes = model, codes or Codes()
        self.has_workflow = issubclass(model, Page)
        self.name, self.label = model._meta.model_name, capfirst(model._meta.verbose_name_plural)
        self.content_fields, self.relations = content_fields(model), many_relations(model)
        skipped = getattr(model, "not_exchanged", ())
        address = model._meta.get_field("slug")
        slug = Column(
            "slug",
            "slug",
            Text(),
            label=capfirst(address.verbose_name),
            help_text=_("Names the record; a new one makes a new draft.")
            if self.has_workflow
            else _("Names the record; a new one makes a new record."),
            identifies=True,
        )
        slug.widget.example, slug.widget.form = "the-code", _("code, in Latin letters")
        super().__init__(
            [
                slug,
                *columns_of(self.content_fields, self.codes, skipped),
                *columns_of(self.relations, self.codes, skipped, "many"),
            ]
        )

    @property
    def owners(self) -> list:
        return [self.model]

    def iter_queryset(self, queryset):
        names = [relation.name for relation in self.relations]
        for record in queryset.prefetch_related(*names):
            yield self.content(record)

    def content(self, record) -> dict:
        """Of the document what a file can hold; quicker, since relations may be fetched before."""
        many = {r.name: [o.pk for o in getattr(record, r.name).all()] for r in self.relations}
        fields = values(record, self.content_fields)
        return {"slug": record.slug, "fields": fields, "many": many}

    def reference(self, cells) -> tuple:
        """Raises ValidationError."""
        slug = cells["slug"]
        try:
            self.model._meta.get_field("slug").clean(slug, None)
        except ValidationError as error:
            raise ValidationError({"slug": error.messages}) from error
        return self.model, slug

    def find(self, references, locked) -> dict:
        names = [relation.name for relation in self.relations]
        records = self.model._default_manager.filter(slug__in=[slug for _m, slug in references])
        records = records.select_for_update() if locked else records
        return {(self.model, r.slug): r for r in records.prefetch_related(*names)}

    def start(self, record, proposed: dict | None) -> dict:
        """What the file is compared with, and changes: the record, or the change of it so far."""
        if record.pk is None:
            fields = values(record, self.content_fields)
            return {"fields": fields, "many": {r.name: [] for r in self.relations}}
        found = self.content(record)
        if proposed:
            found["fields"] |= proposed["fields"]
            found["many"] |= proposed["many"]
        return found

    def target(self, content, cells, record) -> "Target":
        return Target(content, is_new=record.pk is None)

    def whole(self, record, content, proposed: dict | None) -> dict:
        """The document with the columns of the file in it."""
        if proposed:
            whole = proposed
        elif record.pk is None or not isinstance(record, Page):
            whole = {"fields": {}, "many": {}, "rows": {}}
        else:
            whole = document(record)
        return whole | {
            "fields": whole["fields"] | content["fields"],
            "many": whole["many"] | content["many"],
        }


@dataclass
class Target:
    """The part of a document that one row of a file writes into."""

    content: dict
    is_new: bool


class Parts(Sheet):
    """What hangs on records: values of a figure, citations, roles of partners, other names.

    A row has no name of its own. Its key is made of what identifies it (``identified_by`` of its
    model), so that it is the same in every database; the key in the file says which row is meant
    even where one of these is corrected. Rows are added and changed, never taken away.
    """

    has_many_rows = True

    def __init__(self, owners, part, codes=None):
        self.owners, self.part, self.codes = owners, part, codes or Codes()
        relation = owners[0]._meta.get_field(part)
        self.model, self.is_generic = relation.related_model, isinstance(relation, GenericRelation)
        self.name, self.label = part, capfirst(self.model._meta.verbose_name_plural)
        self.kinds = {model._meta.model_name: model for model in owners}
        self.owner_field = owner_of(owners[0], part)
        self.part_fields = row_fields(owners[0], part)
        super().__init__([*self._names(), *columns_of(self.part_fields, self.codes)])

    def _names(self):
        key_help = _("As exported. Empty for a new row.")
        key = Column("key", "key", Text(), label=_("Key"), help_text=key_help, identifies=True)
        key.widget.form = _("the key, or nothing")
        yield key
        if self.is_generic:
            kind = Column("kind", "kind", Text(), label=_("Kind of record"), identifies=True)
            kind.widget.form = _("one of: %s") % ", ".join(self.kinds)
            kind.widget.example = next(iter(self.kinds))
            yield kind
        owner = Column(
            self.owner_field,
            "owner",
            Text(),
            label=_("Record"),
            help_text=_("The one it belongs to: its address, for a region the ISO code."),
            identifies=True,
        )
        owner.widget.example, owner.widget.form = "the-code", _("code of one record")
        yield owner

    def rows_of(self, queryset):
        """The rows that hang on the records of a queryset."""
        if not self.is_generic:
            return self.model._default_manager.filter(**{f"{self.owner_field}__in": queryset})
        kind = ContentType.objects.get_for_model(queryset.model)
        rows = self.model._default_manager.filter(content_type=kind)
        return rows.filter(object_id__in=queryset.values("pk"))

    def iter_queryset(self, queryset):
        """Of owners, not of rows, since a row is told from others of its own record; or several."""
        for owners in [queryset] if isinstance(queryset, QuerySet) else queryset:
            yield from self.contents(owners)

    def contents(self, queryset):
        rows = self.rows_of(queryset.order_by())
        if self.codes.public and "source" in {field.name for field in self.part_fields}:
            rows = rows.filter(source__in=self.codes.of(self._source_model())[0])
        owner_key = "object_id" if self.is_generic else f"{self.owner_field}_id"
        by_owner = {}
        for row in rows:
            found = {"pk": row.pk, "fields": values(row, self.part_fields)}
            by_owner.setdefault(getattr(row, owner_key), []).append(found)
        for owner, code in sorted(self.codes.of(queryset.model)[0].items(), key=lambda o: o[1]):
            reference = queryset.model, code
            yield from self.keyed(reference, by_owner.get(owner, ())).values()

    def _source_model(self):
        return self.model._meta.get_field("source").related_model

    def keyed(self, reference, rows) -> dict[str, dict]:
        """The rows of one record by key, each as what ``columns`` look into."""
        model, code = reference
        found = {}
        for row in rows:
            content = row | {"kind": model._meta.model_name, "owner": code}
            key = self.key(content)
            for number in range(2, len(rows) + 1):
                key = f"{self.key(content)}-{number}" if key in found else key
            found[key] = content | {"key": key}
        return found

    def key(self, content: dict) -> str:
        parts = [content["kind"], content["owner"].lower()]
        parts += [self.fields[name].text(content) for name in self.model.identified_by]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    def reference(self, cells) -> tuple:
        kind = cells["kind"] if self.is_generic else next(iter(self.kinds))
        if kind not in self.kinds:
            text = gettext("“%(value)s” is not possible here. Choose one of: %(known)s.")
            known = ", ".join(self.kinds)
            raise ValidationError({"kind": text % {"value": kind, "known": known}})
        model = self.kinds[kind]
        try:
            key = self.codes.key(model, cells[self.owner_field])
        except ValidationError as error:
            raise ValidationError({self.owner_field: error.messages}) from error
        return model, self.codes.of(model)[0][key]

    def find(self, references, locked) -> dict:
        found = {}
        for model in self.owners:
            wanted = [self.codes.key(model, code) for m, code in references if m is model]
            records = model._default_manager.filter(pk__in=wanted)
            for record in records.select_for_update() if locked else records:
                found[model, self.codes.of(model)[0][record.pk]] = record
        return found

    def start(self, record, proposed: dict | None) -> dict:
        return proposed or document(record)

    def target(self, content, cells, record) -> Target:
        """Raises ValidationError for a key that no row has any more."""
        reference = self.reference(cells)
        rows = content["rows"][self.part]
        known = self.keyed(reference, rows)
        given = cells.get("key", "")
        fresh = self._blank(reference, cells)
        if row := known.get(given or self.key(fresh)):
            return Target(row, is_new=False)
        if given and given != self.key(fresh):
            text = gettext(
                "No row has this key any more. Export again, or empty the key to add a new row."
            )
            raise ValidationError({"key": text})
        fresh["pk"] = -1 - len(rows)
        if "position" in fresh["fields"]:
            fresh["fields"]["position"] = len(rows)
        rows.append({"pk": fresh["pk"], "fields": fresh["fields"]})
        return Target(fresh, is_new=True)

    def _blank(self, reference, cells) -> dict:
        """A new row with what identifies it, as far as the file says it in a way we understand."""
        model, code = reference
        blank = {"kind": model._meta.model_name, "owner": code}
        blank["fields"] = values(self.model(), self.part_fields)
        for name in self.model.identified_by:
            column = self.fields[name]
            if cells.get(name):
                try:
                    column.put(blank, column.clean(cells))
                except ValidationError:
                    continue  # said when the cell itself is read
        return blank

    def whole(self, record, content, proposed: dict | None) -> dict:
        return content
