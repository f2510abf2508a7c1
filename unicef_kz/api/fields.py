"""What stands in one field of a record: in JSON, and flattened into the columns of a table.

Both follow from the same field. A cell is made of what the field gives to JSON, so that the two
never disagree; labels and help texts are those of the model.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape

from django.utils.text import capfirst
from django.utils.translation import override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from unicef_kz.content.exchange.cells import SEPARATOR
from unicef_kz.content.languages import CODES

#: Where a text of HTML breaks a line once its elements are gone.
BREAK = re.compile(r"<br>|</(?:p|h2|h3|li|blockquote)>")
TEXT_OR_NOTHING = {"type": ["string", "null"]}
BY_LANGUAGE = {"type": "object", "properties": dict.fromkeys(CODES, TEXT_OR_NOTHING)}


@dataclass(frozen=True)
class Column:
    """``kind`` is a type of Frictionless Table Schema; ``cell`` takes what the field gives."""

    name: str
    kind: str = "string"
    cell: Callable = lambda value: value
    language: str = ""


def plain_text(html: str | None) -> str | None:
    return html and unescape(re.sub(r"<[^>]+>", "", BREAK.sub("\n", html))).strip()


def in_languages(name: str, languages, text=lambda texts, code: texts[code]) -> Iterator[Column]:
    for code in languages:
        yield Column(
            f"{name}_{code}",
            cell=lambda value, code=code: value and text(value, code),
            language=code,
        )


class Field(serializers.Field):
    def __init__(self, **kwargs):
        super().__init__(**{"read_only": True} | kwargs)

    @property
    def languages(self) -> list[str]:
        return self.context.get("languages", CODES)

    def columns(self, languages) -> Iterator[Column]:
        yield Column(self.field_name)


@extend_schema_field(TEXT_OR_NOTHING)
class Text(Field):
    """Null where there is none."""

    def get_attribute(self, instance):
        return super().get_attribute(instance) or None

    def to_representation(self, value):
        return value


@extend_schema_field(TEXT_OR_NOTHING | {"description": "As in the source, in EDTF: 2009~"})
class WrittenDate(Text):
    pass


@extend_schema_field(BY_LANGUAGE)
class Texts(Field):
    """A translated text by language; null where there is none. No other language stands in."""

    def get_attribute(self, instance):
        return instance

    def to_representation(self, record):
        return {c: getattr(record, f"{self.source}_{c}") or None for c in self.languages}

    def columns(self, languages):
        return in_languages(self.field_name, languages)


@extend_schema_field(BY_LANGUAGE | {"description": "HTML: paragraphs, headings, lists, links."})
class RichTexts(Texts):
    def columns(self, languages):
        return in_languages(self.field_name, languages, lambda texts, c: plain_text(texts[c]))


class ByLanguage(Texts):
    """What a function says of the record, asked once in each language."""

    def __init__(self, ask: Callable, **kwargs):
        self.ask = ask
        super().__init__(**kwargs)

    def to_representation(self, record):
        found = {}
        for code in self.languages:
            with override(code):
                found[code] = self.ask(record, code)
        return found


class Choice(Field):
    """A code of a closed list, with its name beside it."""

    def __init__(self, choices=(), **kwargs):
        self.labels, self._known = dict(choices), {}
        super().__init__(**kwargs)

    def get_attribute(self, instance):
        value = super().get_attribute(instance)
        return None if value in ("", None) else value

    def to_representation(self, value):
        if value not in self._known:
            self._known[value] = {"code": value, "name": self._names(value)}
        return self._known[value]

    def _names(self, value) -> dict[str, str]:
        names = {}
        for code in self.languages:
            with override(code):
                names[code] = str(self.labels[value])
        return names

    def columns(self, languages):
        codes = [code for code in self.labels if code != ""]
        kind = "integer" if all(isinstance(code, int) for code in codes) else "string"
        yield Column(self.field_name, kind, lambda value: value and value["code"])
        yield from in_languages(f"{self.field_name}_name", languages, name_of)


def name_of(reference: dict, code: str) -> str | None:
    return reference["name"][code]


@extend_schema_field({"type": ["number", "null"]})
class Number(Field):
    """Without the zeros that a column of decimals adds."""

    def to_representation(self, value):
        return int(value) if value == int(value) else float(value)

    def columns(self, languages):
        yield Column(self.field_name, "number")


class Reference(Field):
    """Another record: the codes that name it, and its name by language."""

    def __init__(self, codes=("slug",), **kwargs):
        self.codes = codes
        super().__init__(**kwargs)

    def to_representation(self, record):
        codes = {name: getattr(record, name) for name in self.codes}
        return codes | {"name": {c: getattr(record, f"title_{c}") or None for c in self.languages}}

    def code(self, reference: dict) -> str:
        """As it is written in a filter; a classification with its scheme, “sdg 3”."""
        names = self.codes if "scheme" in self.codes else self.codes[:1]
        return " ".join(reference[name] for name in names)

    def columns(self, languages):
        yield Column(self.field_name, cell=lambda value: value and self.code(value))
        yield from in_languages(f"{self.field_name}_name", languages, name_of)


class References(serializers.ListField):
    """Several other records, in their own order."""

    def get_attribute(self, instance):
        return super().get_attribute(instance).all()

    def columns(self, languages):
        def joined(values, part):
            return SEPARATOR.join(part(value) or "–" for value in values)

        yield Column(self.field_name, cell=lambda values: joined(values, self.child.code))
        for code in languages:
            yield Column(
                f"{self.field_name}_name_{code}",
                cell=lambda values, code=code: joined(values, lambda v: name_of(v, code)),
                language=code,
            )


SIMPLE = {
    serializers.BooleanField: Column("", "boolean"),
    serializers.IntegerField: Column("", "integer"),
    serializers.DateField: Column("", "date", lambda day: day and date.fromisoformat(day)),
    serializers.DateTimeField: Column("", "datetime", datetime.fromisoformat),
}


def columns_of(field, languages) -> list[Column]:
    """The columns of one field; rows that have a table of their own may leave a summary."""
    if hasattr(field, "columns"):
        return list(field.columns(languages))
    like = next((c for kind, c in SIMPLE.items() if isinstance(field, kind)), Column(""))
    return [Column(field.field_name, like.kind, like.cell)]


def label_of(field) -> str:
    return capfirst(str(field.label or field.field_name))
