"""The page cache. It stands outside Django: a page that it knows costs a look into a dictionary.

It keeps what everybody may see, for as long as ``public()`` would answer the same: until the
content version moves or its ``next_change()`` comes. Nothing is ever served beyond that, and there
is no ``s-maxage``: caches of others cannot be told that a child's consent has ended.
"""

import gzip
import re
import time
from collections import OrderedDict
from functools import lru_cache
from hashlib import blake2b
from math import inf
from threading import Lock

import brotli
from django.conf import settings
from django.db import Error
from django.http.request import split_domain_port, validate_host

from .addresses import PAGES, PUBLIC, clean_query, tidy
from .content import version
from .heartbeat import DATABASE_LOST

#: Seconds for which known pages outlive a lost database.
OUTLIVES = 30
#: Seconds after which all is asked again, should a hand have changed the database past Django.
LONGEST = 600
LARGEST = 2**20  # bytes of a body
OVERHEAD = 3000  # bytes for headers and keys of one answer
MOST_SPELLINGS = 4096
LONGEST_SPELLING = 600  # characters
#: Headers that are the same for every visitor; what a request adds of its own is not kept.
KEPT = {
    "access-control-allow-origin",
    "access-control-expose-headers",
    "content-disposition",
    "content-language",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "last-modified",
    "link",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "x-robots-tag",
}
#: What of them is about the one who asked, and is told to nobody else.
OWN = "ratelimit-"
#: About one visitor's copy; the answer is made for all. ``If-None-Match`` goes on: what matches it
#: is no page, so nothing is kept, and a file that is never kept need not be sent again.
CONDITIONS = (
    "HTTP_IF_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_RANGE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
)
TAG = re.compile(r'"[^"]*"')
OK, NOT_MODIFIED = "200 OK", "304 Not Modified"


