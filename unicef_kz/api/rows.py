"""Rows that hang on a record. They have a table of their own; the record's table sums them up."""

from rest_framework import serializers

from unicef_kz.content.exchange.cells import SEPARATOR

from .fields import Column, columns_of


class Rows(serializers.ListSerializer):
    """``in_words()`` says of one row what its cell holds, with codes alone."""

    def columns(self, languages):
        yield Column(self.field_name, cell=lambda rows: SEPARATOR.join(map(self.in_words, rows)))

    def in_words(self, row) -> str:
        raise NotImplementedError


class Citations(Rows):
    def in_words(self, row):
        return f"{row['source']['slug']} ({row['locator']})"


class Participations(Rows):
    """Codes, and in each language the names beside them."""

    def columns(self, languages):
        yield from super().columns(languages)
        for code in languages:
            yield Column(
                f"{self.field_name}_name_{code}",
                cell=lambda rows, code=code: SEPARATOR.join(named(row, code) for row in rows),
                language=code,
            )

    def in_words(self, row):
        slug, role = row["partner"]["slug"], row["role"]
        return f"{slug} ({role['code']})" if role else slug


def named(row: dict, code: str) -> str:
    name, role = row["partner"]["name"][code] or "–", row["role"]
    return f"{name} ({role['name'][code]})" if role else name


class Cities(Rows):
    def in_words(self, row):
        return row["place"]["slug"]


class Resources(Rows):
    def in_words(self, row):
        return row["slug"]


class Names(Rows):
    """One column for each language, with the time it was in use."""

    def columns(self, languages):
        for code in languages:
            yield Column(
                f"{self.field_name}_{code}",
                cell=lambda rows, code=code: SEPARATOR.join(
                    dated(row, row["name"][code]) for row in rows if row["name"][code]
                ),
                language=code,
            )


def dated(row: dict, name: str) -> str:
    if not row["used_from"] and not row["used_to"]:
        return name
    return f"{name} ({row['used_from'] or '..'}/{row['used_to'] or '..'})"


class Values(Rows):
    """How many there are, and the columns of the one that the page leads with."""

    def columns(self, languages):
        yield Column("values", "integer", len)
        for name, field in self.child.fields.items():
            if name in ("earliest", "latest"):
                continue
            for column in columns_of(field, languages):
                yield Column(
                    f"latest_{column.name}",
                    column.kind,
                    lambda rows, name=name, cell=column.cell: cell(headline(rows)[name]),
                    column.language,
                )


def headline(rows: list[dict]) -> dict:
    """``Indicator.headline``. A public figure has at least one value."""
    return sorted(rows, key=lambda o: (o["kind"]["code"] == "actual", day_of(o)))[-1]


def day_of(row: dict) -> str:
    return row["latest"] or row["earliest"] or ""
