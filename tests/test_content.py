"""The bundled record against the inventory of facts that it was written from.

``data/facts.json`` holds the public ids of the inventory with the numbers in each;
``data/source_runs.txt`` the hashes of all runs of eight words in the five source documents.
"""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest
import textstat
import yaml

from unicef_kz.seedfiles import FOLDER, KINDS, Seed

pytestmark = pytest.mark.once

DATA = Path(__file__).parent / "data"
FACTS = json.loads((DATA / "facts.json").read_text())
SOURCE_RUNS = set((DATA / "source_runs.txt").read_text().split())
SEED = Seed()
ENTRIES = {key: (kind, e) for kind, es in SEED.entries.items() for key, e in es.items()}
#: How the record dates its five documents: it may say so anywhere.
DATES_OF_SOURCES = {"2009", "2013", "2014", "2016", "2017", "2018", "2020"}
PROSE = [
    "title",
    "summary",
    "body",
    "challenge",
    "approach",
    "results",
    "standfirst",
    "pull_quote",
    "limits",
    "population",
    "unit",
    "differences",
    "date_note",
    "note",
    "says",
    "caveat",
    "text",
    "period_note",
]
NUMBER = re.compile(r"\d+(?:[.,\u00a0 ]\d{3}(?!\d))*(?:[.,]\d+)?")
#: Official titles that are longer than seven words, as the sources print them.
OFFICIAL = json.loads((DATA / "official_names.json").read_text())


def texts(entry: dict) -> str:
    """All prose of an entry, its citations and values included."""
    found = [str(entry[name]) for name in PROSE if entry.get(name)]
    for rows in ("citations", "observations", "names", "subjects"):
        found += [texts(row) for row in entry.get(rows) or ()]
    return "\n".join(found)


def plain(number: str) -> str:
    number = re.sub(r"[.,\u00a0 ](?=\d{3}(\D|$))", "", number)
    return number.replace(",", ".")


def digits_in(value) -> set[str]:
    """The numbers of a value or a date as the seed writes it; 1994-11-25 is 1994, 11 and 25."""
    if isinstance(value, (int, float)):
        return {f"{value:g}"} if value < 1e6 else {str(value)}
    return {str(int(part)) for part in re.findall(r"\d+", str(value or ""))}


def known_numbers(entry: dict) -> set[str]:
    known = set(DATES_OF_SOURCES)
    references = [entry["id"], *entry.get("facts", ()), *entry.get("also", ())]
    references += [row.get("source") for row in entry.get("citations") or ()]
    references += [row.get("source") for row in entry.get("observations") or ()]
    for reference in references:
        known |= set(FACTS.get(reference, ()))
        known |= numbers_of_indicator(reference)
    for name in ("date", "start", "end", "signed", "published", "joined", "valid_from", "valid_to"):
        known |= digits_in(entry.get(name))
    for value in entry.get("observations") or ():
        for name in ("value", "value_max", "period"):
            known |= digits_in(value.get(name))
    for name in entry.get("names") or ():
        known |= digits_in(name.get("used_from")) | digits_in(name.get("used_to"))
    return known


def numbers_of_indicator(reference) -> set[str]:
    kind, home = SEED.home.get(reference, (None, None))
    if kind != "indicators":
        return set()
    values = SEED.entries[kind][home]["observations"]
    return set().union(*(digits_in(v.get("value")) | digits_in(v.get("period")) for v in values))


def sentences(text: str) -> int:
    return len(re.findall(r"[.!?](?:\s|$)", text))


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.casefold())


def runs_of_eight(text: str):
    for paragraph in text.split("\n"):
        tokens = words(paragraph)
        for start in range(len(tokens) - 7):
            yield " ".join(tokens[start : start + 8])


def article(entry: dict) -> str:
    return " ".join(entry.get(part) or "" for part in ("challenge", "approach", "results"))


def test_every_public_fact_stands_in_exactly_one_place():
    omitted = yaml.safe_load((FOLDER / "omitted.yaml").read_text())
    facts = {fact for fact in FACTS if not fact.startswith("src-") or fact in SEED.home}
    assert set(omitted) & set(SEED.home) == set()
    assert facts - set(SEED.home) - set(omitted) == set()
    assert all(omitted.values())


