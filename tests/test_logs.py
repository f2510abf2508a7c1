"""What is written down: enough to find a fault, and nothing of anybody."""

import io
import json
import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from unicef_kz import logs, sentry
from unicef_kz.accounts import events
from unicef_kz.roles import LEAD

from .factories import a_picture, make_source, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def log():
    """Everything that is logged during the test, as production writes it in JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    handler.addFilter(logs.WithRequest())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def entries(log) -> list[dict]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def noted(log) -> list[tuple]:
    return [(e["event"], e["user"]) for e in entries(log) if e["logger"] == "security"]


def sign_in(client, name, password):
    return client.post(reverse("account_login"), {"login": name, "password": password})


# The request


def test_each_answer_has_a_name_of_its_own(client, world):
    first, second = (client.get("/robots.txt")["X-Request-ID"] for _time in range(2))
    assert len(first) == len(second) == 32
    assert first != second


@pytest.mark.parametrize(
    "proxies, given, is_taken",
    [
        (1, "0123456789abcdef", True),
        (0, "0123456789abcdef", False),
        (1, "short", False),
        (1, "with a space and more", False),
        (1, "x" * 65, False),
        (1, "", False),
    ],
)
def test_a_name_is_taken_from_a_trusted_proxy_alone(client, settings, proxies, given, is_taken):
    settings.TRUSTED_PROXIES = proxies
    response = client.get("/robots.txt", headers={"X-Request-ID": given})
    assert (response["X-Request-ID"] == given) == is_taken


def test_lines_carry_the_name_of_their_request(client, log):
    response = client.get("/en/no/such/address/")
    assert {e["request"] for e in entries(log)} == {response["X-Request-ID"]}


# Doors


def test_a_failed_sign_in_tells_neither_name_nor_password(client, log):
    user = make_user(LEAD, username="a-telling-name", email="telling@example.org")
    sign_in(client, "a-telling-name", "a telling password")
    sign_in(client, "nobody-telling", "a telling password")
    assert noted(log) == [("sign_in_failed", user.pk), ("sign_in_failed", None)]
    assert "telling" not in log.getvalue()


def test_an_account_that_closes_is_noted(client, log):
    user = make_user(LEAD, username="somebody")
    for _time in range(6):
        sign_in(client, "somebody", "wrong")
    assert noted(log) == [*[("sign_in_failed", user.pk)] * 5, ("sign_in_locked", user.pk)]


def test_a_sign_in_is_noted(client, log):
    user = make_user(LEAD, username="somebody")
    user.set_password("a long password")
    user.save()
    sign_in(client, "somebody", "a long password")
    assert noted(log) == [("sign_in", user.pk)]


def test_a_reset_of_the_second_factor_is_noted(administrator, as_administrator, log):
    from allauth.mfa.models import Authenticator

    users = [make_user(LEAD, username=f"telling-{n}") for n in range(2)]
    for user in users:
        Authenticator.objects.create(user=user, type="totp", data={})
    chosen = {"action": "reset_second_factor", "_selected_action": [users[0].pk]}
    as_administrator.post(reverse("admin:auth_user_changelist"), chosen)
    call_command("reset_second_factor", users[1].username, verbosity=0)
    found = [(e["event"], e["user"], e["of"]) for e in entries(log) if e["logger"] == "security"]
    reset = "second_factor_reset"
    assert found == [(reset, administrator.pk, users[0].pk), (reset, None, users[1].pk)]
    assert "telling" not in log.getvalue()


def test_a_door_that_stays_closed_is_noted(editor, as_editor, log):
    as_editor.get(reverse("admin:auth_user_changelist"))
    (entry,) = (e for e in entries(log) if e["logger"] == "security")
    assert (entry["event"], entry["user"]) == ("permission_denied", editor.pk)
    assert entry["view"] == "admin:auth_user_changelist"


def test_a_private_file_that_is_fetched_is_noted(reviewer, as_reviewer, log):
    source = make_source(archived=a_picture())
    as_reviewer.get(source.archived.url).close()
    assert noted(log) == [("private_file", reviewer.pk)]


def test_a_form_without_its_token_is_noted(log):
    sign_in(Client(enforce_csrf_checks=True), "a-telling-name", "a telling password")
    assert "csrf" in [e.get("event") for e in entries(log)]
    assert "telling" not in log.getvalue()


def test_a_host_that_is_not_ours_is_noted(client, log):
    client.get("/en/", headers={"host": "elsewhere.example.org"})
    assert "disallowedhost" in [e.get("event") for e in entries(log)]


# What must not get in


@pytest.mark.parametrize(
    "text, left",
    [
        ("Not Found: /preview/link/abc-123/en/", "Not Found: /preview/link/…/en/"),
        ("/accounts/password/reset/key/1-abc/ x", "/accounts/password/reset/key/…/ x"),
        ("to a.name@mail.example.org failed", "to …@… failed"),
        ("duplicate key\nDETAIL:  Key (username)=(x) exists.", "duplicate key\nDETAIL: …"),
    ],
)
def test_keys_and_addresses_are_taken_out(text, left):
    record = logging.LogRecord("x", logging.ERROR, "", 0, text, (), None)
    record.request_id = "-"
    assert json.loads(logs.Json().format(record))["message"] == left
    assert logs.Line("{message}", style="{").format(record) == left


def test_a_slow_statement_is_logged_without_what_was_asked(settings, log):
    settings.SLOW_QUERY_MS = 1
    logs.time_queries(None, connection)
    logs.time_queries(None, connection)
    assert connection.execute_wrappers.count(logs.timed) == 1
    connection.execute_wrappers.remove(logs.timed)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
    with connection.execute_wrapper(logs.timed), connection.cursor() as cursor:
        cursor.execute(numbers + "SELECT count(*), %s FROM n", ["a telling word"])
    (entry,) = entries(log)
    assert (entry["event"], entry["ms"] >= 1) == ("slow_query", True)
    assert "telling" not in log.getvalue()


def test_a_report_of_an_error_has_nobody_in_it():
    report = {
        "request": {
            "method": "POST",
            "url": "https://x.example.org/preview/link/abc/",
            "data": {"title": "typed"},
            "cookies": {"sessionid": "1"},
            "headers": {"Cookie": "sessionid=1"},
            "query_string": "q=typed",
        },
        "user": {"username": "x"},
        "exception": {"values": [{"type": "E", "value": "for a@example.org"}]},
        "logentry": {"message": "to %s", "params": ["a@example.org"]},
    }
    assert sentry.without_people(report) == {
        "request": {"method": "POST", "url": "https://x.example.org/preview/link/…/"},
        "exception": {"values": [{"type": "E", "value": "for …@…"}]},
        "logentry": {"message": "to %s"},
    }


def test_a_missing_library_for_reports_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match="pip install sentry-sdk=="):
        sentry.start("https://key@sentry.example.org/1")


def test_no_account_is_looked_for_without_a_name():
    assert events.account_of({"password": "x"}) is None
