"""Records by their keys, read when somebody looks at them."""

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import chain

from .kept import COUNTS, state
from .languages import CODES, translated_names

#: Records of one kind on the page of another.
MOST_SHOWN = 100


class RecordsInRows:
    """Part of PageQuerySet."""

    def for_cards(self):
        """With no more columns than a row of a list shows."""
        translated = translated_names(self.model)
        names = [
            [f"{name}_{code}" for code in CODES] if name in translated else [name]
            for name in self.model.in_cards
        ]
        return self.only(*chain.from_iterable(names)) if names else self


class Rows(Sequence):
    """``find(keys)`` gives the public ones of these, in any order.

    Who was withdrawn since the keys were read is not among the records. ``as_of`` is the state of
    the content before they were read, where that was done already.
    """

    def __init__(self, model: type, keys: Sequence[int], find: Callable, as_of=None):
        self.model, self.keys, self.find, self.as_of = model, keys, find, as_of

    @classmethod
    def public(cls, model, keys, *prefetches: Callable) -> "Rows":
        """``prefetches`` give what is shown beside each record; they are called when it is read."""

        def find(some):
            beside = [prefetch() for prefetch in prefetches]
            rows = model.objects.public().filter(pk__in=some)
            return rows.for_cards().prefetch_related(*beside)

        return cls(model, keys, find)

    @classmethod
    def of(cls, records) -> "Rows":
        """Of a queryset of public records, which is read now."""
        now = state()
        found = {record.pk: record for record in records.for_cards()}
        return cls(records.model, list(found), lambda some: map(found.get, some), now)

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, part: slice) -> "Rows":
        return Rows(self.model, self.keys[part], self.find, self.as_of)

    def __iter__(self):
        return iter(self.records)

    @cached_property
    def records(self) -> list:
        return self.read(self.keys)

    def read(self, keys) -> list:
        """In the order of the keys."""
        found = {record.pk: record for record in self.find(keys)} if keys else {}
        return [found[key] for key in keys if key in found]


class Some(Rows):
    """The first of the records of a page; ``rest`` is the address of all, "" if these are.

    ``filters`` are the parameters of the list of their kind that finds the same ones, if it can.
    """

    def __init__(self, records, **filters):
        found = Rows.of(records[: MOST_SHOWN + 1])
        super().__init__(found.model, found.keys[:MOST_SHOWN], found.find, found.as_of)
        self.is_cut = len(found) > MOST_SHOWN
        self.rest = self.model.list_address(**filters) if self.is_cut and filters else ""


def few(name, model, records: Callable) -> list[int]:
    """The keys of some public records out of very many, read once for each version."""
    return COUNTS.get((name, model), lambda: list(records().values_list("pk", flat=True)))
