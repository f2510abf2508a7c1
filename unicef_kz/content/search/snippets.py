"""What of a record's text answers a query, with the words marked."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join

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
    words = [(match.span(), form(match[0])) for match in WORD.finditer(text)]
    found = []
    for place, ((start, _end), _form) in enumerate(words):
        for term in query.wanted:
            following = words[place : place + len(term.forms)]
            if term.fits([word for _span, word in following], language):
                found.append((start, following[-1][0][1]))
    return found


def marked(text: str, query: Query, language: str) -> str:
    text, pieces, end = normal(text), [], 0
    for start, stop in spans(text, query, language):
        if start < end:
            continue  # two terms ask for the same word
        pieces += [("{}", text[end:start]), ("<mark>{}</mark>", text[start:stop])]
        end = stop
    pieces.append(("{}", text[end:]))
    return format_html_join("", "{}", ((format_html(form, piece),) for form, piece in pieces))


def snippet(record, query: Query) -> Snippet:
    """The summary; a part of the text where the words stand only there; in the reader's language,
    or in the one that has the words.
    """
    for code in chain():
        texts = {name: normal(text) for name, text in record.search_texts(code).items()}
        found = {name: spans(text, query, code) for name, text in texts.items()}
        if found["body"] and not (found["title"] or found["names"] or found["summary"]):
            return Snippet(marked(around(texts["body"], found["body"][0]), query, code), code)
        if any(found.values()) and texts["summary"]:
            return Snippet(marked(texts["summary"], query, code), code)
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
