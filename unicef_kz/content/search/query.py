"""What somebody asks for: words, "phrases in quotes" and -words to leave out."""

import re
from dataclasses import dataclass
from functools import cached_property

from ..languages import CODES
from .words import form, forms, stem, stems

QUOTES = str.maketrans(dict.fromkeys("«»„“”‟", '"'))
TERM = re.compile(r'(?P<minus>(?<!\S)[-−–])?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))')
#: More words than anybody asks for; the rest is dropped.
MOST_TERMS = 30
SHORTEST_PREFIX = 3
#: They stand everywhere and would only keep good records out; a phrase has them all the same.
_STOP_WORDS = """
a an and are at by for from how in is it of on or that the this to was what when where which
why with
в во где для и из или к как какие какой когда кто на не о об от по при с со сколько такое
у что это
бул деген жане каи кайда калай кандай канша мен не немесе пен ушин
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True)
class Term:
    """One word, or several that follow each other."""

    forms: tuple[str, ...]
    is_out: bool = False
    is_prefix: bool = False

    @property
    def is_phrase(self) -> bool:
        return len(self.forms) > 1

    @cached_property
    def exact(self) -> str:
        return f" {' '.join(self.forms)} "

    @cached_property
    def stemmed(self) -> dict[str, str]:
        """By language: the stems with a space around each."""
        return {c: f" {' '.join(stem(word, c) for word in self.forms)} " for c in CODES}

    @cached_property
    def alternatives(self) -> list[tuple[tuple[str, ...], bool]]:
        """(tokens that follow each other, whether the last may go on) in a fixed order."""
        if self.is_phrase:
            ways = {tuple(self.stemmed[code].split()) for code in CODES}
            return [(way, self.is_prefix) for way in sorted(ways)]
        word = self.forms[0]
        exact = sorted((token,) for token in stems(word) | {word})
        return [*((way, False) for way in exact), *([((word,), True)] if self.is_prefix else [])]

    def may_begin_with(self, word: str, language: str) -> bool:
        first = Term(self.forms[:1], is_prefix=self.is_prefix)
        return first.fits([word], language)

    def fits(self, words: list[str], language: str) -> bool:
        """Whether the words of a text, as many as it has itself, are those asked for."""
        pairs = list(zip(self.forms, words, strict=False))
        if len(pairs) < len(self.forms):
            return False
        *first, (last, word) = pairs
        goes_on = self.is_prefix and word.startswith(last)
        if not goes_on and stem(last, language) != stem(word, language):
            return False
        return all(stem(one, language) == stem(other, language) for one, other in first)


@dataclass(frozen=True)
class Query:
    """``wanted`` is empty where nothing was asked for that could be found."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]

    @classmethod
    def parse(cls, text: str) -> "Query":
        text = text.translate(QUOTES).replace("\0", " ")
        terms = [term for match in TERM.finditer(text) if (term := as_term(match))][:MOST_TERMS]
        wanted = tuple(term for term in terms if not term.is_out)
        telling = tuple(t for t in wanted if t.is_phrase or t.forms[0] not in STOP_WORDS)
        wanted = with_last_as_prefix(telling or wanted, text)
        return cls(wanted, tuple(term for term in terms if term.is_out))

    @property
    def key(self) -> tuple:
        """The same for the same question; light enough to be kept."""
        terms = self.wanted + self.unwanted
        return tuple((term.forms, term.is_out, term.is_prefix) for term in terms)

    @cached_property
    def beginnings(self) -> dict[str, "Beginnings"]:
        """By language."""
        return {code: Beginnings(self.wanted, code) for code in CODES}

    @property
    def has_only_unwanted(self) -> bool:
        return bool(self.unwanted) and not self.wanted

    def as_tsquery(self) -> str:
        """For PostgreSQL, of tokens that need no parser any more."""
        parts = [in_tsquery(term) for term in self.wanted]
        return " & ".join(parts + [f"!{in_tsquery(term)}" for term in self.unwanted])

    def as_match(self, column: str) -> str:
        """For FTS5. The words to leave out stand nowhere in the record."""
        wanted = " AND ".join(in_match(term) for term in self.wanted)
        out = "".join(f" NOT {{whole}} : {in_match(term)}" for term in self.unwanted)
        return f"{{{column}}} : ({wanted}){out}"


class Beginnings(dict):
    """word of a text → the terms that may begin with it; what was found once is known."""

    def __init__(self, terms: tuple[Term, ...], language: str):
        self.terms, self.language = terms, language

    def __missing__(self, word: str) -> list[Term]:
        found = [term for term in self.terms if term.may_begin_with(form(word), self.language)]
        self[word] = found
        return found


def as_term(match: re.Match) -> Term | None:
    """A word with a hyphen or a slash in it is a phrase too: KZ-43, child-friendly."""
    is_quoted = match["quoted"] is not None
    words = tuple(forms(match["quoted"] if is_quoted else match["plain"]))
    is_out = bool(match["minus"])
    if not words:
        return None
    is_prefix = len(words) == 1 and len(words[0]) >= SHORTEST_PREFIX
    return Term(words, is_out, is_prefix and not is_quoted and not is_out)


def with_last_as_prefix(terms: tuple[Term, ...], text: str) -> tuple[Term, ...]:
    """Somebody may still be typing it, however short it is."""
    if not terms or text.endswith('"') or len("".join(terms[-1].forms)) < 2:
        return terms
    return *terms[:-1], Term(terms[-1].forms, is_prefix=True)


def in_tsquery(term: Term) -> str:
    ways = []
    for tokens, goes_on in term.alternatives:
        quoted = [f"'{token}'" for token in tokens]
        ways.append(" <-> ".join(quoted) + (":*" if goes_on else ""))
    return f"({' | '.join(f'({way})' for way in ways)})"


def in_match(term: Term) -> str:
    ways = (
        f'"{" ".join(tokens)}"' + (" *" if goes_on else "") for tokens, goes_on in term.alternatives
    )
    return f"({' OR '.join(ways)})"
