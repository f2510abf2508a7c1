"""What SQLite lacks: matching that ignores the case of Cyrillic, and the order of our alphabets.

The collations carry the names that PostgreSQL's ICU gives them, so queries are the same on both.
"""

import re
from functools import lru_cache

ALPHABETS = {
    "en": "",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
}


@lru_cache(512)
def _pattern(like: str, escape: str | None) -> re.Pattern:
    parts, characters = [], iter(like)
    for character in characters:
        if character == escape:
            parts.append(re.escape(next(characters, "")))
        else:
            parts.append({"%": ".*", "_": "."}.get(character) or re.escape(character))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def _like(pattern, value, escape=None):
    if pattern is None or value is None:
        return None
    return bool(_pattern(str(pattern), escape).fullmatch(str(value)))


def _collation(alphabet: str):
    rank = {letter: chr(0xE000 + place) for place, letter in enumerate(alphabet)}

    @lru_cache(4096)
    def key(text):
        letters = [c for c in text.casefold() if c.isalnum() or c.isspace()]
        return "".join(rank.get(c, c) for c in letters), text

    return lambda a, b: (key(a) > key(b)) - (key(a) < key(b))


def teach_alphabets(sender, connection, **kwargs):
    if connection.vendor != "sqlite":
        return
    database = connection.connection
    database.create_function("like", 2, _like, deterministic=True)
    database.create_function("like", 3, _like, deterministic=True)
    for code, alphabet in ALPHABETS.items():
        database.create_collation(f"{code}-x-icu", _collation(alphabet))
