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
        return self.get_all([key], lambda _missing: {key: make()})[0]

    def get_all(self, keys: list, make) -> list:
        """``make`` is given those that are not known and returns a dictionary; the version is
        taken before it reads. Two that ask at the same moment may both make them.
        """
        state = version.current(), version.next_change()
        with self.lock:
            if state != self.state:
                self.forget(state)
            found = {key: self.values[key] for key in keys if key in self.values}
            for key in found:
                self.values.move_to_end(key)
        if missing := [key for key in keys if key not in found]:
            made = make(missing)
            found |= made
            self.keep(state, made)
        return [found[key] for key in keys]

    def keep(self, state, made: dict) -> None:
        with self.lock:
            for key, value in made.items():
                if state == self.state and key not in self.values:
                    self.values[key] = value
                    self.weight += self.weigh(value)
            while self.weight > self.limit:
                _key, oldest = self.values.popitem(last=False)
                self.weight -= self.weigh(oldest)
