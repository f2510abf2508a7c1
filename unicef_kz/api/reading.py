"""Which records an address asks for, in which order, and how far a reader has come."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext

from unicef_kz.content.languages import CODES
from unicef_kz.content.rows import Rows
from unicef_kz.kinds import Kind

from .serializers import SERIALIZERS

MOST_ON_A_PAGE = 200
#: Rows of a file that are read at a time.
CHUNK = 200
CURSOR = re.compile(r"([<>])(\d{1,9})\.(\d{1,18})")


class Selection:
    """The records that the filters choose, by the same FilterSet as on the page.

    The keys of all of them are read at once, in order. So a cursor needs no rule for each order,
    and nothing is doubled or lost where titles are equal, days are unknown or a record is added.
    """

    def __init__(self, kind: Kind, request, languages: list[str], errors: dict):
        self.kind, self.data, self.languages = kind, request.GET, languages
        self.serializer_class = SERIALIZERS[kind.name]
        self.public = kind.model.objects.public()
        self.filterset = kind.filterset_class(request.GET, self.public, request=request)
        self.errors = errors | self.filterset.messages

    @cached_property
    def keys(self) -> Sequence[int]:
        return [] if self.errors else self.filterset.keys

    def documents(self, keys: Sequence[int]) -> Iterator[dict]:
        return documents(self.public, self.serializer_class, keys, self.languages)

    # One page of them

    @cached_property
    def page_size(self) -> int:
        """By default that of the page, so that both count alike."""
        text = self.data.get("page_size", "")
        if not text:
            return self.kind.list_view.paginate_by
        if text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MOST_ON_A_PAGE:
            return int(text)
        most = {"most": MOST_ON_A_PAGE}
        self.errors["page_size"] = [gettext("Write a number from 1 to %(most)d.") % most]
        return self.kind.list_view.paginate_by

    @cached_property
    def start(self) -> int:
        if text := self.data.get("cursor"):
            return self._start_at(text)
        number = (self.filterset.values("page") or ["1"])[-1]
        last = max(1, -(-len(self.keys) // self.page_size))
        if number.isdecimal() and len(number) < 10 and 1 <= int(number) <= last:
            return (int(number) - 1) * self.page_size
        text = gettext("There is no such page; the last one is %(last)s.")
        self.errors["page"] = [text % {"last": last}]
        return 0

    def _start_at(self, cursor: str) -> int:
        """After or before the record that the cursor names, or where it stood, if it is gone."""
        try:
            match = CURSOR.fullmatch(urlsafe_b64decode(cursor.encode()).decode())
        except ValueError:
            match = None
        if not match:
            self.errors["cursor"] = [gettext("This is no cursor. Take it from “next”.")]
            return 0
        place, key = int(match[2]), int(match[3])
        known = key in self._places
        place = self._places.get(key, place)
        return place + known if match[1] == ">" else max(0, place - self.page_size)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {key: place for place, key in enumerate(self.keys)}

    def page(self) -> dict:
        start = self.start
        keys = [] if self.errors else self.keys[start : start + self.page_size]
        end = start + len(keys)
        return {
            "count": len(keys) and len(self.keys),
            "next": self._address(f">{end - 1}.{keys[-1]}")
            if keys and end < len(self.keys)
            else None,
            "previous": self._address(f"<{start}.{keys[0]}") if keys and start else None,
            "errors": self.errors,
            "results": list(self.documents(keys)),
        }

    def _address(self, cursor: str) -> str:
        pairs = [(name, value) for name, value in self.filterset.pairs() if name != "page"]
        pairs += [(n, self.data[n]) for n in ("lang", "page_size") if self.data.get(n)]
        pairs.append(("cursor", urlsafe_b64encode(cursor.encode()).decode()))
        return f"{settings.SITE_URL}{self.kind.data_address}?{urlencode(pairs)}"


def documents(records, serializer_class, keys=None, languages=CODES) -> Iterator[dict]:
    """Of the records with these keys, in that order, or of all; so many are read at a time."""
    if keys is None:
        keys = list(records.values_list("pk", flat=True))
    records = records.prefetch_related(*serializer_class.related())
    rows = Rows(records.model, keys, lambda some: records.filter(pk__in=some))
    for start in range(0, len(keys), CHUNK):
        part = rows[start : start + CHUNK]
        yield from serializer_class(part, many=True, context={"languages": languages}).data
