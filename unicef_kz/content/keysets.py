"""Sets of primary keys as whole numbers: bit *n* stands for key *n*.

Which records an option of a facet has, for all of them at once. To narrow, to widen and to count is
a matter of microseconds then, however many records there are and whatever has been chosen.
"""

from array import array
from collections.abc import Iterable

from django.db.models import Aggregate, TextField


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


def among(keys: array, wanted: int) -> array:
    """Those that belong to a set, in their order; the set may know of later keys."""
    last = max(max(keys, default=0), wanted.bit_length())
    bits = wanted.to_bytes(last // 8 + 1, "little")
    return array("q", [key for key in keys if bits[key >> 3] & 1 << (key & 7)])


def size(value) -> int:
    """Bytes of a set, of keys in order, or of a dictionary of such."""
    if isinstance(value, int):
        return value.bit_length() // 8 + 64
    if isinstance(value, dict):
        return sum(map(size, value.values())) + 64 * len(value)
    if isinstance(value, array):
        return value.itemsize * len(value)
    return sum(map(size, value)) if isinstance(value, tuple) else 64
