"""Which records are most like another one: those of its kind that share most with it."""

from collections.abc import Iterator
from functools import reduce
from itertools import groupby, islice
from operator import itemgetter, or_

from django.db.models import Case, CharField, F, IntegerField, QuerySet, Value, When

from .kept import SETS, public_keys
from .keysets import KeySet
from .options import united

MOST = 3
#: Of those that share most, so many are looked at for who may be seen and in which order.
CANDIDATES = 60


def similar(record, **related):
    """Public records that share public programmes, partners, regions …, most first.

    ``related`` holds the public records of each relation, as the page shows them anyway; of two
    that share as much, one of the same ``kind`` comes first. The same order every time.
    """
    model = type(record)
    others = public_keys([model])[model] & ~(1 << record.pk)
    sets = [keys & others for keys in ties(record, related)]
    shared = list(islice(most_often(sets), CANDIDATES))
    by_number = {n: [pk for pk, _n in pairs] for n, pairs in groupby(shared, itemgetter(1))}
    number = Case(
        *(When(pk__in=keys, then=Value(n)) for n, keys in by_number.items()),
        default=Value(0),
        output_field=IntegerField(),
    )
    same_kind = Case(When(kind=record.kind, then=0), default=1)
    found = model.objects.public().filter(pk__in=[pk for pk, _number in shared])
    return found.annotate(shared=number).order_by("-shared", same_kind, "slug")


def most_often(sets: list[int]) -> Iterator[tuple[int, int]]:
    """(key, how many of the sets have it), most first; all are counted at once, digit by digit."""
    digits, every = [], reduce(or_, sets, 0)
    for carry in sets:
        for place, digit in enumerate(digits):
            digits[place], carry = digit ^ carry, digit & carry
        if carry:
            digits.append(carry)
    for number in range(2 ** len(digits) - 1, 0, -1):
        found = every
        for place, digit in enumerate(digits):
            found &= digit if number >> place & 1 else ~digit
        while found:
            lowest = found & -found
            yield lowest.bit_length() - 1, number
            found ^= lowest


def ties(record, related) -> list[int]:
    """For each record that it is related to, the keys of all that are."""
    model = type(record)
    wanted = [
        ("tie", model, name, key) for name in related for key in {r.pk for r in related[name]}
    ]

    def read(missing):
        keys = {name: [k[3] for k in missing if k[2] == name] for name in related}
        parts = [rows_between(model, name, found) for name, found in keys.items() if found]
        known = {("tie", model, name, key): keys for name, key, keys in united(parts)}
        return dict.fromkeys(missing, 0) | known

    return list(SETS.get_all(wanted, read).values())


def rows_between(model, name: str, keys: list[int]):
    """(name, key of the other side, keys of this one), from the table between them."""
    relation = model._meta.get_field(name)
    field = relation.remote_field if relation.auto_created else relation
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    if relation.auto_created:
        own, other = other, own
    rows = QuerySet(field.remote_field.through).filter(**{f"{other}__in": keys}).order_by()
    named = rows.annotate(tie=Value(name, CharField()), other=F(f"{other}_id"))
    return named.values_list("tie", "other").annotate(keys=KeySet(f"{own}_id"))
