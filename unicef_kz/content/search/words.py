"""Words as they are indexed and asked for: folded, and cut to their stems."""

import html
import re
import unicodedata
from functools import lru_cache

import snowballstemmer

from ..languages import fold

WORD = re.compile(r"[^\W_ʼ]+(?:['’ʼ][^\W_ʼ]+)*")
APOSTROPHE = re.compile(r"['’ʼ](?:s$)?")
TAG = re.compile(r"<[^>]*>")
#: The last code point of the Latin letters with accents.
LATIN = "\u024f"
#: Longer than any word; PostgreSQL refuses tokens above two kilobytes.
LONGEST_WORD = 60

#: Endings of Kazakh nouns, written as ``fold()`` leaves them; the last ending comes first.
CASES = (
    "ндагы|ндеги|дагы|деги|тагы|теги|мен|бен|пен|нан|нен|дан|ден|тан|тен|нда|нде|да|де|та|те|"
    "нын|нин|дын|дин|тын|тин|га|ге|ка|ке|на|не|ны|ни|ды|ди|ты|ти|сын|син|ын|ин"
)
OWNERS = "ымыз|имиз|мыз|миз|ыныз|иниз|ныз|низ|сы|си|ы|и"
PLURAL = "лар|лер|дар|дер|тар|тер"
ENDING = re.compile(rf"(?<=\w\w)(?:{CASES}|{OWNERS}|{PLURAL})$")
#: What a last consonant becomes before a vowel: мектеп, мектебі; балалық, балалығы.
HARDENED = {"б": "п", "г": "к"}
#: Forms that no rule of endings brings together.
IRREGULAR = {
    "children": "child",
    "ребенок": "ребенк",
    "сестер": "сестр",
    "медсестер": "медсестр",
    "девочек": "девочк",
}
MEN = re.compile(r"(?<=\w\w)men$")


def plain_text(text: str) -> str:
    """Rich text without its elements."""
    return html.unescape(TAG.sub(" ", text))


def normal(text: str) -> str:
    """One way to write each letter, whatever the keyboard made of it."""
    return unicodedata.normalize("NFC", text)


@lru_cache(16384)
def form(word: str) -> str:
    """A word without case, accents and apostrophes, Kazakh letters as their Russian neighbours."""
    folded = APOSTROPHE.sub("", fold(word[:LONGEST_WORD]))
    if folded.isascii():
        return folded
    return "".join(unicodedata.normalize("NFKD", c)[0] if c <= LATIN else c for c in folded)


def forms(text: str) -> list[str]:
    return [form(word) for word in WORD.findall(normal(text))]


@lru_cache(32768)
def stem(form: str, language: str) -> str:
    """By the script first: a Latin name in a Russian text is no Russian word."""
    if form in IRREGULAR:
        return IRREGULAR[form]
    if form[0] <= LATIN:
        return _snowball(MEN.sub("man", form), "english") if form.isalpha() else form
    return _kazakh(form) if language == "kk" else _snowball(form, "russian")


def _snowball(form: str, name: str) -> str:
    # A new stemmer for each word that is not cached: it keeps the word in itself, so that two
    # threads would mix theirs.
    return snowballstemmer.stemmer(name).stemWord(form)


def _kazakh(form: str) -> str:
    """Light: it takes endings off as long as two letters stay, so all forms meet in one."""
    while True:
        shorter = ENDING.sub("", form)
        if shorter == form:
            return form[:-1] + HARDENED.get(form[-1], form[-1])
        form = shorter


def stems(form: str) -> set[str]:
    """A word that is asked for has no language, so all that its script allows."""
    return {stem(form, "ru"), stem(form, "kk")}
