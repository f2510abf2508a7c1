"""Which records are most like another one: those of its kind that share most with it."""

from collections.abc import Iterator
from functools import reduce
from itertools import islice
from operator import or_

from .kept import SETS, public_keys
from .options import NEAR, grouped, united
from .rows import Rows

MOST = 3


def similar(record, *prefetches, but=(), **related) -> Rows:
    """Public records that share public programmes, partners, regions …, most first.

    ``related`` holds the public records of each relation, as the page shows them anyway; ``but``
    names relations to its own kind: what these tie to it is shown elsewhere on its page. Of two
    that share as much, one of the same ``kind`` comes first, then the later one.
    """
    model = type(record)
    shared = [(name, key) for name, records in related.items() for key in keys_of(records)]
    elsewhere = [(name, record.pk) for name in but]
    kind = "kind", record.kind
    found = ties(model, [kind, *elsewhere, *shared])
    hidden = reduce(or_, (found[tie] for tie in elsewhere), 1 << record.pk)
    others = public_keys([model])[model] & ~hidden
    alike = most_often([found[tie] & others for tie in shared], first=found[kind])
    return Rows.public(model, [pk for pk, _number in islice(alike, MOST)], *prefetches)


def most_often(sets: list[int], first: int = 0) -> Iterator[tuple[int, int]]:
    """(key, how many of the sets have it), most first, the keys in ``first`` before others, large
    before small. All are counted at once, digit by digit.
    """
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
        for part in (found & first, found & ~first):
            while part:
                key = part.bit_length() - 1
                yield key, number
                part ^= 1 << key


def ties(model, wanted: list[tuple]) -> dict[tuple, int]:
    """For each (relation, key of the other side) the keys of all records that have it."""

    def read(missing):
        values = {}
        for _tie, _model, name, value in missing:
            values.setdefault(name, []).append(value)
        parts = [grouped(model, name, some) for name, some in values.items()]
        known = {
            ("tie", model, name.removeprefix(NEAR), value): keys
            for _label, name, value, *_titles, keys in united(parts)
        }
        return dict.fromkeys(missing, 0) | known

    names = {(name, code): ("tie", model, name, str(code)) for name, code in wanted}
    found = SETS.get_all(names.values(), read)
    return {tie: found[name] for tie, name in names.items()}


def keys_of(records) -> set[int]:
    return set(records.keys) if isinstance(records, Rows) else {record.pk for record in records}
