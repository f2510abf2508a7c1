"""What was worked out from the content, in this process, until what is public changes."""

from collections import OrderedDict
from threading import Lock

from django.conf import settings
from django.db.models import CharField, Value

from . import version
from .keysets import KeySet, size
from .options import united


class Kept:
    """The last used values, up to a limit on the sum of what ``weigh`` says of each."""

    def __init__(self, limit: int, weigh=lambda value: 1):
        self.limit, self.weigh, self.lock = limit, weigh, Lock()
        self.forget(None)

    def forget(self, state) -> None:
        self.state, self.values, self.weight = state, OrderedDict(), 0

    def get(self, key, make):
        return self.get_all([key], lambda _missing: {key: make()})[key]

    def get_all(self, keys, make) -> dict:
        """``make(missing)`` gives those that are not known, all as of one version, which is taken
        before it reads. Two that ask at the same moment may both make them: neither waits.
        """
        state = version.current(), version.next_change()
        with self.lock:
            if state != self.state:
                self.forget(state)
            found = {key: self.values[key] for key in keys if key in self.values}
            for key in found:
                self.values.move_to_end(key)
        missing = [key for key in keys if key not in found]
        made = make(missing) if missing else {}
        with self.lock:
            for key, value in made.items():
                if state == self.state and key not in self.values:
                    self.keep(key, value)
        return found | made

    def keep(self, key, value) -> None:
        self.values[key] = value
        self.weight += self.weigh(value)
        while self.weight > self.limit:
            _key, oldest = self.values.popitem(last=False)
            self.weight -= self.weigh(oldest)


#: In each process: so many answers of the database about lists, and sets of keys up to 48 MB.
COUNTS, SETS = Kept(512), Kept(48 * 2**20, weigh=size)
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
