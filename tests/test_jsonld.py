"""What pages say to programs: the right type for each kind, in the vocabulary of schema.org."""

import importlib
import json
import re

import pytest
from django.test import Client

from timeline.models import Milestone

from . import factories as make
from . import surfaces
from .surfaces import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
TYPES = {
    "programme": "Project",
    "partner": "GovernmentOrganization",
    "region": "AdministrativeArea",
    "indicator": "Dataset",
    "milestone": "Event",
    "story": "Article",
    "source": "WebPage",
}
#: What Google's documentation of rich results asks for, where we say more than it does.
REQUIRED = {
    "Article": {"headline", "author", "datePublished", "dateModified", "image"},
    "Event": {"name", "startDate", "location"},
    "Dataset": {"name", "description", "license", "creator", "distribution"},
    "BreadcrumbList": {"itemListElement"},
    "ItemList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "Organization": {"name"},
    "GovernmentOrganization": {"name", "url"},
    "NGO": {"name", "url"},
    "Project": {"name", "url"},
    "AdministrativeArea": {"name", "url"},
    "Country": {"name"},
    "DataDownload": {"contentUrl", "encodingFormat"},
    "WebSite": {"name", "url", "potentialAction"},
}


def blocks(html: str) -> list[dict]:
    return [json.loads(block) for block in BLOCK.findall(html)]


def graph(path: str) -> list[dict]:
    response = Client().get(path)
    assert response.status_code == 200
    (block,) = blocks(response.content.decode())
    assert block["@context"] == "https://schema.org"
    return block["@graph"]


def described(record) -> dict:
    return graph(record.get_absolute_url())[-1]


@pytest.fixture(scope="module")
def world(module_db):
    return make_world()


@pytest.fixture(scope="module")
def graphs(world) -> dict:
    """{name of the page: its graph} of everything that a search engine may list."""
    found = {}
    for surface in surfaces.pages("en", world):
        if "?" not in surface.path and surface.status == 200 and "search" not in surface.name:
            found[surface.name] = graph(surface.path)
    return found


# The vocabulary


