"""What in a text identifies a person, and which of its words hurt, in the three languages."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import yaml
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.languages import fold
from unicef_kz.content.richtext import TAGS

# Texts

BETWEEN = re.compile(r"</?(?:p|br|ul|ol|li|blockquote|h2|h3)\b[^>]*>")
TAG = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})\b[^>]*>")
LINK = re.compile(r'href="([^"]*)"')
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
DASHES = re.compile("[\u2010-\u2015\u2212]")


def plain(text: str) -> str:
    """As it is read, whatever spaces, dashes and hidden characters it is written with."""
    return even(unescape(TAG.sub("", BETWEEN.sub(" ", text))))


def addresses(text: str) -> str:
    """Where its links lead; nobody reads that, but everybody can."""
    return even(" ".join(unquote(unescape(link)) for link in LINK.findall(text)))


def even(text: str) -> str:
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return DASHES.sub("-", " ".join(text.split()))


# Personal data. The patterns read folded text: small letters, Kazakh ones as Russian ones.

GAP = r"[ ().-]{0,3}"
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b"
    r"|(?:январ|феврал|март|апрел|май|мая|мае|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|кантар|акпан|наурыз|сауир|мамыр|маусым|шилде|тамыз|кыркуйек|казан|караша|желтоксан)\w*"
)
DAY = r"(?<!\d)\d{1,2}(?:st|nd|rd|th| ?-?(?:го|е|ши|шы|нши|ншы))?"
A_DATE = (
    rf"(?:{DAY} (?:of )?(?:{MONTH})|\b(?:{MONTH})\.? {DAY}(?!\d)"
    r"|(?<!\d)\d{1,2}[ ./-]\d{1,2}[ ./-](?:\d\d)?\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d[ ./-]\d{1,2}[ ./-]\d{1,2}(?!\d))"
)
BIRTH = (
    r"(?:\bborn\b|\bbirth|\bdob\b|\bd\. ?o\. ?b\b"
    r"|родил|рожд|\bг\. ?р\b|\bтуган|\bтуыл|\bтуды|\bтуу|дуниеге кел)"
)
#: A code of date and century decides, not the control digit: a number with a slip in it still
#: identifies, and few numbers of a statistic look like a date.
IIN = (
    r"(?<!\d)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?[0-6]\d{2}[ -]?\d{3}(?!\d)",
    _("What looks like an individual identification number (IIN) stands in it."),
)
PHONE = (
    rf"\+ ?\d(?:{GAP}\d){{9,13}}(?!\d)"
    rf"|(?<!\d)(?<!\d[.,])[78]{GAP}7(?:{GAP}\d){{9}}(?!\d)"
    r"|(?<!\d)(?:8[ (-]+)?\(?\d{3}\)?[ -]\d{3}[ -]\d\d[ -]\d\d(?!\d)"
    r"|\b(?:тел|телефон|phone|tel|mobile|whatsapp)\b\W{0,3}(?:\d[ ().-]{0,2}){5,}",
    _("What looks like a phone number stands in it."),
)
MAIL = (
    r"[\w.+-]+ ?(?:@|[\[(] ?(?:at|собака) ?[\])]) ?[\w-]+\.\w+|(?<![\w.])@(?!unicef)\w{3,}",
    _("An e-mail address, or the name of an account, stands in it."),
)
DOCUMENT = (
    r"(?<!\d)0\d{8}(?!\d)"  # number of an identity card
    r"|\bn ?\d{8}(?!\d)"  # of a passport
    r"|(?:удостоверени|паспорт|свидетельств|куалик|толкужат|passport|identity card|certificate)"
    r"[^\d.]{0,30}(?:(?:\bno\.?|#) ?\d[\d -]{4,}\d|\d{6,})(?!\d)",
    _("What looks like the number of a document stands in it."),
)
BIRTH_DATE = (
    rf"{BIRTH}.{{0,40}}?{A_DATE}|{A_DATE}.{{0,40}}?{BIRTH}",
    _("A birth date stands in it: an age band is enough."),
)
FULL_DATE = (
    r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d[.-](?:0[1-9]|1[0-2])[.-](?:0[1-9]|[12]\d|3[01])(?!\d)",
    _("A full date in digits could be a birth date. Write the month in words, or the year alone."),
)
PERSONAL = {re.compile(pattern): words for pattern, words in (IIN, PHONE, MAIL, DOCUMENT)}
DATES = {re.compile(pattern): words for pattern, words in (BIRTH_DATE, FULL_DATE)}


def personal_data(text: str) -> Iterator[str]:
    """What was found, in words, without the thing itself."""
    read, linked = fold(plain(text)), fold(addresses(text))
    for pattern, words in PERSONAL.items():
        if pattern.search(read) or pattern.search(linked):
            yield words
    yield from [words for pattern, words in DATES.items() if pattern.search(read)][:1]


# Words that hurt


@cache
def hurting(language: str) -> list[tuple[re.Pattern, str]]:
    """(pattern for folded text, better words) from words.yaml."""
    lists = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    return [(as_pattern(avoid), better) for avoid, better in lists[language].items()]


def as_pattern(words: str) -> re.Pattern:
    parts = r"\w*".join(map(re.escape, fold(words).split("*")))
    return re.compile(rf"\b{parts}\b")


def hurting_words(text: str, language: str) -> Iterator[tuple[str, str]]:
    """(words as they stand in the text, better ones)."""
    read = plain(text)
    folded = fold(read)
    for pattern, better in hurting(language):
        if found := pattern.search(folded):
            yield read[found.start() : found.end()], better
