"""Three equal languages: catalogues, bundled texts and fonts."""

import calendar
import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

from unicef_kz.content.languages import translated_names
from unicef_kz.seedfiles import KINDS, Seed

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted((ROOT / "locale").rglob("*.po"))
SEED = Seed()
OTHERS = ("kk", "ru")
NUMBER = re.compile(r"\d+(?:[.,\u00a0 ]\d{3}(?!\d))*(?:[.,]\d+)?")
KAZAKH = "әіңғүұқөһӘІҢҒҮҰҚӨҺ₸ёЁ«»№"
MONTHS = list(calendar.month_name)[1:]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_catalogue_is_complete(path):
    catalogue = polib.pofile(str(path))
    assert [e.msgid for e in catalogue if "fuzzy" in e.flags or not e.translated()] == []


def test_catalogues_hold_every_string_of_the_code(tmp_path):
    """makemessages on a copy finds nothing new and nothing gone."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    for name in filter(None, listed.stdout.decode().split("\0")):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes() if (ROOT / name).exists() else b"")
    command = [sys.executable, "manage.py", "makemessages", "-l", "kk", "-l", "ru", "-v", "0"]
    command += ["--no-obsolete", "--no-location"]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    if b"Can't find" in made.stderr:
        pytest.skip("gettext is not installed")
    for code in OTHERS:
        path = f"locale/{code}/LC_MESSAGES/django.po"
        before, after = (strings(root / path) for root in (ROOT, tmp_path))
        assert after ^ before == set()


def strings(path: Path) -> set:
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(path))}


def pairs(kind, key, code):
    """(field, English text, its translation) for every translated field of an entry."""
    english, texts = SEED.entries[kind][key], SEED.translations.get((kind, key), {}).get(code, {})
    yield from fields(KINDS[kind].model, english, texts)
    for name, rows in KINDS[kind].all_rows.items():
        translated = texts.get(name) or []
        for number, row in enumerate(english.get(name) or ()):
            text = translated[number] if number < len(translated) else {}
            for field, one, other in fields(rows.model, row, text, rows.renamed):
                yield f"{name}[{number}].{field}", one, other


def fields(model, english, texts, renamed=()):
    columns = {dict(renamed).get(name, name): name for name in english}
    for column in translated_names(model):
        if english.get(columns.get(column)):
            yield column, english[columns[column]], texts.get(columns[column]) or ""


def numbers(text: str) -> list[str]:
    found = [re.sub(r"[.,\u00a0 ](?=\d{3}(\D|$))", "", n) for n in NUMBER.findall(text)]
    return sorted(n.replace(",", ".") for n in found)


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_bundled_text_is_translated(kind, code):
    missing = {
        (key, name)
        for key in SEED.entries[kind]
        for name, _english, text in pairs(kind, key, code)
        if not text.strip()
    }
    assert missing == set()


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_equal_across_languages(kind, code):
    """Years, counts and percentages; one that English writes in words may stand as a digit."""
    lost = {
        (key, name): sorted(set(numbers(english)) - set(numbers(text)))
        for key in SEED.entries[kind]
        for name, english, text in pairs(kind, key, code)
        if set(numbers(english)) - set(numbers(text))
    }
    assert lost == {}


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_left_in_english(code):
    """At most half of a text is Latin: where it quotes how a name is misprinted."""
    english = {
        (kind, key, name): text
        for kind in ("programmes", "milestones", "indicators", "stories", "pages", "partners")
        for key in SEED.entries[kind]
        for name, _english, text in pairs(kind, key, code)
        if len(re.findall(r"\b[A-Za-z]{3,}\b", text)) > len(text.split()) / 2
    }
    assert english == {}


@pytest.mark.parametrize("code", OTHERS)
def test_months_are_lower_case_inside_a_sentence(code):
    path = ROOT / f"locale/libraries/{code}/LC_MESSAGES/django.po"
    months = [e.msgstr for e in polib.pofile(str(path)) if e.msgid in MONTHS]
    assert [month for month in months if not month.islower()] == []


def test_fonts_hold_every_letter_of_the_three_languages():
    letters = set()
    for path in (ROOT / "static" / "fonts").glob("*.woff2"):
        letters |= set(TTFont(path).getBestCmap())
    wanted = KAZAKH + "".join(map(chr, range(0x410, 0x450))) + "–—…“”"
    assert [letter for letter in wanted if ord(letter) not in letters] == []


def test_languages_of_the_site():
    assert [code for code, _name in settings.LANGUAGES] == ["en", "kk", "ru"]
