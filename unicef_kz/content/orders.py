"""``Meta.ordering`` in Python, for rows of several answers that make one list."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models.expressions import OrderBy


class Order(NamedTuple):
    name: str
    is_falling: bool

    @classmethod
    def of(cls, column: str | OrderBy) -> "Order":
        if isinstance(column, OrderBy):
            return cls(column.expression.name, column.descending)
        return cls(column.lstrip("-"), column.startswith("-"))


def in_order(rows: Iterable[tuple], orders: list[Order]) -> list[tuple]:
    """Each row is a key and the columns of the orders; what has no value comes last."""
    rows = list(rows)
    for place, (_name, is_falling) in reversed([*enumerate(orders, 1)]):
        rows.sort(
            key=lambda row: ((row[place] is None) != is_falling, row[place]),
            reverse=is_falling,
        )
    return rows
