"""Two documents of one record, field by field, in words and for people."""

from django.db import models
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .diff import as_html, rich_as_html
from .documents import content_fields, many_relations, row_fields
from .photos import Photo, PictureField
from .publishing import Page
from .richtext import RichTextField

ADDED, REMOVED, CHANGED = _("added"), _("removed"), _("changed")


def changes(old: dict, new: dict, record: Page, *, private=True) -> list[dict]:
    """``label`` and ``html`` of everything that differs, in the order of the form.

    Without ``private``: only what the page of the record may show.
    """
    hidden = frozenset() if private else record.private
    fields = [field for field in content_fields(type(record)) if field.name not in hidden]
    found = field_changes(old["fields"], new["fields"], fields)
    for relation in many_relations(type(record)):
        was, now = (set(content["many"].get(relation.name, ())) for content in (old, new))
        if was != now:
            label = capfirst(relation.verbose_name)
            found.append({"label": label, "html": related_change(relation, was, now)})
    for part in (part for part in record.parts if part not in hidden):
        was, now = (content["rows"].get(part, []) for content in (old, new))
        found += row_changes(was, now, record, part)
    return found


def field_changes(old: dict, new: dict, fields) -> list[dict]:
    return [
        {"label": capfirst(field.verbose_name), "html": change(field, old.get(name), new.get(name))}
        for field in fields
        if old.get(name := field.attname) != new.get(name)
    ]


def change(field, old, new) -> SafeString:
    if isinstance(field, RichTextField):
        return rich_as_html(old or "", new or "")
    if isinstance(field, models.CharField | models.TextField) and not field.choices:
        return as_html(old or "", new or "")
    if isinstance(field, PictureField):
        return format_html("{}", gettext("another picture"))
    return replaced(in_words(field, old), in_words(field, new))


def replaced(old: str, new: str) -> SafeString:
    gone = format_html("<del>{}</del> ", old) if old else ""
    return format_html("{}{}", gone, format_html("<ins>{}</ins>", new) if new else "")


def in_words(field, value) -> str:
    """As the admin shows it; "" for nothing."""
    if value in (None, ""):
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return gettext("yes") if value else gettext("no")
    if field.is_relation:
        related = field.related_model._base_manager.filter(pk=value).first()
        return str(related) if related else gettext("deleted since (%s)") % value
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(localize(field.to_python(value)))


def related_change(relation, was: set, now: set) -> SafeString:
    names = relation.related_model._base_manager.in_bulk(was | now)
    pieces = [(_element(key, was, now), names.get(key, key)) for key in sorted(was ^ now)]
    return format_html_join(" ", "{}", ((format_html(e, name),) for e, name in pieces))


def _element(key, was, _now) -> str:
    return "<del>{}</del>" if key in was else "<ins>{}</ins>"


def row_changes(was: list, now: list, record, part) -> list[dict]:
    fields, model = row_fields(record, part), getattr(record, part).model
    name = capfirst(model._meta.verbose_name)
    before, after = ({row["pk"]: row["fields"] for row in rows} for rows in (was, now))
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        kind = ADDED if old is None else REMOVED if new is None else CHANGED
        inner = field_changes(old or {}, new or {}, fields)
        rows = ((change["label"], change["html"]) for change in inner if change["html"])
        html = format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)
        entry = {"label": f"{name}: {kind}", "html": format_html("<dl>{}</dl>", html)}
        if new and model is Photo:
            photo = Photo(image=new["image"], width=new["width"])
            entry["picture"] = photo.preview_address(photo.widths[0]) if photo.width else ""
        found.append(entry)
    return found
