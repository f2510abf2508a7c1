"""Whether the addresses of sources still work: asked of a server of our own, and kept."""

import datetime
import itertools
import ssl
import subprocess
import time

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from unicef_kz.content.link_checker import LinkChecker, Offline, is_public
from unicef_kz.content.models import Source

from .factories import make_source
from .web import HOSTS, Web, serving

URL = "https://www.example.org/page"
MONDAY = datetime.datetime(2024, 5, 6, 3, 10, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def checker():
    with LinkChecker(timeout=3, pause=0, private_hosts=HOSTS) as checker:
        yield checker


@pytest.fixture
def impatient():
    with LinkChecker(timeout=0.4, pause=0, private_hosts=HOSTS) as checker:
        yield checker


def status(checker, url) -> int:
    return checker.ask(url)[1]


# One address


@pytest.mark.parametrize("number", [200, 204, 403, 404, 410, 429, 500, 503, 999])
def test_status_is_what_the_server_says(web, checker, number):
    assert status(checker, web.url(f"/{number}")) == number


def test_page_that_is_there_is_asked_once_without_its_body(web, checker):
    status(checker, web.url("/200?q=1#part"))
    assert web.asked == ["HEAD /200?q=1"]


@pytest.mark.parametrize("path", ["/only-get", "/hang-up-on-head"])
def test_server_without_head_is_asked_by_get(web, checker, path):
    assert status(checker, web.url(path)) == 200
    assert web.asked == [f"HEAD {path}", f"GET {path}"]


def test_failure_is_proved_by_get(web, checker):
    status(checker, web.url("/404"))
    assert web.asked == ["HEAD /404", "GET /404"]


def test_server_that_has_had_enough_is_not_asked_twice(web, checker):
    status(checker, web.url("/429"))
    assert web.asked == ["HEAD /429"]


def test_redirects_are_followed(web, checker):
    assert status(checker, web.url("/to?url=/to?url=/200")) == 200


def test_redirect_to_a_cyrillic_address_is_followed(web, checker):
    assert status(checker, web.url("/to-cyrillic")) == 200


def test_redirect_to_a_missing_page_is_a_missing_page(web, checker):
    assert status(checker, web.url("/to?url=/404")) == 404


@pytest.mark.parametrize("path", ["/loop", "/nowhere"])
def test_redirect_that_leads_nowhere_keeps_its_own_status(web, checker, path):
    assert status(checker, web.url(path)) == 302


def test_loop_is_left_after_a_few_rounds(web, checker):
    status(checker, web.url("/loop"))
    assert len(web.asked) == 12


@pytest.mark.parametrize(
    ("path", "number"), [("/silent", 0), ("/dribble-status", 0), ("/dribble-headers", 200)]
)
def test_slow_server_is_left(web, impatient, path, number):
    """Also where each byte comes in time."""
    began = time.monotonic()
    assert status(impatient, web.url(path)) == number
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "url",
    [
        "http://no such host/",
        "http://nothing.invalid/",
        "http://127.0.0.1:1/",
        f"http://{'a' * 64}.example/",
        "http://127.0.0.1:99999/",
        "http:///path",
        "http://[",
        "ftp://127.0.0.1/",
    ],
)
def test_address_without_a_server_is_no_answer(checker, url):
    assert status(checker, url) == 0


def test_what_is_no_http_is_no_answer(web, checker):
    assert status(checker, web.url("/garbage")) == 0


def test_big_page_is_not_read(web, checker):
    assert status(checker, web.url("/big")) == 200
    assert web.megabytes < 32


def test_checker_says_who_it_is(web, checker):
    status(checker, web.url("/200"))
    agent = f"Mozilla/5.0 (compatible; LinkCheck; +{settings.SITE_URL})"
    assert web.headers[0]["User-Agent"] == agent


# Certificates


@pytest.fixture
def secure_web(tmp_path):
    """With the path of a certificate for localhost that nobody trusts."""
    path = tmp_path / "both.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", path, "-out", tmp_path / "crt"]
    try:
        subprocess.run([*command.split(), *names], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    path.write_text(path.read_text() + (tmp_path / "crt").read_text())
    web = Web()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    web.socket = context.wrap_socket(web.socket, server_side=True, do_handshake_on_connect=False)
    with serving(web):
        yield web, path


def test_certificate_that_nobody_trusts_is_no_answer(secure_web, checker):
    web, _path = secure_web
    assert status(checker, web.url("/200", "localhost", "https")) == 0


def test_page_over_https_is_found(secure_web, monkeypatch):
    web, path = secure_web
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with LinkChecker(timeout=3, pause=0, private_hosts=HOSTS) as checker:
        assert status(checker, web.url("/200", "localhost", "https")) == 200


def test_server_that_speaks_no_tls_is_no_answer(web, checker):
    assert status(checker, web.url("/200", scheme="https")) == 0


# Our own network


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
    ],
)
def test_address_is_not_public(ip):
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["93.184.216.34", "2a00:1450:4001:829::200e"])
def test_address_is_public(ip):
    assert is_public(ip)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_our_own_network_is_not_asked(web, host):
    with LinkChecker(timeout=3, pause=0) as checker:
        assert (status(checker, web.url("/200", host)), web.asked) == (0, [])


def test_redirect_into_our_own_network_is_not_followed(web):
    path = f"/to?url={web.url('/200', 'localhost')}"
    with LinkChecker(timeout=3, pause=0, private_hosts=["127.0.0.1"]) as checker:
        assert (status(checker, web.url(path)), web.asked) == (0, [f"HEAD {path}"])


