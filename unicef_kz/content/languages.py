"""Which language a text is shown in, in Python and in the database alike."""

from functools import cache, lru_cache

from django.conf import settings
from django.db.models import CharField, F, Field, Func, Value
from django.db.models.functions import Coalesce, Collate, NullIf
from django.db.models.lookups import Contains
from django.utils.translation import get_language
from modeltranslation.translator import NotRegistered, translator

ALPHABETS = {
    "en": "",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
}
RANKS = {
    code: {letter: chr(0xE000 + place) for place, letter in enumerate(alphabet)}
    for code, alphabet in ALPHABETS.items()
}
#: Kazakh letters as somebody types them who has a Russian keyboard, and ё as most people write it.
FOLDED = str.maketrans("әғқңөұүһіё", "агкноуухие")
CODES = [code for code, _name in settings.LANGUAGES]


def chain(language: str | None = None) -> list[str]:
    """The languages to try for a reader of ``language``, best first."""
    language = (language or get_language() or settings.LANGUAGE_CODE)[:2]
    return [language, *settings.MODELTRANSLATION_FALLBACK_LANGUAGES.get(language, CODES)]


@cache
def translated_names(model) -> list[str]:
    """In the order of the model."""
    try:
        names = set(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        return []
    return [field.name for field in model._meta.fields if field.name in names]


def shown(record, name: str, language: str | None = None) -> tuple[str, str]:
    """The text of a translated field and the language it is in; ("", "") where there is none."""
    for code in chain(language):
        if text := getattr(record, f"{name}_{code}", None):
            return text, code
    return "", ""


def current_language(path: str, language: str | None = None):
    """The same choice as ``shown()`` as a database expression."""
    columns = [NullIf(F(f"{path}_{code}"), Value("")) for code in chain(language)]
    return Coalesce(*columns, Value(""), output_field=CharField())


@lru_cache(4096)
def alphabet_key(text: str, language: str) -> tuple[str, str]:
    """Sorts by the alphabet of a language; punctuation does not count, as with ICU."""
    letters = [c for c in text.casefold() if c.isalnum() or c.isspace()]
    return "".join(RANKS[language].get(c, c) for c in letters), text


def in_alphabet(path: str, language: str | None = None):
    """Sorts a translated field by the alphabet of the reader's language, on both databases."""
    return Collate(current_language(path, language), f"{chain(language)[0]}-x-icu")


def fold(text: str) -> str:
    """For matching: without case, Kazakh letters as their Russian neighbours, ё as е.

    As long as the text, so that a place in one is a place in the other.
    """
    return "".join(letter.lower()[:1] for letter in text).translate(FOLDED)


class Fold(Func):
    """``fold()`` of a text column."""

    function = "FOLD"  # SQLite learns it in sqlite.py
    output_field = CharField()

    def as_postgresql(self, compiler, connection, **context):
        letters = "".join(map(chr, FOLDED))
        folded = "".join(map(chr, FOLDED.values()))
        template = f"TRANSLATE(LOWER(%(expressions)s), '{letters}', '{folded}')"
        return super().as_sql(compiler, connection, template=template, **context)


@Field.register_lookup
class Folded(Contains):
    """``title_kk__folded="КАЛА"`` finds «Мейірімді қала»."""

    lookup_name = "folded"

    def __init__(self, column, text):
        super().__init__(Fold(column), fold(text))

    def get_rhs_op(self, connection, rhs):
        return connection.operators["contains"] % rhs
