"""How often one address may search, and who that is behind a proxy."""

import datetime
import subprocess
import sys
from multiprocessing.pool import ThreadPool

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from django.utils import timezone

from unicef_kz import rates

pytestmark = pytest.mark.django_db


def statuses(*paths, **options) -> list[int]:
    client = Client(**options)
    return [client.get(path).status_code for path in paths]


@pytest.fixture
def twice(settings):
    settings.SEARCH_RATE = "2/min"


SEARCH, LIST = "/en/search/?q=child", "/ru/programmes/?from=1994"


def test_searches_and_filtered_lists_share_a_limit(twice):
    assert statuses(SEARCH, LIST, SEARCH, LIST) == [200, 200, 429, 429]


def test_pages_without_words_or_filters_are_not_counted(twice):
    free = ["/en/", "/kk/programmes/", "/en/search/", "/en/programmes/?utm_source=x"]
    assert statuses(*free, SEARCH, SEARCH, *free) == [200] * 10


def test_the_answer_says_when_to_come_back(client, twice):
    answers = [client.get(SEARCH) for _i in range(3)]
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After")
    found = [[answer.get(name) for name in names] for answer in answers]
    assert found == [
        ["2", "1", "30", None],
        ["2", "0", "60", None],
        ["2", "0", "60", "30"],
    ]
    assert answers[2]["Cache-Control"] == "no-store"


def test_one_request_comes_back_after_its_share_of_the_period(twice):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert statuses(SEARCH, SEARCH, SEARCH) == [200, 200, 429]
        clock.shift(30)
        assert statuses(SEARCH, SEARCH) == [200, 429]
        clock.shift(60)
        assert statuses(SEARCH, SEARCH, SEARCH) == [200, 200, 429]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "A short pause"), ("ru", "Небольшая пауза"), ("kk", "Шағын үзіліс")],
)
def test_the_page_speaks_the_language_of_its_address(client, settings, language, words):
    settings.SEARCH_RATE = "1/min"
    path = f"/{language}/search/?q=child"
    client.get(path)
    answer = client.get(path, headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer["Content-Language"]) == (429, language)
    assert f"<h1>{words}</h1>" in answer.content.decode()
    assert f'<html lang="{language}"' in answer.content.decode()


def test_no_limit_where_none_is_set(settings):
    settings.SEARCH_RATE = ""
    assert set(statuses(*[SEARCH] * 9)) == {200}


@pytest.mark.parametrize("rate", ["many", "9", "0/min", "-1/min", "9/fortnight"])
def test_a_wrong_rate_is_told(rate):
    with pytest.raises(ImproperlyConfigured):
        rates.limit(rate)


# Who asks


def visitor(**environment) -> str:
    return rates.visitor(RequestFactory().get("/", **environment))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "192.0.2.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "made up, 203.0.113.5, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.5, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.9"),
        (1, "", "192.0.2.9"),
        (1, "198.51.100.1, nonsense", "192.0.2.9"),
    ],
)
def test_only_what_our_own_proxies_say_counts(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    assert visitor(REMOTE_ADDR="192.0.2.9", HTTP_X_FORWARDED_FOR=forwarded) == expected


def test_a_forged_header_does_not_help(settings, twice):
    settings.TRUSTED_PROXIES = 1
    forged = [f"203.0.113.{i}, 198.51.100.1" for i in range(3)]
    client = Client()
    answers = [client.get(SEARCH, headers={"X-Forwarded-For": via}) for via in forged]
    assert [a.status_code for a in answers] == [200, 200, 429]
    other = client.get(SEARCH, headers={"X-Forwarded-For": "203.0.113.1, 198.51.100.2"})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
def test_a_network_of_ipv6_is_one_visitor(one, other, same):
    assert (visitor(REMOTE_ADDR=one) == visitor(REMOTE_ADDR=other)) is same


# The table


def test_visitors_who_share_one_place_do_not_disturb_each_other(tmp_path):
    table, limit = rates.Table(tmp_path / "rates"), rates.limit("1/min")
    first, second = b"aaaabbbb", b"aaaacccc"
    assert [table.take(key, limit).wait > 0 for key in (first, second, first)] == [
        False,
        False,
        True,
    ]


def test_a_clock_that_ran_ahead_locks_nobody_out(tmp_path):
    table, limit = rates.Table(tmp_path / "rates"), rates.limit("1/min")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        table.take(b"aaaabbbb", limit)
    assert table.take(b"aaaabbbb", limit).wait == 0


COUNT = """
import sys, pathlib
from unicef_kz import rates
table, limit = rates.Table(pathlib.Path(sys.argv[1])), rates.limit("500/h")
print(sum(table.take(b"aaaabbbb", limit).wait == 0 for _i in range(400)))
"""


@pytest.mark.once
def test_processes_count_together(tmp_path):
    """Each asks 400 times; between them they get the 500, and what has come back meanwhile."""

    def run(_number):
        command = [sys.executable, "-c", COUNT, str(tmp_path / "rates")]
        return int(subprocess.run(command, check=True, capture_output=True).stdout)

    with ThreadPool(2) as pool:
        assert sum(pool.map(run, range(2))) in (500, 501)


def test_the_table_names_nobody(settings, twice):
    statuses(SEARCH, REMOTE_ADDR="192.0.2.77")
    written = settings.RATES_FILE.read_bytes().strip(b"\0")
    assert written
    assert b"192.0.2.77" not in written
    assert bytes([192, 0, 2, 77]) not in written
