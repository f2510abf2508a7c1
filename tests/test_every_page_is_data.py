"""Over the whole bundled record: page, JSON, CSV and XLSX are one, and as they are described."""

import csv
import io
import json
import zipfile
from contextlib import closing
from functools import cache, reduce
from operator import or_
from random import Random
from urllib.parse import urljoin

import pytest
import schemathesis
from django.apps import apps
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.utils.translation import override
from frictionless import Package
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from schemathesis import checks

from programmes.models import (
    Cycle,
    Participation,
    Partner,
    PartnerName,
    Programme,
    Region,
    RegionName,
)
from unicef_kz.api.listed import LISTED
from unicef_kz.api.schema import published_schema
from unicef_kz.content.models import Citation, Concept
from unicef_kz.data.datasets import tables
from unicef_kz.kinds import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]
PLACES = {name: name for name in KINDS} | {"milestones": "timeline"}
LANGUAGES = ["en", "kk", "ru"]
WORDS = ["child", "дети", "бала", "law", "2016", "no such word"]
#: They leave much to be found.
WIDE = {"q": ["child", "children"], "from": ["1992", "1994-11"], "to": ["2018", "2026"]}
YEARS = ["1992", "1994-11", "2008", "2013-12-31", "2016", "2017-06"]


@cache
def values() -> dict[str, list[str]]:
    """What may be chosen of each parameter; a wrong value among them."""

    def slugs(model, name="slug"):
        return list(model.objects.public().order_by(name).values_list(name, flat=True))

    return {
        "programme": slugs(Programme),
        "cycle": slugs(Cycle),
        "region": slugs(Region, "iso"),
        "partner": slugs(Partner),
        "sdg": ["1", "3", "4", "16"],
        "status": ["2", "4", "9"],
        "from": YEARS,
        "to": YEARS,
        "q": WORDS,
    }


@st.composite
def combinations(draw):
    """A list, up to five of its parameters and an order; most choices leave something to be found.

    Drawn evenly from a seed: left to itself, hypothesis asks the same few parameters again.
    """
    random = Random(draw(st.integers(0, 2**32)))
    kind = random.choice(list(KINDS.values()))
    filters = kind.filterset_class(QueryDict(), kind.model.objects.public(), request=None)
    names = [name for name in values() if name in filters.filters] + ["kind"]
    chosen = random.sample(names, random.randint(1, min(5, len(names))))
    chosen += random.choice([[], ["sort"]])
    aimed, left, pairs = random.random() < 0.8, filters.public_keys, []
    for name in chosen:
        met = {c: keys for c, (_t, keys) in filters.options.get(name, {}).items() if keys & left}
        known = (aimed and (list(met) or WIDE.get(name))) or known_values(kind, name)
        most = 1 if name in ("sort", *WIDE) else min(3, len(known))
        codes = random.sample(known, random.randint(1, most))
        if met:
            left &= reduce(or_, (met.get(code, 0) for code in codes))
        pairs += [f"{name}={code}" for code in codes]
    return kind, "&".join(pairs), random.choice(LANGUAGES)


def known_values(kind, name: str) -> list[str]:
    if name == "kind":
        return [c for c, _label in kind.filterset_class.base_filters["kind"].extra["choices"]]
    return list(kind.filterset_class.orders) if name == "sort" else values()[name]


def on_pages(kind, query, language) -> list[str]:
    """What the template is given; rendering a hundred lists would take most of the time."""
    view, rows, number, last = kind.list_view.as_view(), [], 1, 1
    while number <= last:
        with override(language):
            context = view(RequestFactory().get(f"/?{query}&page={number}")).context_data
            rows += [record.slug for record in context["object_list"]]
        number, last = number + 1, context["page_obj"].paginator.num_pages
    return rows


def in_database(kind, query, language) -> list[str]:
    """As one statement finds them; the pages work with sets of keys."""
    public = kind.model.objects.public()
    with override(language):
        found = kind.filterset_class(QueryDict(query), public, request=None).qs
        return list(found.values_list("slug", flat=True))


def in_json(client, kind, query, language) -> list[str]:
    address, rows = f"{kind.data_address}?{query}&lang={language}&page_size=15", []
    while address:
        answer = client.get(address).json()
        rows += [record["slug"] for record in answer["results"]]
        address = answer["next"]
    return rows


def file_of(client, kind, query, language, form) -> bytes:
    return client.get(f"{kind.data_address}?{query}&lang={language}&format={form}").getvalue()


