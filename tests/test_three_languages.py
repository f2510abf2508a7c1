"""The bundled record as a reader of Kazakh or Russian meets it: no English left, terms agree."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.utils.translation import override

from .surfaces import DETAILS, LISTS, STANDING, reverse
from .test_languages import OTHERS, SEED, pairs

pytestmark = pytest.mark.once

GLOSSARY = yaml.safe_load(
    (Path(__file__).resolve().parent.parent / "locale" / "glossary.yaml").read_text()
)
FUNCTION_WORD = re.compile(
    r"\b(?:the|of|and|a|to|in|is|was|were|are|for|with|by|on|from|that|this|which|it|its|as|at|be"
    r"|has|have|not|an|or|their|they|who|what|when|where|can|may|will)\b"
)
#: Of the words of a sentence; the title of an English document has fewer, prose about 0.4.
MOST_FUNCTION_WORDS = 0.25
SHORTEST_SENTENCE = 5
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Reader(HTMLParser):
    """The words of a page that claim to be in its language."""

    def __init__(self, language: str):
        super().__init__()
        self.language, self.stack, self.parts = language, [], []

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        for name in ("title", "alt", "placeholder", "aria-label"):
            self.keep(named.get(name) or "", named.get("lang"))
        if tag not in VOID:
            foreign = named.get("lang", self.language) != self.language
            self.stack.append((tag, foreign or tag in ("script", "style")))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        self.keep(data)

    def keep(self, text, language=None):
        if language in (None, self.language) and not any(foreign for _tag, foreign in self.stack):
            self.parts.append(text)


def english_sentences(html: str, language: str) -> list[str]:
    reader = Reader(language)
    reader.feed(html)
    sentences = (s for part in reader.parts for s in re.split(r"[.!?:;]\s", part))
    return [s.strip() for s in sentences if is_english(s)]


def is_english(sentence: str) -> bool:
    sentence = re.sub(r"https?:\S+", "", sentence.lower())
    words, known = re.findall(r"[^\W\d_]+", sentence), FUNCTION_WORD.findall(sentence)
    return len(words) >= SHORTEST_SENTENCE and len(known) / len(words) >= MOST_FUNCTION_WORDS


def test_an_english_sentence_is_recognised():
    html = "<html lang='ru'><p>Слово. The nurse came to the house with a book.</p></html>"
    assert english_sentences(html, "ru") == ["The nurse came to the house with a book."]


def test_what_is_marked_as_english_is_not_counted():
    html = "<html lang='ru'><p lang='en'>The nurse came to the house with a book.</p></html>"
    assert english_sentences(html, "ru") == []


def addresses(language: str) -> list[str]:
    """Every page: the frame, the lists with their errors, all records."""
    with override(language):
        paths = [reverse("home"), reverse("search"), reverse("search") + "?q=nothing-like-it"]
        for name in LISTS.values():
            paths += [reverse(name), f"{reverse(name)}?region=nowhere&from=x&page=99"]
        paths += [reverse("standing", args=[slug]) for slug in STANDING]
        paths.append(f"/{language}/programmes/not-there/")
        for kind, name in DETAILS.items():
            model = apps.get_model(name.split(":")[0], kind)
            paths += [record.get_absolute_url() for record in model.objects.public()]
    return paths


@pytest.mark.django_db
@pytest.mark.parametrize("language", OTHERS)
def test_no_page_has_an_english_sentence(seeded, client, language):
    found = {}
    for path in addresses(language):
        response = client.get(path)
        assert response.status_code == (404 if "not-there" in path else 200)
        if sentences := english_sentences(response.content.decode(), language):
            found[path] = sentences
    assert found == {}


def texts(code: str):
    """(kind, key, field, English, translation) of the whole bundle."""
    for kind, entries in SEED.entries.items():
        for key in entries:
            for name, english, text in pairs(kind, key, code):
                yield kind, key, name, english, text


def checked_terms(code: str):
    """A term with a sense in brackets has several meanings and is for people alone."""
    for term in GLOSSARY["terms"]:
        if "(" not in term["en"]:
            yield re.compile(rf"\b{re.escape(term['en'])}s?\b", re.IGNORECASE), term[f"{code}_stem"]


@pytest.mark.parametrize("code", OTHERS)
def test_terms_are_those_of_the_glossary(code):
    terms, strayed = list(checked_terms(code)), set()
    for kind, key, name, english, text in texts(code):
        lowered = " ".join(text.lower().split())
        for pattern, stem in terms:
            if pattern.search(english) and stem.lower() not in lowered:
                strayed.add((kind, key, name, pattern.pattern, stem))
    assert strayed == set()


@pytest.mark.parametrize("code", OTHERS)
def test_glossary_gives_every_name_and_term(code):
    entries = [*GLOSSARY["names"], *GLOSSARY["terms"]]
    assert [entry["en"] for entry in entries if not entry.get(code)] == []
