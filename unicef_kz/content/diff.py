"""What changed between two texts: plain text by word, rich text by block."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SAME, GONE, NEW = "same", "gone", "new"
BLOCK = re.compile(r"<(p|h2|h3)>.*?</\1>", re.DOTALL)
#: Lists and quotations become paragraphs, so that every block is whole by itself.
FLAT = [(r"</?(ul|ol|blockquote)>", ""), (r"<li>(<p>)?", "<p>• "), (r"(</p>)?</li>", "</p>")]
ELEMENTS = {SAME: "{}", GONE: "<del>{}</del>", NEW: "<ins>{}</ins>"}


def words(old: str, new: str) -> list[tuple[str, str]]:
    """Runs of words, each as (same, gone or new; text); the space after a word is no difference."""
    pieces = compare(*(re.findall(r"\S+\s*|^\s+", text) for text in (old, new)), key=str.strip)
    runs = groupby(pieces, key=itemgetter(0))
    return [(kind, "".join(text for _kind, text in run)) for kind, run in runs]


def blocks(old: str, new: str) -> list[tuple[str, str]]:
    """Paragraphs, headings and items of HTML, each as (same, gone or new; HTML)."""
    return list(compare(split(old), split(new)))


def split(html: str) -> list[str]:
    for pattern, flat in FLAT:
        html = re.sub(pattern, flat, html or "")
    return [match[0] for match in BLOCK.finditer(html)]


def compare(old: list[str], new: list[str], key=str) -> Iterator[tuple[str, str]]:
    matcher = SequenceMatcher(None, [*map(key, old)], [*map(key, new)], autojunk=False)
    for operation, i, j, k, m in matcher.get_opcodes():
        if operation == "equal":
            yield from ((SAME, part) for part in new[k:m])
        else:
            yield from ((GONE, part) for part in old[i:j])
            yield from ((NEW, part) for part in new[k:m])


def as_html(old: str, new: str) -> SafeString:
    """Words that went as ``<del>``, words that came as ``<ins>``."""
    pieces = (format_html(ELEMENTS[kind], text) for kind, text in words(old, new))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def rich_as_html(old: str, new: str) -> SafeString:
    """The same for rich text, which was sanitised when it was saved, by block."""
    pieces = (format_html(ELEMENTS[kind], mark_safe(html)) for kind, html in blocks(old, new))
    return format_html_join("", "{}", ((piece,) for piece in pieces))
