"""The cache in front of Django, driven as a server drives it."""

import datetime
import gzip
from contextlib import contextmanager
from dataclasses import dataclass, field

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, OperationalError, close_old_connections
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes.models import Programme
from stories.models import Consent
from unicef_kz import heartbeat, page_cache
from unicef_kz.addresses import clean_query
from unicef_kz.content import version
from unicef_kz.heartbeat import Heartbeat
from unicef_kz.page_cache import PageCache, negotiate
from unicef_kz.views import server_error

from . import surfaces
from .factories import make_programme, make_story_with_child
from .surfaces import make_world

pytestmark = pytest.mark.django_db
LIST = "/en/programmes/"


@dataclass
class Reply:
    status: int
    headers: dict
    body: bytes
    #: What is said to one visitor alone.
    own: dict = field(default_factory=dict, compare=False)

    @property
    def text(self) -> str:
        coding = {"br": brotli.decompress, "gzip": gzip.decompress}
        return coding.get(self.headers.get("Content-Encoding"), bytes)(self.body).decode()


@contextmanager
def connection_stays():
    """A request ends the connection, which here holds the transaction of the tests."""
    signals = request_started, request_finished
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


class Visitor:
    """Asks the cache as a server does. ``asked`` counts what got through to Django."""

    def __init__(self, application=None, limit=2**24):
        self.django, self.asked = application or WSGIHandler(), 0
        self.heartbeat = Heartbeat()
        self.cache = PageCache(self.count, limit=limit, heartbeat=self.heartbeat)

    def count(self, environ, start_response):
        self.asked += 1
        return self.django(environ, start_response)

    def ask(self, path, method="GET", **environ) -> Reply:
        environ = {"HTTP_HOST": "testserver"} | environ
        replies = []
        with connection_stays():
            chunks = self.cache(
                RequestFactory().generic(method, path, **environ).environ,
                lambda status, headers: replies.append((int(status[:3]), dict(headers))),
            )
            body = b"".join(chunks)
            if hasattr(chunks, "close"):
                chunks.close()
        status, headers = replies[0]
        own = {name: headers.pop(name) for name in [*headers] if name.startswith("RateLimit-")}
        return Reply(status, headers, body, own)

    def get(self, path=LIST, **environ) -> Reply:
        return self.ask(path, **environ)


@pytest.fixture(scope="module")
def world(module_db):
    return make_world()


@pytest.fixture
def visitor(world):
    return Visitor()


def answering(**headers):
    """A site with one answer, with or without what forbids to keep it."""

    def application(environ, start_response):
        response = HttpResponse(b"x" * 100, headers={"Content-Type": "text/plain"} | headers)
        start_response("200 OK", list(response.items()))
        return response

    return application


class TestWarmPages:
    def test_ask_nothing_of_django_or_the_database(self, visitor, world, django_assert_num_queries):
        pages = [
            *(s for s in surfaces.others("en", world) if s.status == 200),
            *(
                s
                for s in surfaces.lists("en", world)
                if " by " not in s.name or "partner" in s.name
            ),
            *surfaces.details("en", world),
            *surfaces.standing("en"),
        ]
        cold = {s: visitor.get(s.path) for s in pages}
        visitor.asked = 0
        with django_assert_num_queries(0):
            warm = {s: visitor.get(s.path) for s in pages}
        assert visitor.asked == 0
        assert [str(s) for s in pages if warm[s] != cold[s]] == []

    def test_are_what_django_answers(self, visitor, client):
        response = client.get(LIST)
        assert visitor.get().body == visitor.get().body == response.content

    @pytest.mark.parametrize("path", ["/robots.txt", "/kk/", "/ru/stories/"])
    def test_carry_the_headers_that_django_set(self, visitor, client, path):
        ours, response = visitor.get(path).headers, client.get(path)
        expected = dict(response.items()) | {
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding, Accept-Language"
            if path == "/robots.txt"
            else "Accept-Encoding",
        }
        expected["Content-Length"] = str(len(response.content))
        del ours["ETag"], expected["X-Request-ID"]  # one names the page, the other one request
        assert ours == expected

    def test_are_the_same_for_staff(self, visitor, as_superuser):
        cookies = "; ".join(f"{c.key}={c.value}" for c in as_superuser.cookies.values())
        first = visitor.get(HTTP_COOKIE=cookies, HTTP_AUTHORIZATION="Basic eDp5")
        assert (first, visitor.asked) == (visitor.get(), 1)

    def test_language_of_the_browser_changes_no_page(self, visitor):
        visitor.get(HTTP_ACCEPT_LANGUAGE="kk")
        assert (visitor.get(HTTP_ACCEPT_LANGUAGE="ru"), visitor.asked) == (visitor.get(), 1)

    def test_language_of_the_browser_counts_outside_the_pages(self, visitor):
        for language in ("kk", "ru"):
            visitor.get("/robots.txt", HTTP_ACCEPT_LANGUAGE=language)
        assert visitor.asked == 2


