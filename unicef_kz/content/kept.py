"""What was worked out from the content, in this process, until what is public changes."""

from collections import OrderedDict
from threading import Lock

from . import version


class Kept:
    """The last used values, up to a limit on the sum of what ``weigh`` says of each."""

    def __init__(self, limit: int, weigh=lambda value: 1):
        self.limit, self.weigh, self.lock = limit, weigh, Lock()
        self.forget(None)

    def forget(self, state) -> None:
        self.state, self.values, self.weight = state, OrderedDict(), 0

    def get(self, key, make):
        """``make()`` is called at most once for a version; the version is taken before it reads."""
        state = version.current(), version.next_change()
        with self.lock:
            if state != self.state:
                self.forget(state)
            if key in self.values:
                self.values.move_to_end(key)
                return self.values[key]
        value = make()
        with self.lock:
            if state == self.state and key not in self.values:
                self.values[key] = value
                self.weight += self.weigh(value)
                while self.weight > self.limit:
                    _key, oldest = self.values.popitem(last=False)
                    self.weight -= self.weigh(oldest)
        return value
