"""The bundled record itself: complete, sourced, and placed where the sources place it."""

from collections import Counter
from functools import cache
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Exists, OuterRef
from django.test import Client
from django.utils.translation import override

from programmes.maps import RegionMap
from programmes.models import CityMembership, Cycle, Indicator, Partner, Programme, Region
from stories.models import Consent, Story
from timeline.models import Milestone
from unicef_kz.content.models import AuditEntry, Citation, Source, StandingPage
from unicef_kz.content.publishing import Page
from unicef_kz.seedfiles import KINDS, Seed

from .surfaces import DETAILS
from .test_jsonld import blocks, empty, lacking, misused, things

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]
FILES = Seed()


def entries(kind: str) -> dict:
    return FILES.entries[kind]


def home(reference: str, kind: str) -> str:
    """The key of the record that a reference names."""
    if kind == "regions" and reference.startswith("KZ-"):
        return next(k for k, e in entries("regions").items() if e["iso"] == reference)
    return FILES.home[reference][1]


def regions_of(entry: dict) -> set[str]:
    """ISO codes that the file gives an entry, by itself or by a place in it."""
    regions = {home(r, "regions") for r in entry.get("regions", ())}
    places = [entries("places")[home(p, "places")] for p in entry.get("places", ())]
    regions |= {home(place["region"], "regions") for place in places}
    return {entries("regions")[key]["iso"] for key in regions}


def test_second_run_changes_nothing_and_says_so():
    out = StringIO()
    call_command("seed", stdout=out, no_color=True)
    assert out.getvalue() == "Bundled record: nothing to change\n"


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_became_a_record(kind):
    assert KINDS[kind].model.objects.count() == len(entries(kind))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if issubclass(KINDS[kind].model, Page)])
def test_every_record_is_public(kind):
    model = KINDS[kind].model
    hidden = model.objects.exclude(pk__in=model.objects.public().values("pk"))
    assert list(hidden.values_list("slug", flat=True)) == []


@pytest.mark.parametrize("kind", [k for k in KINDS if issubclass(KINDS[k].model, Page)])
def test_no_record_has_a_problem(kind):
    pages = KINDS[kind].model.objects.all()
    assert {p.slug: [str(x) for x in p.problems()] for p in pages if list(p.problems())} == {}


@pytest.mark.parametrize("model", [Indicator, Milestone])
def test_every_fact_has_a_citation_with_a_place_in_the_source(model):
    cited = Citation.objects.filter(object_id=OuterRef("pk"), stance="supports")
    cited = cited.filter(content_type__model=model._meta.model_name).exclude(locator="")
    assert list(model.objects.public().exclude(Exists(cited))) == []


def test_every_value_names_its_place_in_a_source():
    from programmes.models import Observation

    assert not Observation.objects.filter(locator="").exists()


@pytest.mark.parametrize(
    ("model", "least"),
    [
        (Source, 5),
        (Region, 20),
        (Cycle, 3),
        (Partner, 20),
        (CityMembership, 25),
        (Story, 4),
        (Milestone, 40),
        (Indicator, 30),
        (Programme, 20),
    ],
)
def test_bundle_is_large_enough(model, least):
    assert model.objects.count() >= least


def test_there_are_exactly_twenty_five_child_friendly_cities():
    assert CityMembership.objects.count() == 25


