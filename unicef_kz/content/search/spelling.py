"""What somebody may have meant who found nothing.

The words to choose from are those of the index, kept by the process for as long as nothing changes.
A word is proposed only if a public record that is found by it has it, so none is told of a record
that time has hidden.
"""

from collections import Counter
from collections.abc import Callable
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..languages import CODES, chain
from .index import LINES, SearchEntry
from .words import WORD, form, forms, normal, stems

#: The newest records whose words are known.
MOST_RECORDS = 20_000
MOST_TRIES = 3
SHORTEST, LONG = 4, 6

LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
#: One text typed on the keyboard of another language.
LAYOUTS = [
    str.maketrans(LATIN_KEYS, RUSSIAN_KEYS),
    str.maketrans(LATIN_KEYS + "2345890-=", RUSSIAN_KEYS + "әіңғүұқөһ"),
    str.maketrans(RUSSIAN_KEYS, LATIN_KEYS),
]


class Vocabulary:
    """``counts``: in how many titles and summaries a word stands."""

    def __init__(self, rankings):
        self.counts = Counter()
        for ranking in rankings:
            lines = ranking.split("\n")
            for place, line in enumerate(lines):
                if not LINES[place % len(LINES)].endswith("_stems"):
                    self.counts.update(line.split())

    @cached_property
    def stems(self) -> set[str]:
        return set().union(*(stems(word) for word in self.counts))

    @cached_property
    def long_words(self) -> list[str]:
        return [word for word in self.counts if len(word) >= SHORTEST]

    def knows(self, word: str) -> bool:
        if word in self.counts or stems(word) & self.stems:
            return True
        return len(word) >= SHORTEST and any(other.startswith(word) for other in self.counts)

    def near(self, word: str) -> list[str]:
        """One wrong, missing, doubled or swapped letter; two in a long word. The nearest first."""
        if len(word) < SHORTEST:
            return []
        most = 2 if len(word) >= LONG else 1
        found = process.extract(
            word, self.long_words, scorer=OSA.distance, score_cutoff=most, limit=30
        )
        rank = {w: (far, w[0] != word[0], -self.counts[w], w) for w, far, _place in found}
        return sorted(rank, key=rank.get)


def vocabulary() -> Vocabulary:
    last = SearchEntry.objects.order_by("-pk").values_list("pk", "written_at").first()
    return _vocabulary(last)


@lru_cache(1)
def _vocabulary(_version) -> Vocabulary:
    rankings = SearchEntry.objects.order_by("-pk").values_list("ranking", flat=True)
    return Vocabulary(rankings[:MOST_RECORDS].iterator())


def better(text: str, search: Callable[[str], list]) -> str:
    """The text as it was probably meant, or "". ``search`` gives public records for a text."""
    known, parts = vocabulary(), normal(text).split()
    choices = {place: choose(part, known) for place, part in enumerate(parts)}
    wrong = [place for place, found in choices.items() if found is not None]
    if not wrong or not all(choices[place] for place in wrong):
        return ""
    for tried in range(min(MOST_TRIES, max(len(choices[place]) for place in wrong))):
        changed = list(parts)
        for place in wrong:
            options = choices[place]
            changed[place] = options[min(tried, len(options) - 1)]
        records = search(" ".join(changed))
        originals = words_of(records)
        if records and all(set(forms(changed[place])) <= set(originals) for place in wrong):
            for place in wrong:
                written = " ".join(originals[word] for word in forms(changed[place]))
                as_typed = parts[place].islower() and not written.isupper()
                changed[place] = written.lower() if as_typed else written
            return " ".join(changed)
    return ""


def choose(part: str, known: Vocabulary) -> list[str] | None:
    """What a part of the text may have meant; None where nothing is wrong with it."""
    words = forms(part)
    if not words or all(known.knows(word) for word in words):
        return None
    typed = (part.casefold().translate(layout) for layout in LAYOUTS)
    others = [t for t in typed if (found := forms(t)) and all(known.knows(w) for w in found)]
    if others:
        return others
    return known.near(words[0]) if len(words) == 1 else []


def words_of(records) -> dict[str, str]:
    """form → the word as the records write it: small where they do, the reader's language first."""
    found = {}
    for code in (*chain(), *CODES):
        for record in records:
            texts = record.search_texts(code)
            for name in ("title", "names", "summary"):
                for match in WORD.finditer(normal(texts[name])):
                    word = form(match[0])
                    if rank(match[0], word) > rank(found.get(word, ""), word):
                        found[word] = match[0]
    return found


def rank(written: str, word: str) -> int:
    """How good a way to write a word it is: without an apostrophe, in small letters."""
    return bool(written) + 2 * (len(written) == len(word)) + written.islower()
