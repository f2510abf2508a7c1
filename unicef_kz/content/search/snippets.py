"""What of a record's text answers a query, with the words marked."""

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import mark_safe

from ..languages import chain, shown
from .query import Query
from .words import WORD, form, normal

BEFORE, AFTER = 80, 180


@dataclass(frozen=True)
class Snippet:
    html: str
    language: str


def spans(text: str, query: Query, language: str) -> list[tuple[int, int]]:
    """Where the words stand that were asked for."""
    if not text:
        return []
    words, beginnings = list(WORD.finditer(text)), query.beginnings[language]
    found = []
    for place, match in enumerate(words):
        for term in beginnings[match[0]]:
            following = words[place : place + len(term.forms)]
            if term.fits([form(word[0]) for word in following], language):
                found.append((match.start(), following[-1].end()))
    return found


def marked(text: str, query: Query, language: str) -> str:
    text, pieces, end = normal(text), [], 0
    for start, stop in spans(text, query, language):
        if start < end:
            continue  # two terms ask for the same word
        pieces += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    return mark_safe("".join([*pieces, escape(text[end:])]))


def snippet(record, query: Query) -> Snippet:
    """The summary; a part of the text where the words stand only there; in the reader's language,
    or in the one that has the words.
    """
    for code in chain():
        texts = {name: normal(text) for name, text in record.search_texts(code).items()}
        if any(spans(texts[name], query, code) for name in ("title", "names", "summary")):
            if texts["summary"]:
                return Snippet(marked(texts["summary"], query, code), code)
        elif found := spans(texts["body"], query, code):
            return Snippet(marked(around(texts["body"], found[0]), query, code), code)
    summary, code = shown(record, "summary")
    return Snippet(summary, code)


def around(text: str, span: tuple[int, int]) -> str:
    """Whole words on both sides."""
    start, stop = max(0, span[0] - BEFORE), span[1] + AFTER
    if start:
        start = text.find(" ", start, span[0]) + 1 or span[0]
    if stop < len(text):
        stop = text.rfind(" ", span[1], stop) + 1 or stop
    before, after = "… " if start else "", " …" if stop < len(text) else ""
    return before + " ".join(text[start:stop].split()) + after
