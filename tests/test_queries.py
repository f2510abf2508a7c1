"""The number of queries is small and does not grow with the number of rows."""

from urllib.parse import urlencode

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from programmes.models import Partner, Programme
from unicef_kz.content import version
from unicef_kz.content.kept import COUNTS, PARTS, SETS
from unicef_kz.content.models import Source
from unicef_kz.kinds import KINDS

from . import surfaces
from .factories import (
    cite,
    make_concept,
    make_cycle,
    make_indicator,
    make_membership,
    make_milestone,
    make_observation,
    make_participation,
    make_partner,
    make_photo,
    make_place,
    make_programme,
    make_region,
    make_resource,
    make_source,
    make_story,
    make_subject,
    numbers,
)
from .surfaces import make_world
from .test_contract import NOT_FOR

pytestmark = pytest.mark.django_db
ON_A_LIST, ON_A_PAGE = 12, 20
DATA = [*(f"{name} {form}" for name in KINDS for form in ("json", "csv")), "figures xlsx"]
PAGES = [f"{kind} list" for kind in surfaces.LISTS]
PAGES += [*surfaces.DETAILS, "home", "search", "data", *DATA, "programme record"]


def warm_up() -> None:
    """Content types are read once per process; no count may depend on who read them first."""
    for kind in ContentType.objects.all():
        ContentType.objects.get_for_id(kind.pk)
        ContentType.objects.get_by_natural_key(kind.app_label, kind.model)


@pytest.fixture(autouse=True)
def _warm(db):
    warm_up()


def forget_all() -> None:
    """What this process knows of the content, as after a change."""
    for kept in (COUNTS, SETS, PARTS):
        kept.forget(None)


def path_of(page: str, world: dict) -> str:
    with override("en"):
        if page.endswith(" list"):
            return surfaces.reverse(surfaces.LISTS[page.removesuffix(" list")])
        if page in surfaces.DETAILS:
            return surfaces.reverse(surfaces.DETAILS[page], args=[world[page].slug])
        if page == "programme record":
            return KINDS["programmes"].record_address(world["programme"].slug)
        if page in DATA:
            name, form = page.split()
            return f"{KINDS[name].data_address}?format={form}"
        search = "/en/search/?q=number&kind=programme"
        return {"home": "/en/", "data": "/en/data/", "search": search}[page]


def queries(client, path: str) -> list[str]:
    version.next_change()  # asked once for each version of the content
    PARTS.forget(None)  # so that the rows of this page are read, whatever others have shown
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
        assert (response.status_code, bool(response.getvalue())) == (200, True)
    return [query["sql"] for query in captured]


def grow(world: dict, number=29) -> None:
    """So many more records of each kind, all tied to those of the world."""
    for i in range(number):
        source, region = make_source(), make_region()
        partner, cycle = make_partner(), make_cycle()
        place = make_place(region=world["region"])
        programme = make_programme(
            parent=world["programme"] if i % 2 else world["area"],
            kind="area" if i % 3 else "project",
            cycles=[world["cycle"], cycle],
            regions=[world["region"], region],
            concepts=[world["concept"], make_concept(code=f"{next(numbers)}x")],
        )
        make_participation(world["programme"], partner)
        make_participation(programme, world["partner"])
        world["programme"].regions.add(region)
        world["milestone"].places.add(place)
        grow_facts(world, programme, partner, region, source, place, i)


def grow_facts(world, programme, partner, region, source, place, i) -> None:
    ties = {
        "programmes": [world["programme"], programme],
        "partners": [world["partner"], partner],
        "regions": [world["region"], region],
    }
    indicator = make_indicator(
        programme=world["programme"], source=world["source"], featured=1 + i % 6
    )
    for record in (world["indicator"], indicator):
        make_observation(record, source=source, region=region)
    make_milestone(source=world["source"], date=str(1950 + i), **ties)
    story = make_story(figures=[world["indicator"], indicator], **ties)
    make_subject(story)
    make_photo(story)
    world["story"].figures.add(indicator)
    make_subject(world["story"])
    make_resource(programmes=[world["programme"]], partners=[world["partner"]])
    make_membership(place=place, initiative=world["programme"], source=source)
    for name in ("programme", "milestone", "indicator", "story", "partner", "region"):
        cite(world[name], source, stance="differs" if i % 2 else "supports")
        make_photo(world[name])


@pytest.fixture(scope="module")
def world(module_db):
    return make_world()


@pytest.fixture(scope="module")
def counted(world):
    """{page: (queries with some rows of everything, the same queries with thirty)}"""
    warm_up()
    client = Client()
    grow(world, 7)  # enough for every part of a page to have something
    paths = {page: path_of(page, world) for page in PAGES}
    few = {page: queries(client, path) for page, path in paths.items()}
    grow(world)
    many = {page: queries(client, path) for page, path in paths.items()}
    return {page: (len(few[page]), len(many[page])) for page in PAGES}


@pytest.mark.parametrize("page", PAGES)
def test_thirty_rows_cost_as_many_queries_as_eight(counted, page):
    few, many = counted[page]
    assert many == few


@pytest.mark.parametrize("page", PAGES)
def test_queries_stay_within_the_budget(counted, page):
    budget = ON_A_LIST if page.endswith(" list") else ON_A_PAGE
    assert counted[page][1] <= budget


def test_search_of_every_kind_stays_within_the_budget(client, counted):
    forget_all()
    assert len(queries(client, "/en/search/?q=number")) <= ON_A_PAGE


def test_search_by_all_filters_stays_within_the_budget(client, world, counted):
    values = surfaces.valid_values("programme", world) | {"kind": "programme", "sort": "-date"}
    forget_all()
    assert len(queries(client, f"/en/search/?{urlencode(values)}")) <= ON_A_LIST


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_filters_stay_within_the_budget(client, world, counted, kind):
    paths = [s.path for s in surfaces.lists("en", world) if s.name.startswith(f"en {kind} list")]
    costs = {path: len(queries(client, path)) for path in paths}
    assert {path: n for path, n in costs.items() if n > ON_A_LIST} == {}


@pytest.mark.parametrize("kind", surfaces.LISTS)
def test_all_filters_at_once_stay_within_the_budget(client, world, counted, kind):
    """With a row that they leave: what it needs is read too."""
    values = surfaces.valid_values(kind, world) | {"show": world["indicator"].slug, "year": "2020"}
    names = [name for name in values if name not in NOT_FOR[kind]]
    path = f"{path_of(f'{kind} list', world)}?{urlencode({n: values[n] for n in names})}"
    forget_all()
    number = len(queries(client, path))
    assert (client.get(path).context["total"] > 0, number <= ON_A_LIST) == (True, True)


@pytest.mark.parametrize("language", surfaces.LANGUAGES)
def test_standing_page_stays_within_the_budget(client, counted, language):
    assert len(queries(client, f"/{language}/about/")) <= ON_A_PAGE


def test_growth_is_real(counted):
    counts = [model.objects.public().count() for model in (Programme, Partner, Source)]
    assert min(counts) >= 30
