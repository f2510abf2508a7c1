"""The arithmetic of the benchmark; what it measures, no test can know."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from bench import client, machine, pages
from bench.curves import curves
from bench.databases import named
from bench.report import Cell, Cells, Target, short, table, targets

pytestmark = pytest.mark.once

FACTS = {
    "stories": 900,
    "pages": 45,
    "textbook_pages": 48,
    "slugs": [f"made-story-{n}" for n in range(80)],
    "programmes": [["one", 1], ["two", 2]],
    "regions": [["KZ-75", 7], ["KZ-71", 8]],
    "rare": ["chess"],
}


def cell(site, page="list", rate=100.0, app=1.0, database=0.0, **values):
    return Cell(site, page, rate, app, database, **values)


def test_a_line_of_proc_is_read_whatever_the_program_is_called():
    line = "42 (a) b (c)) S 7 42 42 0 -1 4 1 0 0 0 250 50 0 0 20 0 1 0 99"
    assert machine.parse_stat(line) == (7, 300 / machine.TICK)


def test_a_process_that_is_gone_used_nothing():
    assert machine.stat(2**22 + 1) == (0, 0.0)


def test_the_tree_of_a_process_holds_its_children():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in machine.tree(machine.os.getpid())
        child.communicate(b"\n")


def test_a_ratio_is_the_median_over_the_rounds():
    cells = Cells([cell("a", app=n) for n in (10, 40, 20)] + [cell("b", app=n) for n in (1, 2, 2)])
    assert cells.ratio(("a", "list"), ("b", "list")) == 10


def test_errors_of_ours_reach_nothing():
    slow, quick = cell("textbook", app=10), cell("cold", errors=1)
    assert Cells([slow, quick]).ratio(("textbook", "list"), ("cold", "list")) is None


def test_what_was_not_measured_has_no_ratio():
    assert Cells([cell("a")]).ratio(("a", "list"), ("b", "list")) is None


def test_cpu_is_that_of_app_and_database():
    assert Cells([cell("a", app=1, database=3)]).median("a", "list") == 4


@pytest.mark.parametrize(
    ("found", "at_most", "verdict"),
    [
        (6.1, False, "reached"),
        (5.2, False, "nearly"),
        (5.0, False, "MISSED"),
        (5.9, True, "reached"),
        (6.9, True, "nearly"),
        (9.0, True, "MISSED"),
        (None, False, "not measured"),
    ],
)
def test_a_target_has_some_slack(found, at_most, verdict):
    assert Target("x", 6, found, at_most=at_most).verdict == verdict


def test_targets_compare_sites_of_one_run():
    cells = Cells(
        [
            cell("textbook", app=20, database=10),
            cell("cold", app=2, database=1),
            cell("cold", "last", app=4, database=2),
        ]
    )
    found = {t.what: (t.found, t.verdict) for t in targets(cells, {"memory": 200})}
    assert found["cold list / textbook"] == (10, "reached")
    assert found["dearest page of a list : its first"] == (2, "MISSED")
    assert found["memory of a worker"] == (200, "MISSED")
    assert found["warm list / nginx"] == (None, "not measured")


def test_the_table_tells_of_errors_and_of_a_busy_machine():
    lines = table(Cells([cell("cold", errors=3, others=0.5), cell("cold", rate=300.0)]))
    assert lines[1].split() == [
        *("list", "cold", "200", "100–300", "1.00", "1.00+0.000", "0.000"),
        *("3", "errors,", "busy", "machine"),
    ]


@pytest.mark.parametrize(
    ("number", "text"), [(12345, "12,345"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.123")]
)
def test_numbers_are_written_short(number, text):
    assert short(number) == text


def test_both_sites_are_asked_for_the_same_kinds_of_pages():
    ours, theirs = pages.ours(FACTS), pages.textbook(FACTS)
    assert list(ours) == list(theirs) == list(pages.PAGES)
    assert ours["last"] == [f"/{code}/stories/?page=45" for code in ("en", "kk", "ru")]
    assert ours["filters"][0] == "/en/stories/?programme=one&region=KZ-75"
    assert theirs["filters"][0] == "/stories/?programme=1&region=7"
    assert len(theirs["detail"]) == pages.MOST


def test_pages_around_the_middle_exist():
    assert pages.around(2, 3) == [1, 2, 3]


def test_the_name_of_a_database_replaces_that_of_the_server():
    assert named("postgres://u@h:5499/postgres", "other") == "postgres://u@h:5499/other"


def test_curves_are_a_picture_with_a_line_for_each_site():
    points = {"list": {"textbook": {1000: 20.0, 10_000: 40.0}, "cold": {1000: 2.0, 10_000: 2.0}}}
    picture = ElementTree.fromstring(curves(points))
    lines = [p for p in picture.iter() if p.get("stroke-width") == "2"]
    assert [line.get("stroke") for line in lines] == ["#8a8a8a", "#00708c"]


def test_the_client_of_our_own_counts_answers(tmp_path, monkeypatch):
    monkeypatch.setattr(client, "WRK", None)
    (tmp_path / "page").write_text("Hello")
    command = [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1", "-p", "HTTP/1.1"]
    with subprocess.Popen(
        [*command, "-d", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        port = server.stdout.readline().split(" port ")[1].split()[0]
        (tmp_path / "paths").write_text("/page\n/none\n")
        found = client.load(f"127.0.0.1:{port}", tmp_path / "paths", 0.3)
        server.terminate()
    assert found["requests"] > 2
    assert abs(found["errors"] * 2 - found["requests"]) <= client.CONNECTIONS
