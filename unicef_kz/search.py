"""One question to the titles and summaries of every kind of record, in one statement."""

from collections import Counter

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When

from programmes.models import Indicator, Partner, Programme, Region
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content.filters import LONGEST_QUERY
from unicef_kz.content.languages import CODES
from unicef_kz.content.models import Source

KINDS = {
    "programme": Programme,
    "story": Story,
    "milestone": Milestone,
    "indicator": Indicator,
    "region": Region,
    "partner": Partner,
    "source": Source,
}
PER_PAGE = 20


def matches(word: str, *names: str) -> Q:
    match = Q()
    for name in names:
        for code in CODES:
            match |= Q(**{f"{name}_{code}__folded": word})
    return match


def found(model, words: list[str]):
    """Every word stands in the title or summary, in whatever language; title matches first."""
    in_title, anywhere = Q(), Q()
    for word in words:
        in_title &= matches(word, "title")
        anywhere &= matches(word, "title", "summary")
    rank = Case(When(in_title, then=Value(0)), default=Value(1), output_field=IntegerField())
    return model.objects.public().filter(anywhere).annotate(rank=rank)


def search(text: str, kinds: list[str], page: int):
    """(page of records, {kind: number of matches}); no words, no matches."""
    words = text[:LONGEST_QUERY].split()
    if not words:
        return Paginator([], PER_PAGE).page(1), {}
    querysets = {kind: found(model, words) for kind, model in KINDS.items()}
    counts = count(querysets)
    hits = [
        querysets[kind].annotate(kind_name=Value(kind)).values_list("rank", "kind_name", "pk")
        for kind in (kinds or KINDS)
    ]
    union = hits[0].order_by().union(*(h.order_by() for h in hits[1:]), all=True)
    found_page = Paginator(union.order_by("rank", "kind_name", "pk"), PER_PAGE).get_page(page)
    found_page.object_list = records(list(found_page.object_list))
    return found_page, counts


def count(querysets: dict) -> dict[str, int]:
    """How many of each kind were found, in one statement."""
    rows = [
        queryset.order_by()
        .values("rank", kind_name=Value(kind))
        .annotate(n=Count("pk"))
        .values_list("kind_name", "rank", "n")
        for kind, queryset in querysets.items()
    ]
    counts = Counter()
    for kind, _rank, number in rows[0].union(*rows[1:], all=True):
        counts[kind] += number
    return dict(counts)


def records(hits) -> list:
    loaded = {}
    for kind in {kind for _rank, kind, _pk in hits}:
        keys = [pk for _rank, k, pk in hits if k == kind]
        for record in KINDS[kind].objects.public().filter(pk__in=keys):
            loaded[kind, record.pk] = record
    return [loaded[kind, pk] for _rank, kind, pk in hits if (kind, pk) in loaded]