def things(value):
    """Every typed thing in a graph, however deep."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for part in value.values():
            yield from things(part)
    elif isinstance(value, list):
        for part in value:
            yield from things(part)


def schema_class(name: str):
    """The type as the published vocabulary has it."""
    return getattr(importlib.import_module(f"pydantic2_schemaorg.{name}"), name)


def expected(kind, prop: str) -> set[str]:
    """The names of the types that a property of a type may have."""
    for base in kind.__mro__:
        if prop in vars(base).get("__annotations__", {}):
            return set(re.findall(r"\w+", base.__annotations__[prop])) - {"List", "Union"}
    return set()


def names_of(value) -> set[str]:
    """What a value may be called: its type and those above it; for text, all that text can be."""
    if isinstance(value, dict):
        return {base.__name__ for base in schema_class(value["@type"]).__mro__}
    if isinstance(value, bool):
        return {"Boolean", "StrictBool"}
    if isinstance(value, int):
        return {"int", "Integer"}
    return {"str", "AnyUrl", "date", "datetime", "ISO8601Date"}


def lacking(thing: dict) -> set[str]:
    return REQUIRED.get(thing["@type"], set()) - set(thing)


def empty(thing: dict) -> list[str]:
    return [name for name, value in thing.items() if value in ("", None, [], {})]


def misused(thing: dict):
    kind = schema_class(thing["@type"])
    for name, value in thing.items():
        if name.startswith("@") or name.endswith("-input"):
            continue
        allowed = expected(kind, name)
        values = value if isinstance(value, list) else [value]
        if not allowed or any(not names_of(v) & allowed for v in values):
            yield thing["@type"], name, value


def test_vocabulary_knows_every_type_property_and_value(graphs):
    wrong = [found for thing in things(list(graphs.values())) for found in misused(thing)]
    assert wrong == []


def test_vocabulary_would_notice():
    thing = {"@type": "Event", "license": "x", "location": {"@type": "DataDownload"}}
    assert [name for _type, name, _value in misused(thing)] == ["license", "location"]


def test_what_search_engines_require_is_there(graphs):
    wrong = [(t["@type"], lacking(t)) for t in things(list(graphs.values())) if lacking(t)]
    assert wrong == []


def test_nothing_is_said_with_an_empty_value(graphs):
    wrong = [(t["@type"], empty(t)) for t in things(list(graphs.values())) if empty(t)]
    assert wrong == []


# Each kind


@pytest.mark.parametrize(("kind", "schema"), TYPES.items())
def test_record_has_the_type_of_its_kind(graphs, kind, schema):
    assert [thing["@type"] for thing in graphs[f"en {kind}"]] == ["BreadcrumbList", schema]


def test_every_list_is_a_collection(graphs):
    kinds = {name: [t["@type"] for t in g] for name, g in graphs.items() if name.endswith("list")}
    assert set(map(tuple, kinds.values())) == {("BreadcrumbList", "CollectionPage")}


def test_home_offers_its_search(world, settings):
    (site,) = graph("/kk/")
    assert site["potentialAction"]["target"]["urlTemplate"] == (
        settings.SITE_URL + "/kk/search/?q={search_term_string}"
    )


def test_breadcrumb_leads_through_the_parents(graphs, world):
    names = [item["name"] for item in graphs["en programme"][0]["itemListElement"]]
    assert names == ["Home", "Programmes", world["area"].title, world["programme"].title]


def test_text_names_its_sources_and_days(db):
    story = make.make_story()
    citation = make.cite(story)
    said = described(story)
    assert [s["name"] for s in said["isBasedOn"]] == [citation.source.title]
    assert said["dateModified"] == story.changed_at.isoformat(timespec="seconds")


def test_language_is_that_of_the_text_shown(db):
    story = make.make_story()
    assert graph(f"/kk/stories/{story.slug}/")[-1]["inLanguage"] == "en"


@pytest.mark.parametrize(
    ("date", "start", "end"),
    [
        ("1994", "1994", "1994"),
        ("1994-11-25", "1994-11-25", "1994-11-25"),
        ("2008/2009-03", "2008", "2009-03"),
        ("2016/..", "2016", None),
    ],
)
def test_event_has_its_date_as_exact_as_the_source(db, date, start, end):
    said = described(make.make_milestone(date=date))
    assert (said.get("startDate"), said.get("endDate")) == (start, end)


@pytest.mark.parametrize("date", ["../2016", "2009~", ""])
def test_without_a_certain_first_day_it_is_a_text_about_the_event(db, date):
    said = described(make.make_milestone(date=date))
    found = said["@type"], said.get("startDate"), said.get("temporalCoverage", "")
    assert found == ("WebPage", None, date)


def test_figure_says_where_its_values_are(db, settings):
    figure = make.make_indicator(observation={"date": "2010"})
    make.make_observation(figure, date="2015/2016")
    said = described(figure)
    assert said["temporalCoverage"] == "2010/2016"
    address = f"{settings.SITE_URL}/api/v1/figures/{figure.slug}/?format="
    assert [d["contentUrl"] for d in said["distribution"]] == [
        address + form for form in ("csv", "xlsx", "json")
    ]


def test_region_has_its_code_and_its_other_names(db):
    region = make.make_region(iso="KZ-99", title="Kyzylorda", title_ru="Кызылорда")
    said = described(region)
    assert said["identifier"]["value"] == "KZ-99"
    assert said["alternateName"] == ["Кызылорда"]


# Safety


def test_markup_in_a_title_stays_inside_the_block(db):
    title = "</script><b>&amp; –"
    page = make.make_partner(title=title)
    html = Client().get(page.get_absolute_url()).content.decode()
    assert [block["@graph"][-1]["name"] for block in blocks(html)] == [title]


def test_related_records_that_are_not_public_are_not_named(db):
    hidden = make.make_programme(state="draft")
    milestone = make.make_milestone(programmes=[hidden])
    assert "about" not in described(milestone)


def test_preview_says_nothing_to_programs(as_editor, db):
    record = make.make_milestone(state="draft")
    path = f"/preview/en/{Milestone._meta.model_name}/{record.pk}/"
    html = as_editor.get(path).content.decode()
    assert [blocks(html), "og:image" in html] == [[], False]