@lru_cache(256)
def negotiate(accepted: str) -> str:
    """The encoding that ``Accept-Encoding`` likes best; of equals the smallest."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        try:
            weights[name.strip()] = float(parameter.partition("=")[2]) if parameter else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    others = weights.get("*", 0.0)
    liked = {name: weights.get(name, others) for name in ("br", "gzip")}
    best = max(liked, key=liked.get)
    return best if liked[best] > 0 and liked[best] >= weights.get("identity", 0.0) else "identity"


class Answer:
    """A page in one encoding, ready to be sent."""

    __slots__ = ("body", "etag", "headers", "unchanged")

    def __init__(self, entry, encoding):
        self.body = entry.packed if encoding == "br" else brotli.decompress(entry.packed)
        if encoding == "gzip":
            self.body = gzip.compress(self.body, 6, mtime=0)
        self.etag = f'"{entry.digest}-{encoding}"'
        same = [*entry.headers, ("ETag", self.etag)]
        self.unchanged = [(n, v) for n, v in same if n.lower() != "content-type"]
        coded = [] if encoding == "identity" else [("Content-Encoding", encoding)]
        self.headers = [*same, *coded, ("Content-Length", str(len(self.body)))]

    def send(self, environ, start_response, own=()):
        """``own`` headers are those of whoever had it made; what is known costs nobody."""
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked and (asked == self.etag or asked == "*" or self.etag in TAG.findall(asked)):
            start_response(NOT_MODIFIED, [*self.unchanged, *own])
            return []
        start_response(OK, [*self.headers, *own])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


class Entry:
    """A page. Its bytes are kept compressed; an encoding is made when it is first asked for."""

    __slots__ = ("answers", "digest", "headers", "packed")

    def __init__(self, headers, body):
        named = {name.lower(): value for name, value in headers}
        varies = {"Accept-Encoding", *filter(None, re.split(r"[,\s]+", named.get("vary", "")))}
        self.headers = [(name, value) for name, value in headers if name.lower() in KEPT]
        self.headers += [("Cache-Control", "no-cache"), ("Vary", ", ".join(sorted(varies)))]
        self.digest = blake2b(body, digest_size=12).hexdigest()
        self.packed, self.answers = brotli.compress(body, quality=5), {}

    @property
    def size(self) -> int:
        return len(self.packed) + sum(len(a.body) + OVERHEAD for a in self.answers.values())


class Store:
    """Entries of one content version, the last used ones, up to a number of bytes."""

    def __init__(self, limit: int):
        self.limit, self.lock = limit, Lock()
        self.forget(None, 0)

    def forget(self, number, ends: float) -> None:
        with self.lock:
            self.entries, self.spellings, self.size = OrderedDict(), {}, 0
            self.number, self.ends = number, ends

    def lives(self, number) -> bool:
        return number == self.number and time.time() < self.ends

    def known(self, spelling) -> Answer | None:
        """By the request as it was written; saves taking it apart."""
        key, encoding = self.spellings.get(spelling, (None, None))
        return self.get(key, encoding) if key else None

    def get(self, key, encoding) -> Answer | None:
        with self.lock:
            if entry := self.entries.get(key):
                self.entries.move_to_end(key)
                if encoding not in entry.answers:
                    entry.answers[encoding] = Answer(entry, encoding)
                    self.make_room(len(entry.answers[encoding].body) + OVERHEAD)
                return entry.answers[encoding]

    def put(self, number, key, entry) -> None:
        """Unless the content has moved on while the page was made."""
        with self.lock:
            if number == self.number and key not in self.entries:
                self.entries[key] = entry
                self.make_room(entry.size)

    def make_room(self, added: int) -> None:
        self.size += added
        while self.size > self.limit and self.entries:
            _key, oldest = self.entries.popitem(last=False)
            self.size -= oldest.size

    def spell(self, spelling, key, encoding) -> None:
        """Anybody can invent spellings, so they are few and short."""
        with self.lock:
            if len(self.spellings) >= MOST_SPELLINGS:
                self.spellings.clear()
            if sum(map(len, filter(None, spelling))) <= LONGEST_SPELLING:
                self.spellings[spelling] = key, encoding


class PageCache:
    def __init__(self, application, *, limit, heartbeat, number=version.current):
        self.application, self.heartbeat, self.number = application, heartbeat, number
        self.store = Store(limit)
        self.scheme, self.secure = settings.SECURE_PROXY_SSL_HEADER or ("", "")

    def __call__(self, environ, start_response):
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if not path.startswith(PUBLIC) or method not in ("GET", "HEAD"):
            return self.application(environ, start_response)
        if self.heartbeat.silence() > OUTLIVES:
            return self.application(environ | {DATABASE_LOST: True}, start_response)
        number, spelling = self.number(), self.spelling(environ, path)
        if self.store.lives(number) and (answer := self.store.known(spelling)):
            return answer.send(environ, start_response)
        return self.look(number, spelling, environ, start_response)

    def spelling(self, environ, path) -> tuple:
        get = environ.get
        return (
            environ["wsgi.url_scheme"],
            get(self.scheme),
            get("HTTP_HOST"),
            path,
            get("QUERY_STRING"),
            get("HTTP_ACCEPT_ENCODING"),
            *(() if path.startswith(PAGES) else (get("HTTP_ACCEPT"), get("HTTP_ACCEPT_LANGUAGE"))),
        )

    def key(self, spelling) -> tuple | None:
        """None for a host that is not ours, and for what a form has sent; Django answers that."""
        scheme, forwarded, host, path, query, _encoding, *preferences = spelling
        if not host or not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
            return None
        if query and tidy(path, query):
            return None
        if forwarded is not None:
            secure = forwarded.split(",", 1)[0].strip() == self.secure
            scheme = "https" if secure else "http"
        return scheme, host.lower(), path, clean_query(query or ""), *preferences

    def look(self, number, spelling, environ, start_response):
        key, encoding = self.key(spelling), negotiate(spelling[5] or "")
        if key is None or not self.is_ready(number):
            return self.application(environ, start_response)
        answer, own = self.store.get(key, encoding), []
        if answer is None:
            status, headers, result = self.ask(environ, key)
            if not may_be_kept(status, headers, result, on_page=len(key) == 4):
                return pass_on(environ, start_response, status, headers, result)
            entry = Entry(headers, result.content)
            result.close()
            self.store.put(number, key, entry)
            answer = self.store.get(key, encoding) or Answer(entry, encoding)
            own = [header for header in headers if header[0].lower().startswith(OWN)]
        self.store.spell(spelling, key, encoding)
        return answer.send(environ, start_response, own)

    def is_ready(self, number) -> bool:
        """Whether it is known how long a page of this version may live: asked before it is made."""
        if not self.store.lives(number):
            try:
                change = version.next_change()
            except Error:
                return False
            ends = change.timestamp() if change else inf
            self.store.forget(number, min(ends, time.time() + LONGEST))
        return True

    def ask(self, environ, key):
        """The whole page, as for anybody."""
        asked = {name: value for name, value in environ.items() if name not in CONDITIONS}
        asked |= {"REQUEST_METHOD": "GET", "QUERY_STRING": key[3]}
        answered = []
        result = self.application(asked, lambda *answer: answered.append(answer))
        status, headers = answered[-1][:2]
        return status, headers, result


def may_be_kept(status, headers, result, *, on_page) -> bool:
    named = {name.lower(): value.lower() for name, value in headers}
    varies = set(filter(None, re.split(r"[,\s]+", named.get("vary", ""))))
    told = {"accept-encoding"} if on_page else {"accept-encoding", "accept", "accept-language"}
    return (
        status == OK
        and not getattr(result, "streaming", True)
        and len(result.content) <= LARGEST
        and varies <= told
        and "set-cookie" not in named
        and "nonce-" not in named.get("content-security-policy", "")
        and not {"private", "no-store"} & set(re.split(r"[,\s]+", named.get("cache-control", "")))
    )


def pass_on(environ, start_response, status, headers, result):
    start_response(status, headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        result.close()
        return []
    return result
