"""Finds records and puts them in order, the same on PostgreSQL and on SQLite.

The database says which records match, at most ``MOST`` and those by their title first; the order is
made here. Nothing leaves without ``public()``.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F, Q, QuerySet

from ..kept import COUNTS, public_keys
from ..languages import CODES, chain
from .index import LINES, SearchEntry
from .query import Query, Term

#: Beyond so many matches nobody counts; the page says “more than”.
MOST = 500
#: Beyond so many entries it matters how they are walked through.
MANY = 20_000
#: Of a word: in the title, among the names, in the summary, in the text.
TITLE, NAMES, SUMMARY, BODY = 12, 11, 4, 1
EXACT, STEM, PREFIX = 1, 0.8, 0.3
OTHER_LANGUAGE = 0.9
#: For words that follow each other as they were asked for, a title or code that says it all.
TOGETHER, WHOLE_TITLE = 3, 6


@dataclass(frozen=True)
class Hit:
    model: type
    pk: int
    score: float
    recency: int
    slug: str

    @property
    def order(self):
        return (
            -(self.score + self.model.search_bonus),
            -self.recency,
            self.slug,
            self.model._meta.model_name,
        )


@dataclass
class Found:
    """Public records in their order. ``is_capped``: there are more than were looked at."""

    hits: list[Hit] = field(default_factory=list)
    is_capped: bool = False

    def __bool__(self):
        """False where nothing can be found; beyond the limit may stand what nobody looked at."""
        return bool(self.hits) or self.is_capped


def matching(queryset: QuerySet, text: str) -> QuerySet:
    """Those of a list that have all the words; without words none."""
    query = Query.parse(text)
    if not query.wanted:
        return queryset.none()
    entries = SearchEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(queryset.model), whole__matches=query
    )
    return queryset.filter(pk__in=entries.values("object_id"))


def find(
    query: Query,
    models: list[type],
    *,
    language: str | None = None,
    narrow: Callable[[QuerySet], QuerySet] | None = None,
    only_names: bool = False,
    most: int | None = None,
) -> Found:
    """``narrow`` is given the public records of a kind, to apply the filters of a list. They apply
    before the limit does: an answer that fits them is found however many others do not.
    """
    if not query.wanted or not models:
        return Found()
    most = most or MOST
    kinds = {ContentType.objects.get_for_model(model).pk: model for model in models}
    entries = SearchEntry.objects.filter(among(kinds, narrow))
    rows = candidates(query, entries, most, only_names)
    is_capped = len(rows) > most
    seen = public_keys(kinds.values())
    rank = Ranking(query, language)
    hits = [
        Hit(kinds[kind], pk, rank(ranking), recency, slug)
        for kind, pk, ranking, recency, slug in rows[:most]
        if seen[kinds[kind]] >> pk & 1
    ]
    return Found(sorted(hits, key=lambda hit: hit.order), is_capped)


def among(kinds: dict, narrow) -> Q:
    """The entries of these kinds, or of those of their records that the filters leave."""
    if narrow is None:
        return Q(content_type__in=kinds)
    left = ((kind, narrow(model.objects.public())) for kind, model in kinds.items())
    parts = (Q(content_type=k, object_id__in=rows.order_by().values("pk")) for k, rows in left)
    return reduce(or_, parts)


def candidates(query: Query, entries: QuerySet, most: int, only_names: bool) -> list[tuple]:
    """Up to one more than ``most``: those by title or name first, the newest first among them."""
    entries = entries.order_by("-recency", "slug", "pk")
    columns = ("content_type_id", "object_id", "ranking", "recency", "slug")
    heads = entries.filter(head__matches=query)
    if query.unwanted:  # what is left out stands nowhere, not only not in the head
        heads = heads.filter(whole__matches=query)
    rows = list(quickest(heads, most).values_list(*columns)[: most + 1])
    if only_names or len(rows) > most:
        return rows
    known = {row[:2] for row in rows}
    others = quickest(entries.filter(whole__matches=query), most)
    others = others.values_list(*columns)[: most + 1]
    return [*rows, *(row for row in others if row[:2] not in known)][: most + 1]


def quickest(entries: QuerySet, most: int) -> QuerySet:
    """In the same order. Among very many PostgreSQL walks along the dates until it has enough, and
    for a rare word through all of them; here it does so for common words only.

    Whether a word is common, its statistics know. To walk is quicker where that meets fewer rows,
    ``most * number / found``, each three times as dear as one that the index of words leads to.
    """
    if connection.vendor != "postgresql":
        return entries
    number = COUNTS.get("search entries", SearchEntry.objects.count)
    if number < MANY or estimate(entries) ** 2 > 3 * most * number:
        return entries
    return entries.order_by((F("recency") + 0).desc(), "slug", "pk")


def estimate(entries: QuerySet) -> int:
    """How many there are, as PostgreSQL thinks."""
    return json.loads(entries.order_by().explain(format="json"))[0]["Plan"]["Plan Rows"]


class Ranking:
    """How well a record answers, from the words of its titles, names and summaries alone.

    Title before summary before text; a word itself before its other forms, before its beginning;
    the reader's language before the others.
    """

    def __init__(self, query: Query, language: str | None):
        self.terms = query.wanted
        self.weights = dict.fromkeys(CODES, OTHER_LANGUAGE) | {chain(language)[0]: 1}
        plain = [" ".join(term.forms) for term in self.terms]
        self.together = f" {' '.join(plain)} " if len(plain) > 1 else ""

    def __call__(self, ranking: str) -> float:
        lines = ranking.split("\n")
        return max(
            weight * self.score(code, lines[place * len(LINES) :])
            for place, (code, weight) in enumerate(self.weights.items())
        )

    def score(self, code: str, lines: list[str]) -> float:
        title, title_stems, names, summary, summary_stems = lines[: len(LINES)]
        total = in_title = in_names = 0
        for term in self.terms:
            by_title = TITLE * how(term, code, title, title_stems)
            by_name = NAMES * how(term, code, names, "")
            in_title += by_title > TITLE * PREFIX
            in_names += by_name == NAMES
            total += (
                max(by_title, by_name) or SUMMARY * how(term, code, summary, summary_stems) or BODY
            )
        score = total / len(self.terms)
        if self.together and self.together in title:
            score += TOGETHER
        if in_names == len(self.terms):
            score += WHOLE_TITLE
        elif in_title == len(self.terms):
            words = title.count(" ") - 1
            score += WHOLE_TITLE * min(1, sum(len(t.forms) for t in self.terms) / words)
        return score


def how(term: Term, code: str, words: str, stems: str) -> float:
    """Exactly, in another form, by its beginning, or not at all (0)."""
    if term.exact in words:
        return EXACT
    if term.stemmed[code] in stems:
        return STEM
    return PREFIX if term.is_prefix and term.exact.rstrip() in words else 0
