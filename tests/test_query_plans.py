"""At 100,000 stories a page reads what it shows, by indexes: PostgreSQL says how it would.

What is read once for each version of the content (sets of keys, counts) is read before.
"""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.models import Story
from unicef_kz.content.models import SearchEntry

from .factories import make_partner, make_programme, make_region, make_story

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite explains differently"),
    pytest.mark.django_db(transaction=True),
]
ROWS = 100_000
RARE, COMMON = 1000, 20  # one row in so many has the word
#: (pages that make what is kept known, page that is looked at)
PAGES = [
    (["/en/stories/"], "/en/stories/?page=2500"),
    (["/en/stories/"], "/en/stories/?programme=p3&region=KZ-R2"),
    (["/en/stories/{}-100/"], "/en/stories/{}-180/"),
    (["/en/"], "/ru/"),
    ([], "/en/search/?q=axolotl"),
    ([], "/en/search/?q=badger"),
    ([], "/en/search/suggest/?q=axo"),
    (["/api/v1/stories/"], "/api/v1/stories/?page_size=50"),
    ([], "/api/v1/stories/{}-300/"),
]


@pytest.fixture
def slug():
    """Of the first story; the others are called by it and a number."""
    ties = {
        "programmes": [make_programme(slug=f"p{n}") for n in range(40)],
        "regions": [make_region(iso=f"KZ-R{n}") for n in range(20)],
        "partners": [make_partner() for _n in range(40)],
    }
    story = make_story(title="One of many", **ties)
    grow(Story, story, {"slug": "slug || '-' || n", "latest": "latest + n % 9000"})
    for name, records in ties.items():
        through = Story._meta.get_field(name).remote_field.through
        own = Story._meta.get_field(name).m2m_column_name()
        other = Story._meta.get_field(name).m2m_reverse_name()
        run(
            f"INSERT INTO {through._meta.db_table} ({own}, {other}) SELECT {story.pk} + n, "
            f"(ARRAY{[r.pk for r in records]})[1 + n % {len(records)}] "
            f"FROM generate_series(1, {ROWS}) n"
        )
    words = (
        f"|| CASE WHEN n % {RARE} = 0 THEN 'axolotl'::tsvector ELSE ''::tsvector END "
        f"|| CASE WHEN n % {COMMON} = 0 THEN 'badger'::tsvector ELSE ''::tsvector END"
    )
    grow(
        SearchEntry,
        SearchEntry.objects.about(story).get(),
        {"object_id": "object_id + n", "head": f"head {words}", "whole": f"whole {words}"},
    )
    run("VACUUM ANALYZE")
    return story.slug


def run(sql: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def grow(model, row, changes: dict) -> None:
    """Copies a row; ``changes`` are SQL expressions in which ``n`` counts the copies."""
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(changes.get(c, "id + n" if c == "id" else f'"{c}"') for c in columns)
    table, names = model._meta.db_table, ", ".join(f'"{c}"' for c in columns)
    run(
        f"INSERT INTO {table} ({names}) SELECT {values} "
        f"FROM {table}, generate_series(1, {ROWS}) n WHERE id = {row.pk}"
    )
    run(f"ANALYZE {table}")  # else each foreign key to it is checked by reading it whole


def nodes(plan: dict):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def read_whole(sql: str) -> list[str]:
    """The large tables that a statement would read from end to end."""
    ((plan,),) = run(f"EXPLAIN (FORMAT JSON) {sql}")
    plan = json.loads(plan) if isinstance(plan, str) else plan
    tables = {n["Relation Name"] for n in nodes(plan[0]["Plan"]) if n["Node Type"] == "Seq Scan"}
    large = dict(run("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'"))
    return sorted(table for table in tables if large[table] >= ROWS)


def test_no_page_reads_a_large_table_from_end_to_end(slug):
    client, found, seen = Client(), {}, 0
    for before, path in PAGES:
        for known in before:
            client.get(known.format(slug))
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path.format(slug))
        assert (response.status_code, path) == (200, path)
        statements = [q["sql"] for q in captured if not q["sql"].startswith("EXPLAIN")]
        seen += len(statements)
        if whole := {t: s[:300] for s in statements for t in read_whole(s)}:
            found[path] = whole
    assert (found, seen > 30) == ({}, True)


def test_among_very_many_a_rare_word_is_found_by_the_index_of_words(slug, monkeypatch):
    """Else PostgreSQL would walk along the dates through all entries to find enough."""
    monkeypatch.setattr("unicef_kz.content.search.engine.MANY", ROWS)
    with CaptureQueriesContext(connection) as captured:
        response = Client().get("/en/search/?q=axolotl")
    statements = [q["sql"] for q in captured if "content_searchentry" in q["sql"]]
    plans = [run(f"EXPLAIN (FORMAT JSON) {sql}") for sql in statements if sql.startswith("SELECT")]
    indexes = {n.get("Index Name") for ((plan,),) in plans for n in nodes(plan[0]["Plan"])}
    assert (response.context["page_obj"].paginator.count, len(plans) >= 2) == (ROWS // RARE, True)
    assert "content_search_recent" not in indexes