class TestKey:
    def test_order_repetition_and_empty_values_do_not_count(self, visitor):
        first = visitor.get("/api/v1/programmes/?kind=project&sort=title")
        query = "sort=title&q=&kind=project&region=+&kind=project"
        second = visitor.get(f"/api/v1/programmes/?{query}")
        assert (first, visitor.asked) == (second, 1)

    def test_values_count(self, visitor):
        assert visitor.get(f"{LIST}?q=one").body != visitor.get(f"{LIST}?q=two").body

    def test_every_parameter_of_the_contract_reaches_the_list(self, world):
        values = surfaces.valid_values("programme", world)
        query = "&".join(f"{name}={value}" for name, value in values.items())
        assert set(clean_query(query).split("&")) == set(query.split("&"))

    def test_cyrillic_survives(self):
        written = "q=%D2%9B%D0%B0%D0%BB%D0%B0"
        raw = "q=қала".encode().decode("latin-1")
        assert (clean_query(written), clean_query(raw)) == (written, written)

    def test_scheme_counts_behind_a_trusted_proxy(self, settings, world):
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        visitor = Visitor()
        for scheme in ("http", "https", "https"):
            visitor.get(HTTP_X_FORWARDED_PROTO=scheme)
        assert visitor.asked == 2

    def test_host_counts(self, visitor, settings):
        settings.ALLOWED_HOSTS = ["one.example", "two.example"]
        for host in ("one.example", "two.example", "One.Example"):
            visitor.get(HTTP_HOST=host)
        assert visitor.asked == 2


class TestPoisoning:
    def test_unknown_parameter_never_reaches_a_page(self, visitor):
        first = visitor.get(f"{LIST}?utm_source=evil&q=number&x%5B%5D=evil")
        assert "evil" not in first.text
        assert (first, visitor.asked) == (visitor.get(f"{LIST}?q=number"), 1)

    def test_unknown_parameter_reaches_no_page_without_the_cache_either(self, client, world):
        assert client.get(f"{LIST}?evil=1").content == client.get(LIST).content

    def test_foreign_host_is_refused_and_leaves_nothing(self, visitor):
        visitor.get()
        assert visitor.get(HTTP_HOST="evil.example").status == 400
        assert "evil" not in visitor.get().text

    def test_forwarded_headers_of_anybody_change_nothing(self, visitor):
        forged = visitor.get(
            HTTP_X_FORWARDED_HOST="evil.example",
            HTTP_X_FORWARDED_PROTO="https",
            HTTP_X_ORIGINAL_URL="/en/stories/",
            HTTP_X_FORWARDED_PREFIX="/evil",
        )
        assert (forged, visitor.asked) == (visitor.get(), 1)

    def test_encoded_path_is_the_same_page(self, visitor):
        assert visitor.get("/en/%70rogrammes/") == visitor.get()

    @pytest.mark.parametrize("path", ["//en/programmes/", "/en//programmes/", "/en/programmes/%2F"])
    def test_slashes_make_no_second_page(self, visitor, path):
        other = visitor.get(PATH_INFO=path)
        assert (other.status == 200, visitor.get().status) == (False, 200)

    def test_nul_byte(self, visitor):
        assert visitor.get(f"{LIST}?q=a%00").status == 200


