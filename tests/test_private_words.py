"""No name of a person behind a story stands anywhere in the repository.

The words themselves are not here either: ``private_words.json`` holds salted hashes of them, in
Latin and Cyrillic spellings and the common cases of Russian and Kazakh.
"""

import hashlib
import json
import re
import subprocess
import unicodedata
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
PRIVATE = json.loads((Path(__file__).parent / "private_words.json").read_text())
HASHES = set(PRIVATE["hashes"])
WORD = re.compile(r"[^\W\d_]{4,}")


def fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("ё", "е")


@cache
def is_private(word: str) -> bool:
    return hashlib.sha256((PRIVATE["salt"] + fold(word)).encode()).hexdigest() in HASHES


def words_in(text: str) -> set[str]:
    """Single words, also those of slugs, names_like_this and namesLikeThis."""
    whole = set(WORD.findall(text))
    return whole | {part for word in whole for part in re.findall(r"[^\W\d_][a-zа-яё]{3,}", word)}


def repository() -> list[Path]:
    """What git tracks or would take, without what it ignores."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=False).stdout.decode()
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.fixture(scope="module")
def files():
    if not (ROOT / ".git").exists():
        pytest.skip("no git repository here")
    return repository()


def test_no_file_holds_a_private_word(files):
    found = {
        str(path.relative_to(ROOT)): len(private)
        for path in files
        if (private := [word for word in words_in(text_of(path)) if is_private(word)])
    }
    assert found == {}


def test_no_file_name_holds_a_private_word(files):
    names = [str(path.relative_to(ROOT)) for path in files]
    assert [name for name in names if any(map(is_private, words_in(name)))] == []


def test_the_whole_repository_is_read(files):
    names = {path.relative_to(ROOT).parts[0] for path in files}
    assert {"unicef_kz", "programmes", "stories", "timeline", "templates", "tests"} <= names


def test_list_of_private_words_is_there():
    assert (len(HASHES) > 20, {len(h) for h in HASHES}) == (True, {64})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a-slug-of-words", {"slug", "words"}),
        ("snake_case_name", {"snake", "case", "name"}),
        ("Қамқор болу", {"Қамқор", "болу"}),
    ],
)
def test_words_are_taken_apart(text, words):
    assert words <= words_in(text)
