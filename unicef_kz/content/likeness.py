"""Which records are most like another one: those of its kind that share most with it."""

from functools import reduce
from operator import add

from django.db.models import Case, Count, IntegerField, OuterRef, Subquery, When
from django.db.models.functions import Coalesce

MOST = 3


def similar(record, *relations: str):
    """Public records that share public programmes, partners, regions …, most first.

    ``relations`` are many-to-many; of two that share as much, one of the same ``kind`` comes first.
    One query, the same order every time.
    """
    shared = reduce(add, (number_shared(record, name) for name in relations))
    found = type(record).objects.public().exclude(pk=record.pk).annotate(shared=shared)
    same_kind = Case(When(kind=record.kind, then=0), default=1)
    return found.filter(shared__gt=0).order_by("-shared", same_kind, "slug")


def number_shared(record, name: str):
    """How many records of a relation another record has in common with this one.

    Counted in the table between them: joins of several relations would multiply each other.
    """
    relation = record._meta.get_field(name)
    field = relation.remote_field if relation.auto_created else relation
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    if relation.auto_created:
        own, other = other, own
    rows = field.remote_field.through.objects.filter(
        **{own: OuterRef("pk"), f"{other}__in": getattr(record, name).public()}
    )
    counts = rows.order_by().values(own).annotate(n=Count(other, distinct=True)).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)