def test_redirect_away_from_the_web_is_not_followed(web, checker):
    assert status(checker, web.url("/to?url=file:///etc/hostname")) == 0


# Many addresses


def test_every_address_gets_its_status(web, checker):
    wanted = {web.url(f"/{n}", host): n for n in (200, 404) for host in HOSTS}
    assert dict(checker.check(wanted, 10)) == wanted


def test_hosts_are_asked_at_the_same_time(web, checker):
    """Each of the two waits for the other."""
    urls = [web.url("/together", host) for host in HOSTS]
    assert dict(checker.check(urls, 10)) == dict.fromkeys(urls, 200)


def test_one_host_is_asked_one_thing_at_a_time(web, checker):
    """Also where another host sends us there."""
    urls = [web.url(f"/slow?{n}") for n in range(4)]
    urls += [web.url(f"/to?url={web.url('/slow')}", "localhost") for _n in range(4)]
    assert [answer for _url, answer in checker.check(urls, 10)] == [200] * 8
    assert web.most == 1


def test_host_gets_a_pause_between_two_requests(web):
    urls = [web.url(f"/404?{n}") for n in range(2)]
    with LinkChecker(timeout=3, pause=0.1, private_hosts=HOSTS) as checker:
        list(checker.check(urls, 10))
    pauses = [after - before for before, after in itertools.pairwise(web.started)]
    assert len(pauses) == 3
    assert min(pauses) >= 0.1


def test_run_ends_when_the_time_is_up(web):
    began = time.monotonic()
    with LinkChecker(timeout=20, pause=0, private_hosts=HOSTS) as checker:
        urls = [web.url("/200"), web.url("/silent"), web.url("/404")]
        assert list(checker.check(urls, 1)) == [(urls[0], 200)]
    assert time.monotonic() - began < 5


# An address on each of five hosts that are never asked
SILENT = [f"http://10.0.0.{n}/" for n in range(5)]


def test_silence_everywhere_says_nothing_about_the_addresses(checker):
    with pytest.raises(Offline):
        list(checker.check(SILENT, 10))


def test_silence_of_some_counts_where_others_answer(web, checker):
    urls = [*SILENT, web.url("/404")]
    assert dict(checker.check(urls, 10)) == dict.fromkeys(SILENT, 0) | {urls[-1]: 404}


def test_silence_of_a_few_counts(checker):
    assert dict(checker.check(SILENT[:4], 10)) == dict.fromkeys(SILENT[:4], 0)


# What is kept


def answers(status, url=URL, *, days=0, hours=0):
    """An answer that came some time after Monday."""
    moment = MONDAY + datetime.timedelta(days=days, hours=hours)
    with time_machine.travel(moment, tick=False):
        Source.objects.note_answer(url, status)


def due(days=7, *, after, hours=0) -> int:
    moment = MONDAY + datetime.timedelta(days=after, hours=hours)
    with time_machine.travel(moment, tick=False):
        return Source.objects.due(days).count()


def reloaded(source):
    return Source.objects.get(pk=source.pk)


# When a link is due


@pytest.mark.django_db
def test_link_is_due_after_a_week_even_if_the_run_comes_earlier_in_the_day():
    make_source(url=URL)
    answers(200)
    assert [due(after=6), due(after=7, hours=-1)] == [0, 1]


@pytest.mark.django_db
def test_failure_is_due_on_the_next_day():
    make_source(url=URL)
    answers(404)
    assert [due(after=0, hours=2), due(after=1, hours=-1)] == [0, 1]


# When a link is dead


def dead_links() -> int:
    """Counted by the query, which agrees with each record."""
    sources = list(Source.objects.all())
    assert set(Source.objects.with_dead_links()) == {s for s in sources if s.link_is_dead}
    return sum(s.link_is_dead for s in sources)


@pytest.mark.django_db
def test_link_that_was_not_checked_is_not_dead():
    make_source(url=URL)
    assert dead_links() == 0


@pytest.mark.parametrize("status", [0, 302, 404, 410, 500, 503])
@pytest.mark.django_db
def test_link_is_dead_after_two_failures_a_day_apart(status):
    make_source(url=URL)
    answers(status)
    once = dead_links()
    answers(status, hours=2)
    twice_in_a_row = dead_links()
    answers(status, days=1, hours=-1)
    assert [once, twice_in_a_row, dead_links()] == [0, 0, 1]


@pytest.mark.django_db
def test_good_answer_in_between_starts_anew():
    make_source(url=URL)
    answers(404)
    answers(200, days=1)
    answers(404, days=2)
    assert dead_links() == 0


@pytest.mark.django_db
def test_dead_link_that_answers_again_works():
    make_source(url=URL)
    answers(404)
    answers(404, days=7)
    answers(200, days=8)
    assert dead_links() == 0


@pytest.mark.parametrize("status", [401, 403, 406, 429, 451, 999])
@pytest.mark.django_db
def test_server_that_sends_programs_away_is_not_dead(status):
    make_source(url=URL)
    answers(status)
    answers(status, days=7)
    assert dead_links() == 0


@pytest.mark.django_db
def test_withdrawn_source_has_no_dead_link():
    source = make_source(url=URL)
    answers(404)
    answers(404, days=1)
    source.withdraw(actor=None, comment="test")
    assert not Source.objects.with_dead_links().exists()