class TestRates:
    """Who has something made is told what is left; what is known costs nothing."""

    @pytest.mark.parametrize("path", ["/api/v1/programmes/", f"{LIST}?q=number"])
    def test_are_told_to_whoever_was_counted(self, visitor, settings, path):
        settings.API_RATE = settings.SEARCH_RATE = "9/min"
        one, other = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
        made, known = visitor.get(path, **one), visitor.get(path, **other)
        assert (made.own["RateLimit-Limit"], made.own["RateLimit-Remaining"]) == ("9", "8")
        assert (known, known.own, visitor.asked) == (made, {}, 1)

    def test_known_data_costs_nothing(self, visitor, settings):
        settings.API_RATE = "2/min"
        asked = ["programmes", "programmes", "regions", "programmes", "stories"]
        found = [visitor.get(f"/api/v1/{name}/").status for name in asked]
        assert found == [200, 200, 200, 200, 429]


@pytest.mark.parametrize("path", ["/api/v1/programmes/", "/api/v1/programmes/?format=csv"])
def test_data_that_has_not_changed_is_not_sent_again(visitor, path):
    first = visitor.get(path)
    again = visitor.get(path, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    assert (first.status, again.status, again.body) == (200, 304, b"")


class TestChanges:
    def test_publication_shows_at_once(self, visitor):
        visitor.get()
        programme = make_programme(title="Brand new")
        assert "Brand new" in visitor.get().text
        assert visitor.get(programme.get_absolute_url()).status == 200

    def test_withdrawal_shows_at_once(self, visitor, world):
        address = world["programme"].get_absolute_url()
        assert visitor.get(address).status == 200
        world["programme"].withdraw(actor=None, comment="test")
        assert visitor.get(address).status == 410

    def test_change_past_all_models_shows_at_once(self, visitor):
        visitor.get()
        Programme.objects.update(title_en="Changed in bulk")
        assert "Changed in bulk" in visitor.get().text

    def test_page_made_while_the_content_changes_is_not_kept(self, world):
        django = WSGIHandler()

        def slowly(environ, start_response):
            result = django(environ, start_response)
            Programme.objects.update(title_en="Changed meanwhile")
            return result

        visitor = Visitor(slowly)
        visitor.get()
        assert "Changed meanwhile" in visitor.get().text

    def test_old_pages_leave_the_memory(self, visitor):
        visitor.get("/en/")
        make_programme()
        visitor.get()
        assert len(visitor.cache.store.entries) == 1


class TestTime:
    def test_scheduled_record_appears_in_its_second(self, visitor, time_machine):
        programme = make_programme(state="scheduled")
        address = programme.get_absolute_url()
        visitor.get()
        time_machine.move_to(programme.publish_at - datetime.timedelta(seconds=1), tick=False)
        before = visitor.get().text
        time_machine.move_to(programme.publish_at, tick=False)
        assert (address in before, address in visitor.get().text) == (False, True)

    def test_story_is_gone_when_its_consent_has_lapsed(self, visitor, time_machine):
        story = make_story_with_child()
        Consent.objects.update(expires_on=timezone.localdate())
        address = story.get_absolute_url()
        midnight = version.start_of(timezone.localdate() + datetime.timedelta(days=1))
        visitor.heartbeat.silence = lambda: 0
        time_machine.move_to(midnight - datetime.timedelta(seconds=5), tick=False)
        assert [visitor.get(address).status for _ in range(2)] == [200, 200]
        time_machine.move_to(midnight, tick=False)
        assert visitor.get(address).status == 404

    def test_all_is_asked_again_after_a_while(self, visitor, time_machine):
        visitor.heartbeat.silence = lambda: 0
        for seconds in (0, page_cache.LONGEST - 1, page_cache.LONGEST):
            time_machine.move_to(1_900_000_000 + seconds, tick=False)
            visitor.get()
        assert visitor.asked == 2


class TestNothingElseIsKept:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/en/programmes/not-there/", 404),
            ("/en/programmes", 301),
            ("/", 302),
            ("/language/kk/?next=/kk/", 302),
            ("/healthz", 200),
            ("/admin/", 302),
            ("/accounts/login/", 200),
            ("/preview/en/programme/1/", 302),
        ],
    )
    def test_answer(self, visitor, path, status):
        assert [visitor.get(path).status for _ in range(2)] == [status, status]
        assert visitor.asked == 2

    def test_withdrawn_record(self, visitor, world):
        address = world["gone"].get_absolute_url()
        assert [visitor.get(address).status for _ in range(2)] == [410, 410]
        assert visitor.asked == 2

    def test_picture(self, visitor, world):
        address = world["picture"].address(world["picture"].width)
        for _ in range(2):
            assert visitor.get(address).headers["Content-Type"] == "image/jpeg"
        assert visitor.asked == 2

    def test_other_methods(self, visitor):
        for method in ("POST", "OPTIONS"):
            visitor.ask(LIST, method)
        assert visitor.asked == 2

    @pytest.mark.parametrize(
        "headers",
        [
            {"Set-Cookie": "a=b"},
            {"Vary": "Cookie"},
            {"Vary": "Accept-Encoding, Accept-Language"},
            {"Vary": "*"},
            {"Cache-Control": "max-age=0, private"},
            {"Cache-Control": "no-store"},
            {"Content-Security-Policy": "script-src 'nonce-abc'"},
        ],
        ids=str,
    )
    def test_answer_for_one_visitor(self, headers):
        visitor = Visitor(answering(**headers))
        replies = [visitor.get() for _ in range(2)]
        assert visitor.asked == 2
        assert headers.items() <= replies[1].headers.items()

    def test_what_is_large_or_comes_in_pieces(self):
        def stream(environ, start_response):
            response = StreamingHttpResponse([b"a", b"b"])
            start_response("200 OK", list(response.items()))
            return response

        def large(environ, start_response):
            start_response("200 OK", [])
            return HttpResponse(b"x" * (page_cache.LARGEST + 1))

        for application in (stream, large):
            visitor = Visitor(application)
            assert visitor.get().body == visitor.get().body != b""
            assert visitor.asked == 2

    def test_header_of_one_request(self):
        visitor = Visitor(answering(**{"X-Request-ID": "abc", "Server-Timing": "db;dur=3"}))
        assert {"X-Request-ID", "Server-Timing"} & set(visitor.get().headers) == set()


