"""How often one address may ask, counted over all processes of this machine.

The counts stand in a small file that each process maps into memory, so that counting costs some
microseconds and no statement. Nothing in it tells who asked: a place in it is a keyed hash of the
address, and what stands there is a time that has passed within the period of the limit.
"""

import struct
import time
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import ip_address
from math import ceil
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

from unicef_kz.content.shared import SIZE, SharedNumbers

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Limit:
    """So many requests at once, of which each comes back after ``step`` seconds."""

    number: int
    seconds: int

    @property
    def step(self) -> float:
        return self.seconds / self.number


@lru_cache
def limit(rate: str) -> Limit | None:
    """Of "120/min"; None for "", which is no limit."""
    if not rate:
        return None
    number, _slash, period = rate.partition("/")
    if not number.isdecimal() or not int(number) or period[:1] not in SECONDS:
        raise ImproperlyConfigured(f"“{rate}” is no rate. Write it as 120/min, or leave it empty.")
    return Limit(int(number), SECONDS[period[0]])


@dataclass(frozen=True)
class Verdict:
    """``wait`` and ``reset`` in seconds: until the next request, and until all are free again."""

    limit: int
    remaining: int
    reset: float
    wait: float = 0

    @property
    def headers(self) -> dict[str, str]:
        found = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(ceil(self.reset)),
        }
        return found | ({"Retry-After": str(ceil(self.wait))} if self.wait else {})


class Table(SharedNumbers):
    """Of each address the time until which its requests are used up (the generic cell rate
    algorithm). It stands in two places; the earlier one counts, so that a visitor who shares one of
    them with another is not held up.
    """

    PLACES = 2**16

    def __init__(self, path: Path):
        super().__init__(path, self.PLACES, "d")

    def take(self, key: bytes, limit: Limit) -> Verdict:
        places = [number % self.PLACES for number in struct.unpack_from("2I", key)]
        with self.alone():
            now = time.time()
            # A time beyond the period was written by a clock that ran ahead.
            found = [self.numbers[place] for place in places]
            known = [moment if moment <= now + limit.seconds else 0 for moment in found]
            used_until = max(now, min(known)) + limit.step
            wait = used_until - now - limit.seconds
            if wait > 1e-6:
                return Verdict(limit.number, 0, used_until - limit.step - now, wait)
            for place, moment in zip(places, known, strict=True):
                self.numbers[place] = max(moment, used_until)
        reset = used_until - now
        return Verdict(limit.number, int((limit.seconds - reset) / limit.step + 1e-6), reset)

    def clear(self) -> None:
        with self.alone():
            self.numbers[:] = memoryview(bytes(self.PLACES * SIZE)).cast("d")


@cache
def table(path: Path) -> Table:
    return Table(path)


def take(scope: str, request, rate: str) -> Verdict | None:
    """Counts one request; None where there is no limit."""
    if not (allowed := limit(rate)):
        return None
    key = salted_hmac("unicef_kz.rates", f"{scope} {visitor(request)}").digest()
    return table(settings.RATES_FILE).take(key, allowed)


def visitor(request) -> str:
    """The address that asks, as the outermost proxy of ours has seen it. What a visitor writes into
    X-Forwarded-For stands before that. In IPv6 the network: a single visitor has all of it.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    is_proxied = 0 < settings.TRUSTED_PROXIES <= len(forwarded)
    try:
        address = ip_address(forwarded[-settings.TRUSTED_PROXIES].strip() if is_proxied else peer)
    except ValueError:
        return peer
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address) if address.version == 4 else address.packed[:8].hex()
