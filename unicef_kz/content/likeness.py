"""Which records are most like another one: those of its kind that share most with it."""

from collections import Counter

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When

MOST = 3
#: Of those that share most, so many are looked at for who may be seen and in which order.
CANDIDATES = 60


def similar(record, *relations: str):
    """Public records that share public programmes, partners, regions …, most first.

    ``relations`` are many-to-many; of two that share as much, one of the same ``kind`` comes first.
    Two queries, the same order every time.
    """
    shared = Counter()
    for key, number in ties(record, relations):
        shared[key] += number
    best = sorted(shared, key=lambda pk: (-shared[pk], pk))[:CANDIDATES]
    number = Case(
        *(When(pk=pk, then=Value(shared[pk])) for pk in best),
        default=Value(0),
        output_field=IntegerField(),
    )
    same_kind = Case(When(kind=record.kind, then=0), default=1)
    found = type(record).objects.public().filter(pk__in=best)
    return found.annotate(shared=number).order_by("-shared", same_kind, "slug")


def ties(record, relations):
    """The key of another record and how many records of one relation it shares with this one.

    Read from the tables between them: joins of several relations would multiply each other.
    """
    first, *others = (rows_between(record, name) for name in relations)
    return first.union(*others, all=True) if others else first


def rows_between(record, name: str):
    relation = record._meta.get_field(name)
    field = relation.remote_field if relation.auto_created else relation
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    if relation.auto_created:
        own, other = other, own
    rows = QuerySet(field.remote_field.through).filter(
        **{f"{other}__in": getattr(record, name).public().order_by()}
    )
    rows = rows.exclude(**{own: record.pk}).order_by().values(key=F(f"{own}_id"))
    return rows.annotate(number=Count(other, distinct=True)).values_list("key", "number")