def test_counts_per_kind(capsys):
    counts = Counter(kind for kind, _entry in ENTRIES.values())
    with capsys.disabled():
        print("\n" + ", ".join(f"{kind} {counts[kind]}" for kind in KINDS))  # noqa: T201
    assert counts["milestones"] >= 70
    assert counts["indicators"] >= 40
    assert counts["programmes"] >= 45
    assert counts["memberships"] == 25
    assert counts["stories"] == 4


def test_references_in_also_are_real():
    dangling = {
        (key, reference)
        for key, (_kind, entry) in ENTRIES.items()
        for reference in entry.get("also", ())
        if reference not in FACTS and reference not in SEED.home
    }
    assert dangling == set()


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("concepts", "pages")])
def test_every_number_stands_in_a_fact_of_the_record(kind):
    foreign = {
        key: unknown
        for key, entry in SEED.entries[kind].items()
        if (unknown := {plain(n) for n in NUMBER.findall(texts(entry))} - known_numbers(entry))
    }
    assert foreign == {}


@pytest.mark.parametrize("kind", ["programmes", "milestones", "indicators", "cycles", "stories"])
def test_every_record_cites_a_place_in_a_source(kind):
    uncited = {
        key
        for key, entry in SEED.entries[kind].items()
        if not any(c.get("locator") and c.get("says") for c in entry.get("citations") or ())
    }
    assert uncited == set()


def test_a_differing_account_is_explained():
    unexplained = {
        key
        for key, (_kind, entry) in ENTRIES.items()
        if any(c.get("stance") == "differs" for c in entry.get("citations") or ())
        and not entry.get("differences")
    }
    assert unexplained == set()


def test_areas_and_programmes_read_as_articles():
    lengths = {
        key: len(words(article(entry)))
        for key, entry in SEED.entries["programmes"].items()
        if entry["kind"] in ("area", "programme")
    }
    assert {key: n for key, n in lengths.items() if not 150 <= n <= 500} == {}


def test_no_programme_is_a_stub():
    short = {key: len(words(article(e))) for key, e in SEED.entries["programmes"].items()}
    assert {key: n for key, n in short.items() if n < 60} == {}


def test_a_milestone_says_what_changed_in_two_to_four_sentences():
    counts = {key: sentences(e.get("body") or "") for key, e in SEED.entries["milestones"].items()}
    assert {key: n for key, n in counts.items() if not 2 <= n <= 4} == {}


def test_a_figure_says_what_it_means_and_what_it_does_not():
    silent = {
        key
        for key, entry in SEED.entries["indicators"].items()
        if sentences(entry.get("summary") or "") < 1 or sentences(entry.get("limits") or "") < 1
    }
    assert silent == set()


def test_stories_are_long_enough_to_move():
    counts = {key: len(words(entry["body"])) for key, entry in SEED.entries["stories"].items()}
    assert {key: n for key, n in counts.items() if not 250 <= n <= 450} == {}


def test_one_figure_on_suicide_at_most():
    about = [key for key, e in SEED.entries["indicators"].items() if "suicid" in texts(e).lower()]
    assert len(about) <= 1


@pytest.mark.parametrize("kind", ["programmes", "milestones", "stories", "pages"])
def test_texts_are_easy_to_read(kind):
    """Flesch reading ease of all texts of a kind; 50 to 80 is plain English for adults."""
    prose = " ".join(texts(entry) for entry in SEED.entries[kind].values())
    assert 50 <= textstat.flesch_reading_ease(prose) <= 80


def test_no_single_long_text_is_hard_to_read():
    hard = {
        key: round(ease)
        for key, (kind, entry) in ENTRIES.items()
        if kind in ("programmes", "stories", "pages")
        and (ease := textstat.flesch_reading_ease(article(entry) + (entry.get("body") or ""))) < 40
    }
    assert hard == {}


def test_no_run_of_eight_words_is_taken_from_a_source():
    official = {" ".join(words(name)) for name in OFFICIAL}
    taken = {}
    for key, (_kind, entry) in ENTRIES.items():
        for run in runs_of_eight(texts(entry)):
            known = hashlib.sha256(run.encode()).hexdigest()[:12] in SOURCE_RUNS
            if known and not any(run in name for name in official):
                taken.setdefault(key, []).append(run)
    assert taken == {}


def test_every_grave_conflict_is_explained_on_its_page():
    conflicts = json.loads((DATA / "conflicts.json").read_text())
    silent = {
        conflict
        for conflict, severity in conflicts.items()
        if severity in ("high", "medium")
        and not ENTRIES[SEED.home[conflict][1]][1].get("differences")
    }
    assert silent == set()