class TestHttp:
    def test_head_is_get_without_a_body(self, visitor):
        head, get = visitor.ask(LIST, "HEAD"), visitor.get()
        assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")
        assert visitor.asked == 1
        assert visitor.ask(LIST, "HEAD") == head

    def test_head_of_what_is_not_kept(self, visitor):
        reply = visitor.ask("/en/programmes/not-there/", "HEAD")
        assert (reply.status, reply.body) == (404, b"")

    def test_range_is_ignored(self, visitor):
        reply = visitor.get(HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE='"x"')
        assert (reply.status, reply) == (200, visitor.get())

    @pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
    def test_each_encoding_has_its_length_and_tag(self, visitor, encoding):
        reply = visitor.get(HTTP_ACCEPT_ENCODING=encoding)
        assert reply.text == visitor.get().text
        assert reply.headers.get("Content-Encoding", "identity") == encoding
        assert reply.headers["Content-Length"] == str(len(reply.body))
        assert reply.headers["ETag"].endswith(f'-{encoding}"')
        assert visitor.asked == 1

    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            ("", "identity"),
            ("gzip, deflate", "gzip"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1.0, br;q=0.5", "gzip"),
            ("br;q=0, gzip;q=0", "identity"),
            ("*", "br"),
            ("br;q=0, *;q=0.3", "gzip"),
            ("identity, br;q=0.5", "identity"),
            ("BR; q=0.8", "br"),
            ("br;q=much", "identity"),
            ("deflate", "identity"),
        ],
    )
    def test_encoding_that_the_browser_likes_best(self, accepted, encoding):
        assert negotiate(accepted) == encoding

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
    def test_known_page_is_not_sent_again(self, visitor, form):
        page = visitor.get(HTTP_ACCEPT_ENCODING="br")
        tag = page.headers["ETag"]
        reply = visitor.get(HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=form.format(tag))
        told = {"Content-Type", "Content-Encoding", "Content-Length"}
        same = {name: value for name, value in page.headers.items() if name not in told}
        assert (reply.status, reply.headers, reply.body) == (304, same, b"")

    @pytest.mark.parametrize("tag", ['"other"', "other", ""])
    def test_other_page_is_sent(self, visitor, tag):
        assert visitor.get(HTTP_IF_NONE_MATCH=tag).status == 200

    def test_tag_of_another_encoding_is_another_page(self, visitor):
        tag = visitor.get(HTTP_ACCEPT_ENCODING="br").headers["ETag"]
        assert visitor.get(HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=tag).status == 200

    def test_first_question_may_have_a_condition(self, visitor):
        tag = visitor.get().headers["ETag"]
        assert Visitor().get(HTTP_IF_NONE_MATCH=tag).status == 304

    def test_page_that_a_change_left_alone_is_not_sent_again(self, visitor):
        tag = visitor.get("/en/stories/").headers["ETag"]
        make_programme()
        assert visitor.get("/en/stories/", HTTP_IF_NONE_MATCH=tag).status == 304


