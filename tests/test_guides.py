"""The guides for curators say what the interface says, in its own words, and lead nowhere wrong."""

import re
from pathlib import Path

import django
import polib
import pytest
from django.utils.text import capfirst

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
DOCS, PICTURES = ROOT / "docs", ROOT / "docs" / "img"
GUIDES = {"en": "curators.md", "ru": "curators.ru.md"}
DJANGO = Path(django.__file__).parent
CATALOGUES = [
    ROOT / "locale",
    ROOT / "locale" / "libraries",
    DJANGO / "conf" / "locale",
    DJANGO / "contrib" / "admin" / "locale",
    DJANGO / "contrib" / "auth" / "locale",
]


def text_of(code: str) -> str:
    return (DOCS / GUIDES[code]).read_text()


def headings_of(code: str) -> list[str]:
    """Their levels."""
    return re.findall(r"^(#+) ", text_of(code), re.MULTILINE)


def pictures_of(code: str) -> list[str]:
    return re.findall(r"!\[[^\]]+\]\(img/([^)]+)\)", text_of(code))


def labels_of(code: str) -> list[str]:
    return [" ".join(label.split()) for label in re.findall(r"\*\*(.+?)\*\*", text_of(code), re.S)]


def words_of_the_interface(code: str) -> set[str]:
    """As they stand, and with the capital that the admin gives the name of a field."""
    entries = [
        entry
        for folder in CATALOGUES
        for entry in polib.pofile(str(folder / "ru" / "LC_MESSAGES" / "django.po"))
    ]
    words = [entry.msgid if code == "en" else entry.msgstr for entry in entries]
    return {form for word in words for form in (word, capfirst(word))}


@pytest.mark.parametrize("code", GUIDES)
def test_every_label_of_a_guide_is_one_of_the_interface(code):
    labels, known = labels_of(code), words_of_the_interface(code)
    assert len(labels) > 80
    assert [label for label in labels if label not in known] == []


@pytest.mark.parametrize("code", GUIDES)
def test_guide_links_to_what_exists(code):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(code))
    assert [link for link in links if not (DOCS / link).is_file()] == []


@pytest.mark.parametrize("code", GUIDES)
def test_guide_leads_to_its_own_sections(code):
    titles = re.findall(r"^#+ (.+)$", text_of(code), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", text_of(code))) <= anchors


@pytest.mark.parametrize("code", GUIDES)
def test_pictures_of_a_guide_are_there_in_its_language(code):
    kept = sorted(path.name for path in PICTURES.glob(f"*.{code}.png"))
    assert sorted(pictures_of(code)) == kept
    assert [name for name in kept if (PICTURES / name).stat().st_size > 60_000] == []


def test_guides_are_built_alike():
    assert headings_of("en") == headings_of("ru")
    names = [[name.split(".")[0] for name in pictures_of(code)] for code in GUIDES]
    assert names[0] == names[1]


def test_guides_lead_to_each_other_and_the_readme_to_both():
    readme = (ROOT / "README.md").read_text()
    assert [f"](docs/{name})" in readme for name in GUIDES.values()] == [True, True]
    assert "](curators.ru.md)" in text_of("en")
    assert "](curators.md)" in text_of("ru")