def in_csv(*asked) -> list[str]:
    text = file_of(*asked, "csv").decode("utf-8-sig")
    return [row["slug"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def in_workbook(*asked) -> list[str]:
    sheet = load_workbook(io.BytesIO(file_of(*asked, "xlsx")), read_only=True).active
    return [row[0] for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)]


def test_page_json_csv_and_xlsx_are_the_same_rows_in_the_same_order():
    client, met = Client(), []

    @settings(
        max_examples=100,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(asked=combinations())
    def compare(asked):
        rows = on_pages(*asked)
        assert rows == in_database(*asked)
        assert [ask(client, *asked) for ask in (in_json, in_csv, in_workbook)] == [rows] * 3
        met.append((set(QueryDict(asked[1])), len(rows)))

    compare()
    # what is found by many parameters at once, with words and an order, is among them
    assert len(met) == 100
    assert len([rows for names, rows in met if rows and len(names) > 3]) >= 10
    assert [rows for names, rows in met if rows and {"q", "sort"} < names] != []


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_list_as_it_is_read_is_the_same_everywhere(client, kind):
    rows = [
        record.slug for record in client.get(f"/kk/{PLACES[kind.name]}/").context["object_list"]
    ]
    asked = client, kind, "", "kk"
    found = in_json(*asked), in_csv(*asked), in_workbook(*asked)
    assert [slugs[: len(rows)] for slugs in found] == [rows] * 3


# The schema


CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.allow_header_conformance,
]


def whole(environ, start_response):
    """As a server does: the answer is read to its end and closed."""
    answer = get_wsgi_application()(environ, start_response)
    with closing(answer):
        return [b"".join(answer)]


@pytest.fixture(scope="module")
def described(seeded):
    """As Django's own client does, without closing the connection that holds the seeded record."""
    signals = request_started, request_finished
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", whole)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.once
@pytest.mark.parametrize("mode", schemathesis.GenerationMode)
@pytest.mark.parametrize("path", published_schema()["paths"])
def test_answers_are_what_the_schema_says(described, path, mode):
    """Whatever is asked, within the schema or against it."""

    @settings(max_examples=4, deadline=None, derandomize=True, database=None)
    @given(case=described[path]["GET"].as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(checks=CHECKS)

    ask()


def test_schema_knows_the_shape_of_every_record(described, client):
    """Guards the test above, whose made-up filters seldom find a record."""
    for kind in KINDS.values():
        case = described[f"{kind.data_address}"]["GET"].Case(query={"page_size": 200})
        answer = case.call()
        case.validate_response(answer, checks=CHECKS)
        assert answer.json()["count"] > 3


# The package


@pytest.fixture(scope="module")
def unpacked(seeded, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    body = Client().get("/data/unicef-kazakhstan.zip").getvalue()
    zipfile.ZipFile(io.BytesIO(body)).extractall(folder)
    return folder


def test_archive_is_a_valid_data_package(unpacked):
    report = Package(str(unpacked / "datapackage.json")).validate()
    assert report.flatten(["type", "message"]) == []


def test_archive_holds_every_record(unpacked):
    rows = {}
    for name in KINDS:
        with (unpacked / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows[name] = len(list(csv.DictReader(file)))
    assert rows == {name: kind.model.objects.public().count() for name, kind in KINDS.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_archive_explains_itself(unpacked, language):
    text = (unpacked / f"README.{language}.txt").read_text(encoding="utf-8")
    assert [name for name in KINDS if f"{name}.csv" not in text] == []


def test_online_package_is_that_of_the_archive_and_each_table_answers(client, unpacked, tmp_path):
    """The addresses in it are relative to its own, as the files of the archive are."""
    address = "/data/datapackage.json"
    package = client.get(address).json()
    assert package == json.loads((unpacked / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        answer = client.get(urljoin(address, resource["path"]))
        assert (answer.status_code, answer.streaming) == (200, True)
        (tmp_path / resource["path"]).write_bytes(answer.getvalue())
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.flatten(["type", "message"]) == []


#: What has a public side and is in no table.
LEFT_OUT = {"Photo": "A consent to show a picture on a page is none to give it away."}


def test_every_public_model_has_its_table():
    held = {table.fields[0].parent.Meta.model for _name, _title, _intro, table in tables()}
    public = {
        model
        for model in apps.get_models()
        if hasattr(model.objects, "public") or hasattr(model.objects, "showable")
    }
    assert {model.__name__ for model in public - held} == set(LEFT_OUT)
    assert {Concept, Participation, PartnerName, RegionName, Citation} <= held


def test_tables_without_a_list_hold_every_public_row(unpacked):
    def number(name):
        with (unpacked / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return len(list(csv.DictReader(file)))

    public = {name: table.records().count() for name, table in LISTED.items()}
    assert {name: number(name) for name in LISTED} == public
    assert [name for name in ("cycles", "resources", "cities", "places") if public[name] < 3] == []
    assert number("partner_names") == PartnerName.objects.count()
