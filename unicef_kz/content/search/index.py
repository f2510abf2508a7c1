"""What records are found by: one row for each that is published, gone as soon as it is not.

A row is never updated, only deleted and inserted, in the transaction of the change that it follows.
Whoever reads it asks ``public()`` as well, since time alone can hide a record.
"""

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from ..about import About, AboutQuerySet
from ..languages import CODES
from .words import forms, stem

#: Stands between two texts, so that no phrase runs from one into the other. No folded word is it.
BETWEEN = " ё "
#: Tokens of one record; PostgreSQL counts places up to 16,383.
MOST_TOKENS = 16000
#: Records that are written together when all are.
PART = 500
#: The lines of ``SearchEntry.ranking`` for each language.
LINES = ("title", "title_stems", "names", "summary", "summary_stems")


class TokensField(models.TextField):
    """Tokens with a space between: a ``tsvector`` on PostgreSQL, text for FTS5 on SQLite."""

    def db_type(self, connection):
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_placeholder(self, value, compiler, connection):
        return "to_tsvector('simple', %s)" if connection.vendor == "postgresql" else "%s"


@TokensField.register_lookup
class Matches(models.Lookup):
    """``whole__matches=Query``"""

    lookup_name = "matches"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        return "%s", [value]

    def as_postgresql(self, compiler, connection):
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", [*parameters, self.rhs.as_tsquery()]

    def as_sqlite(self, compiler, connection):
        key = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.id"
        found = "SELECT rowid FROM content_search WHERE content_search MATCH %s"
        return f"{key} IN ({found})", [self.rhs.as_match(self.lhs.target.name)]


class SearchEntry(About):
    """``head``: titles and names in all languages; ``whole``: everything, the head included.

    ``ranking``: LINES for each language, each with a space around every word.
    """

    head = TokensField()
    whole = TokensField()
    ranking = models.TextField()
    recency = models.IntegerField()
    slug = models.CharField(max_length=100)
    written_at = models.DateTimeField(default=timezone.now)

    objects = AboutQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id"], name="one_search_entry")
        ]
        # For words that very many have: the first of them are near the front.
        indexes = [models.Index(fields=["-recency", "slug", "id"], name="content_search_recent")]

    def __str__(self):
        return self.slug


def write(record) -> None:
    """As the database has it: what somebody has only typed so far is no word of it."""
    with transaction.atomic():
        stored = type(record)._base_manager.select_for_update().filter(pk=record.pk).first()
        SearchEntry.objects.about(record).delete()
        if stored and stored.status == "published":
            entry(stored).save(force_insert=True)


def entry(record) -> SearchEntry:
    texts = {code: record.search_texts(code) for code in CODES}
    head = [(code, texts[code][name]) for code in CODES for name in ("title", "names")]
    rest = [(code, texts[code][name]) for code in CODES for name in ("summary", "body")]
    day = getattr(record, "latest", None) or getattr(record, "earliest", None)
    return SearchEntry(
        record=record,
        head=tokens(head),
        whole=tokens(head + rest),
        ranking="\n".join(line for code in CODES for line in lines(texts[code], code)),
        recency=day.toordinal() if day else 0,
        slug=record.slug,
    )


def tokens(texts: list[tuple[str, str]]) -> str:
    """The stems in their order, then the words themselves, for whoever types the start of one."""
    found, seen = [], set()
    for code, text in dict.fromkeys(texts):
        words = forms(text)
        found += [*(stem(word, code) for word in words), BETWEEN.strip()]
        seen.update(words)
    return " ".join([*found[:MOST_TOKENS], *sorted(seen - set(found))])


def lines(texts: dict[str, str], code: str) -> Iterator[str]:
    words = {name: forms(texts[name]) for name in ("title", "names", "summary")}
    for line in LINES:
        name, _, is_stems = line.partition("_")
        found = [stem(word, code) for word in words[name]] if is_stems else words[name]
        yield f" {' '.join(found)} " if found else ""


@cache
def searchable() -> list[type[models.Model]]:
    """Every kind of record that has an index row."""
    return [model for model in apps.get_models() if hasattr(model, "search_texts")]


def rebuild(report=lambda model, number: None) -> int:
    """Writes every row anew; returns how many there are. ``report`` hears of each kind.

    A part at a time, each with its records locked, so that work goes on meanwhile and visitors
    find every record at any moment.
    """
    total = 0
    for model in searchable():
        published = model._base_manager.filter(status="published")
        keys = list(published.order_by("pk").values_list("pk", flat=True))
        number = sum(rewrite(published, keys[at : at + PART]) for at in range(0, len(keys), PART))
        entries = SearchEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
        entries.exclude(object_id__in=published.values("pk")).delete()
        report(model, number)
        total += number
    return total


@transaction.atomic
def rewrite(records: models.QuerySet, keys: list[int]) -> int:
    found = records.filter(pk__in=keys).order_by("pk").select_for_update()
    found = list(found.prefetch_related(*records.model.search_related))
    kind = ContentType.objects.get_for_model(records.model)
    SearchEntry.objects.filter(content_type=kind, object_id__in=keys).delete()
    SearchEntry.objects.bulk_create([entry(record) for record in found])
    return len(found)


def is_complete() -> bool:
    published = sum(m._base_manager.filter(status="published").count() for m in searchable())
    return SearchEntry.objects.count() == published
