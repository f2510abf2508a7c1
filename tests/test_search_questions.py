"""What people ask of the bundled record, and what they get first."""

import json
import os
from pathlib import Path

import pytest
import yaml
from django.test import Client
from django.utils.translation import override

from unicef_kz.content.languages import CODES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]
QUESTIONS = yaml.safe_load((Path(__file__).parent / "search_questions.yaml").read_text())
#: The first five answers in their order, which every database has to give. After a change that
#: is meant, KEEP_ANSWERS=1 writes them anew: read what differs before it is committed.
ANSWERS = Path(__file__).parent / "data" / "search_answers.json"
ALL = [(language, question) for language in CODES for question in QUESTIONS[language]]
KINDS = {"standingpage": "page"}


def ask(language: str, question: dict) -> list[str]:
    """kind/slug of the first five; of what was meant where the question has a mistake."""
    with override(language):
        search = Client().get(f"/{language}/search/", {"q": question["q"]}).context["search"]
        if question.get("meant"):
            assert search.found.hits == []
            query = {"q": search.better}
            search = Client().get(f"/{language}/search/", query).context["search"]
    names = ((hit.model._meta.model_name, hit.slug) for hit in search.found.hits[:5])
    return [f"{KINDS.get(name, name)}/{slug}" for name, slug in names]


@pytest.fixture(scope="module")
def answers(seeded):
    return [(language, q["q"], q["first"], ask(language, q)) for language, q in ALL]


def test_every_answer_is_among_the_first_five(answers):
    assert [a for a in answers if not set(a[2]) & set(a[3])] == []


def test_nine_of_ten_answers_come_first(answers):
    wrong = [a for a in answers if a[3][:1] and a[3][0] not in a[2]]
    assert (len(answers) >= 60, wrong if len(wrong) > len(answers) // 10 else []) == (True, [])


def test_every_database_gives_the_same_answers_in_the_same_order(answers):
    found = {language: {} for language in CODES}
    for language, question, _first, names in answers:
        found[language][question] = names
    if os.environ.get("KEEP_ANSWERS"):
        ANSWERS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert found == json.loads(ANSWERS.read_text("utf-8"))
