"""What SQLite lacks: matching that ignores the case of Cyrillic, and the order of our alphabets.

The collations carry the names that PostgreSQL's ICU gives them, so queries are the same on both.
"""

import re
from functools import lru_cache

from .languages import ALPHABETS, alphabet_key, fold


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


def _collation(language: str):
    def compare(one, other):
        first, second = alphabet_key(one, language), alphabet_key(other, language)
        return (first > second) - (first < second)

    return compare


def teach_alphabets(sender, connection, **kwargs):
    if connection.vendor != "sqlite":
        return
    database = connection.connection
    database.create_function("like", 2, _like, deterministic=True)
    database.create_function("like", 3, _like, deterministic=True)
    database.create_function("fold", 1, lambda text: text and fold(text), deterministic=True)
    for code in ALPHABETS:
        database.create_collation(f"{code}-x-icu", _collation(code))
