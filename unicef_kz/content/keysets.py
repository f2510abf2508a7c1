"""Sets of primary keys as whole numbers: bit *n* stands for key *n*.

Which records an option of a facet has, for all of them at once. To narrow, to widen and to count is
a matter of microseconds then, however many records there are and whatever has been chosen.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator

from django.db.models import Aggregate, TextField

#: One key among so many is looked up rather than walked to.
FEW = 20


class KeySet(Aggregate):
    """The keys of a group, as a whole number."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler, connection, **context):
        return super().as_sql(compiler, connection, function="ARRAY_AGG", **context)

    def convert_value(self, value, expression, connection):
        return key_set(value if isinstance(value, list) else map(int, value.split(",")))

    @property
    def empty_result_set_value(self):
        return None


def key_set(keys: Iterable[int]) -> int:
    keys = array("q", keys)
    bits = bytearray(max(keys, default=0) // 8 + 1)
    for key in keys:
        bits[key >> 3] |= 1 << (key & 7)
    return int.from_bytes(bits, "little")


def keys_in(wanted: int) -> Iterator[int]:
    digits = f"{wanted:b}"[::-1]
    key = digits.find("1")
    while key >= 0:
        yield key
        key = digits.find("1", key + 1)


def among(keys: array, wanted: int, places: Callable[[], array]) -> array:
    """Those of ``keys`` that belong to a set, in their order; the set may know of later ones.

    ``places`` gives where each key stands, which helps to find a few among many.
    """
    if wanted.bit_count() * FEW > len(keys):
        last = max(max(keys, default=0), wanted.bit_length())
        digits = f"{wanted:0{last + 1}b}"[::-1]
        return array("q", [key for key in keys if digits[key] == "1"])
    known = places()
    found = [key for key in keys_in(wanted) if key < len(known) and known[key]]
    return array("q", sorted(found, key=known.__getitem__))


def places(keys: array) -> array:
    """key → where it stands, from 1; 0 for what is not among them."""
    found = array("I", bytes(array("I").itemsize * (max(keys, default=0) + 1)))
    for place, key in enumerate(keys, 1):
        found[key] = place
    return found


def size(value) -> int:
    """Bytes of a set, of keys in order, or of a dictionary of such."""
    if isinstance(value, int):
        return value.bit_length() // 8 + 64
    if isinstance(value, dict):
        return sum(map(size, value.values())) + 64 * len(value)
    if isinstance(value, array):
        return value.itemsize * len(value)
    return sum(map(size, value)) if isinstance(value, tuple) else 64