class TestMemory:
    def test_is_bounded_and_forgets_what_was_used_least_lately(self):
        visitor = Visitor(answering(), limit=10 * (page_cache.OVERHEAD + 120))
        for number in range(30):
            visitor.get("/en/0/")
            visitor.get(f"/en/{number}/")
        store = visitor.cache.store
        kept = {key[2] for key in store.entries}
        assert kept >= {"/en/0/", "/en/29/"}
        assert "/en/1/" not in kept
        assert store.size == sum(entry.size for entry in store.entries.values()) <= store.limit

    def test_encodings_count(self):
        visitor = Visitor(answering())
        for encoding in ("br", "gzip", "identity"):
            visitor.get(HTTP_ACCEPT_ENCODING=encoding)
        store = visitor.cache.store
        assert store.size == sum(entry.size for entry in store.entries.values())

    def test_spellings_of_a_page_are_bounded(self, monkeypatch):
        monkeypatch.setattr(page_cache, "MOST_SPELLINGS", 10)
        visitor = Visitor(answering())
        for number in range(50):
            visitor.get(f"{LIST}?x={number}")
            visitor.get(f"{LIST}?x={number}{'0' * 1000}")
        store = visitor.cache.store
        assert (len(store.entries), len(store.spellings) <= 10) == (1, True)

    def test_page_larger_than_the_memory_is_still_answered(self):
        assert Visitor(answering(), limit=10).get().status == 200


class TestLostDatabase:
    @pytest.fixture
    def lost(self, visitor):
        """A visitor whose database has been away for longer than pages may outlive it."""
        visitor.get()
        visitor.heartbeat.last -= page_cache.OUTLIVES + 1
        return visitor

    def test_known_page_is_answered_for_half_a_minute(self, visitor, django_assert_num_queries):
        visitor.get()
        visitor.heartbeat.last -= page_cache.OUTLIVES - 1
        with django_assert_num_queries(0):
            assert visitor.get().status == 200

    @pytest.mark.parametrize(
        ("code", "words"),
        [("en", "try again in a minute"), ("kk", 'lang="kk"'), ("ru", 'lang="ru"')],
    )
    def test_then_the_site_says_that_it_is_away(self, lost, code, words, django_assert_num_queries):
        with django_assert_num_queries(0):
            reply = lost.get(f"/{code}/programmes/")
        headers = {"Retry-After": "30", "Cache-Control": "no-store", "Content-Language": code}
        assert (reply.status, headers.items() <= reply.headers.items()) == (503, True)
        assert "Content-Security-Policy" in reply.headers
        assert words in reply.text

    def test_comes_back_by_itself(self, lost, monkeypatch):
        monkeypatch.setattr(heartbeat, "close_old_connections", lambda: None)
        lost.heartbeat.beat()
        assert lost.get().status == 200

    def test_page_that_is_not_known_says_so_at_once(self, rf, world):
        with CaptureQueriesContext(version.own_connection) as queries:
            try:
                raise OperationalError("gone")
            except DatabaseError:
                response = server_error(rf.get("/ru/programmes/"))
        assert (response.status_code, response["Content-Language"], len(queries)) == (503, "ru", 0)

    def test_other_faults_are_no_lost_database(self, rf):
        try:
            raise ValueError
        except ValueError:
            assert server_error(rf.get("/ru/")).status_code == 500
