"""Words that must never appear in a story, known to the site by keyed hashes alone.

A word is reduced before it is hashed, so that its cases, its Kazakh letters typed on a Russian
keyboard and its usual spellings in Latin letters are found too. Better a false alarm than a leak.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from itertools import product

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.languages import fold

LONGEST_PHRASE = 3  # words
SHORTEST_STEM = 3  # letters
WORD = re.compile(r"[^\W_]+")
GENITIVE = re.compile(r"['’]s\b", re.IGNORECASE)
LATIN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhie", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "iu", "я": "ia"}
    | {"ъ": "", "ь": "", "ş": "sh", "ç": "ch", "ı": "i"}
)
#: Different ways to write the same sound in Latin letters.
SPELLINGS = (
    ("shch", "sh"),
    ("kh", "h"),
    ("gh", "g"),
    ("ye", "e"),
    ("q", "k"),
    ("w", "v"),
    ("j", "zh"),
    ("y", "i"),
    ("x", "ks"),
    ("ii", "i"),
)
#: Of the cases in Russian, Kazakh and English, as they look after ``skeleton()``.
ENDING = re.compile(
    r"[aeiou]|i[au]|[oe]iu?|[oe][mv]|i?ami?|i?ah"
    r"|[ndt]in|[gkn][ae]|[dt][aei]|ni|nd[ae]|[dtn][ae]n|[mbp]en|si"
    r"|e?s"
)


def skeleton(word: str) -> str:
    """The word in plain Latin letters, the same for its usual spellings."""
    word = unicodedata.normalize("NFKD", fold(word).translate(LATIN))
    word = "".join(letter for letter in word if not unicodedata.combining(letter))
    for written, sound in SPELLINGS:
        word = word.replace(written, sound)
    return word


def stem(word: str) -> str:
    return word[:-1] if len(word) > SHORTEST_STEM and word[-1] in "aeiou" else word


def stems(word: str) -> set[str]:
    """What the stored stem may be, if this is a form of the withheld word."""
    whole = skeleton(word)
    cuts = range(SHORTEST_STEM, len(whole))
    forms = {whole, *(whole[:cut] for cut in cuts if ENDING.fullmatch(whole, cut))}
    return forms | set(map(stem, forms))


def phrases(text: str) -> Iterator[str]:
    """Every run of up to three words in every form that it may be stored as."""
    found = [sorted(stems(word)) for word in WORD.findall(GENITIVE.sub("", text))]
    for start in range(len(found)):
        for length in range(1, LONGEST_PHRASE + 1):
            if start + length <= len(found):
                yield from map(" ".join, product(*found[start : start + length]))


def keys() -> dict[str, bytes]:
    """Every key that this site can still hash with, by its name; the one of today first."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    derived = (hmac.digest(str(s).encode(), b"withheld words", "sha256") for s in secrets)
    return {hashlib.sha256(key).hexdigest()[:8]: key for key in derived}


def key_of_today() -> str:
    return next(iter(keys()))


def digest(key: bytes, phrase: str) -> str:
    return hmac.digest(key, phrase.encode(), "sha256").hex()


class WithheldWordQuerySet(models.QuerySet):
    def unusable(self):
        """Hashed with a key that the site no longer has: they protect nothing any more."""
        return self.exclude(key__in=keys())

    def stand_in(self, *texts: str) -> list[bool]:
        """For each text, whether one of these words stands in it."""
        stored = set(self.values_list("key", "digest"))
        known = {name: key for name, key in keys().items() if name in {k for k, _d in stored}}
        return [
            any(
                (name, digest(key, phrase)) in stored
                for phrase in (set(phrases(text)) if known else ())
                for name, key in known.items()
            )
            for text in texts
        ]


class WithheldWord(models.Model):
    """A word, or up to three in a row, that must never appear in a story. Nobody can read it."""

    story = models.ForeignKey("stories.Story", models.CASCADE, related_name="withheld_words")
    digest = models.CharField(max_length=64, editable=False)
    key = models.CharField(max_length=8, default=key_of_today, editable=False)

    objects = WithheldWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("withheld word")
        verbose_name_plural = _("withheld words")
        constraints = [
            models.UniqueConstraint(fields=["story", "digest"], name="one_withheld_word")
        ]

    def __str__(self):
        return self.digest[:8]

    @staticmethod
    def hash(word: str) -> str:
        phrase = " ".join(stem(skeleton(part)) for part in WORD.findall(word))
        return digest(keys()[key_of_today()], phrase)
