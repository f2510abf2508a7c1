"""What was worked out from the content, in this process, until what is public changes."""

from collections import OrderedDict
from threading import Lock

from django.conf import settings
from django.db.models import CharField, Value

from . import version
from .keysets import KeySet, size
from .options import united


def state() -> tuple:
    """What is kept under one of them is forgotten under another."""
    return version.current(), version.next_change()


class Kept:
    """The last used values, up to a limit on the sum of what ``weigh`` says of each."""

    def __init__(self, limit: int, weigh=lambda value: 1):
        self.limit, self.weigh, self.lock = limit, weigh, Lock()
        self.forget(None)

    def forget(self, state) -> None:
        self.state, self.values, self.weight = state, OrderedDict(), 0

    def get(self, key, make):
        return self.get_all([key], lambda _missing: {key: make()})[key]

    def get_all(self, keys, make, as_of=None) -> dict:
        """``make(missing)`` gives those that are not known, all as of one state, which is taken
        before it reads. Two that ask at the same moment may both make them: neither waits.

        ``as_of`` is the state of what was read before: if it is another one, nothing is kept.
        """
        now = state()
        with self.lock:
            if now != self.state:
                self.forget(now)
            found = {key: self.values[key] for key in keys if key in self.values}
            for key in found:
                self.values.move_to_end(key)
        missing = [key for key in keys if key not in found]
        made = make(missing) if missing else {}
        with self.lock:
            for key, value in made.items():
                if now == self.state and as_of in (None, now) and key not in self.values:
                    self.keep(key, value)
        return found | made

    def keep(self, key, value) -> None:
        self.values[key] = value
        self.weight += self.weigh(value)
        while self.weight > self.limit:
            _key, oldest = self.values.popitem(last=False)
            self.weight -= self.weigh(oldest)


#: In each process: so many answers of the database about lists, and sets of keys up to 48 MB.
COUNTS, SETS = Kept(2048), Kept(48 * 2**20, weigh=size)
#: What each value of each filter has: as much as there is, 3 MB for a hundred thousand stories.
OPTIONS = Kept(2**28, weigh=size)
#: Parts of pages, by characters: up to four bytes each.
PARTS = Kept(settings.KEPT_MB * 2**18, weigh=len)


def public_keys(models) -> dict[type, int]:
    """The set of keys of each kind that ``public()`` gives; what is not known in one statement."""

    def read(missing):
        labels = {model._meta.label: model for _public, model in missing}
        parts = [
            model.objects.public()
            .order_by()
            .values("status")
            .annotate(kind=Value(label, CharField()), keys=KeySet("pk"))
            .values_list("kind", "keys")
            for label, model in labels.items()
        ]
        found = {("public", labels[label]): keys for label, keys in united(parts)}
        return dict.fromkeys(missing, 0) | found

    found = SETS.get_all([("public", model) for model in models], read)
    return {model: keys for (_public, model), keys in found.items()}
