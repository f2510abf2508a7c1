"""What is said of the data: every field is described, in every language."""

import pytest
from django.test import Client
from django.utils.translation import override
from lxml import etree

from unicef_kz.content.languages import CODES
from unicef_kz.data.datasets import dictionary, tables

from .factories import make_concept, make_programme

pytestmark = pytest.mark.once


def said(language: str) -> dict:
    """(table, field) → its description"""
    with override(language):
        return {
            (name, field["name"]): field["help"]
            for name, _title, _intro, table in tables()
            for field in dictionary(table)
        }


@pytest.mark.parametrize("code", CODES)
def test_every_public_field_has_a_description(code):
    descriptions = said(code)
    assert (len(descriptions) > 150, [f for f, words in descriptions.items() if not words]) == (
        True,
        [],
    )


@pytest.mark.parametrize("code", ["kk", "ru"])
def test_descriptions_are_translated(code):
    english, theirs = said("en"), said(code)
    assert sorted({english[field] for field in english if english[field] == theirs[field]}) == []


@pytest.mark.django_db
def test_package_says_the_same(client):
    resources = client.get("/data/datapackage.json").json()["resources"]
    silent = [f["name"] for r in resources for f in r["schema"]["fields"] if "description" not in f]
    assert silent == []


@pytest.mark.django_db
def test_goal_of_a_programme_leads_to_all_that_serve_it():
    goal, cluster = make_concept(code="4"), make_concept(scheme="crc", code="1")
    programme = make_programme(concepts=[goal, cluster])
    make_programme()
    page = etree.HTML(Client().get(programme.get_absolute_url()).content)
    (link,) = (a.get("href") for a in page.iterfind(".//dd/a") if "sdg" in a.get("href"))
    found = Client().get(link).context["object_list"]
    assert (link, [r.slug for r in found]) == ("/en/programmes/?sdg=4", [programme.slug])