SHAPES = {
    "day": r"^\d{4}-\d{2}-\d{2}$",
    "month": r"^\d{4}-\d{2}$",
    "year": r"^\d{4}$",
    "range": r"/\d",
    "undated": r"^$",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_milestones_cover_every_shape_of_date(shape):
    assert Milestone.objects.filter(date__regex=SHAPES[shape]).exists()


def test_some_sources_differ():
    assert Citation.objects.filter(stance="differs").exists()


def test_some_figure_has_a_target_and_some_a_trend():
    kinds = set(Indicator.objects.values_list("observations__kind", flat=True))
    several = [i for i in Indicator.objects.all() if i.observations.count() > 1]
    assert ("target" in kinds, bool(several)) == (True, True)


def test_stories_invent_no_consent_no_approval_and_no_person():
    assert (
        Consent.objects.count(),
        Story.objects.exclude(approved_by=None).count(),
        AuditEntry.objects.exclude(actor=None).count(),
    ) == (0, 0, 0)


def test_children_in_stories_are_unnamed():
    from stories.models import Subject

    identities = set(Subject.objects.filter(is_child=True).values_list("identity", flat=True))
    assert identities <= {"unnamed", "aggregate"}


@pytest.mark.parametrize("kind", ["milestones", "programmes", "stories"])
@pytest.mark.parametrize("iso", ["KZ-43", "KZ-63"])
def test_region_filter_finds_what_the_files_place_there(client, kind, iso):
    addresses = {"milestones": "timeline", "programmes": "programmes", "stories": "stories"}
    wanted = {e["slug"] for e in entries(kind).values() if iso in regions_of(e)}
    found, page = set(), 1
    while page:
        context = client.get(f"/en/{addresses[kind]}/?region={iso}&page={page}").context
        found |= {record.slug for record in context["object_list"]}
        page = page + 1 if context["page_obj"].has_next() else 0
    assert found == wanted


@pytest.mark.parametrize("iso", ["KZ-43", "KZ-63"])
def test_files_place_something_there(iso):
    placed = [e for kind in ("milestones", "programmes") for e in entries(kind).values()]
    assert [e for e in placed if iso in regions_of(e)] != []


def test_turkistan_continues_south_kazakhstan():
    south = Region.objects.get(renamed_to__iso="KZ-61")
    assert [r.iso for r in south.continues.order_by("iso") if r != south] == ["KZ-61"]


@pytest.fixture(scope="module")
def read(seeded):
    """address → the answer; each page is asked for once."""
    return cache(lambda address: Client().get(address))


@pytest.mark.parametrize("kind", DETAILS)
def test_every_page_of_the_bundled_record_can_be_read(read, kind):
    """In English; the other languages are read through in test_three_languages.py."""
    with override("en"):
        model = apps.get_model(DETAILS[kind].split(":")[0], kind)
        answers = {
            record.slug: read(record.get_absolute_url()).status_code
            for record in model.objects.public()
        }
    assert {slug: status for slug, status in answers.items() if status != 200} == {}


def pairs():
    """Every two public records that the bundle relates to each other, each pair once."""
    for programme in Programme.objects.public():
        for name in ("regions", "partners", "milestones", "stories", "indicators", "children"):
            for other in getattr(programme, name).public():
                yield programme, other
    for model, names in ((Milestone, ("partners", "regions")), (Story, ("regions", "figures"))):
        for record in model.objects.public():
            for name in names:
                for other in getattr(record, name).public():
                    yield record, other
    for citation in Citation.objects.select_related("source").prefetch_related("record"):
        if citation.record.get_absolute_url() and not isinstance(citation.record, StandingPage):
            yield citation.record, citation.source


@pytest.mark.once
def test_links_lead_both_ways(read):
    one_way = set()
    for one, other in pairs():
        here, there = one.get_absolute_url(), other.get_absolute_url()
        if f'href="{there}"' not in read(here).text:
            one_way.add((here, there))
        if f'href="{here}"' not in read(there).text:
            one_way.add((there, here))
    assert one_way == set()


@pytest.mark.once
def test_every_page_says_to_programs_what_they_understand(read):
    wrong, kinds = {}, Counter()
    for model in map(apps.get_model, (name.replace(":", ".") for name in DETAILS.values())):
        for record in model.objects.public():
            (block,) = blocks(read(record.get_absolute_url()).text)
            kinds[block["@graph"][-1]["@type"]] += 1
            found = [f for t in things(block) for f in (*misused(t), *lacking(t), *empty(t))]
            found += [f for t in things(block) for f in out_of_bounds(t)]
            if found:
                wrong[record] = found
    assert (wrong, kinds["Event"] > 40, kinds["Dataset"] > 20) == ({}, True, True)


def out_of_bounds(thing: dict):
    """Google's limits: a longer headline is cut, a shorter description is no data set."""
    if len(thing.get("headline", "")) > 110:
        yield "headline"
    if thing["@type"] == "Dataset" and not 50 <= len(thing["description"]) <= 5000:
        yield "description"


def test_map_knows_the_units_of_each_year():
    years = {year: RegionMap({"year": year}).rows for year in ("1996", "2017", "2021-12", "2023")}
    counts = {year: len(rows) for year, rows in years.items()}
    assert counts == {"1996": 16, "2017": 16, "2021-12": 17, "2023": 20}
    bubbles = [row.bubble for rows in years.values() for row in rows]
    assert [b for b in bubbles if not (2 < b.x < 98 and 2 < b.y < 98)] == []


def test_whole_timeline_stands_on_one_page(client):
    page = client.get("/kk/timeline/").context["page_obj"]
    assert len(page.object_list) == Milestone.objects.public().count()
