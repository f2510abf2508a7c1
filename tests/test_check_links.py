"""``manage.py check_links``, what it keeps, and what curators see of it."""

import signal
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from unicef_kz.content.models import Source

from .factories import NON_PUBLIC, make_source
from .test_admin import change
from .test_links import URL, answers, reloaded
from .web import HOSTS

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def check_links(*arguments, **options) -> str:
    out = StringIO()
    options = {"pause": 0, "private_hosts": HOSTS, "no_color": True} | options
    call_command("check_links", *arguments, stdout=out, **options)
    return out.getvalue().strip()


# The command


def test_answers_are_stored_and_summed_up(web):
    good, dead = make_source(url=web.url("/200")), make_source(url=web.url("/404"))
    shy = make_source(url=web.url("/403"))
    assert check_links().splitlines() == [
        f"1/3  200  {good.url}",
        f"2/3  404  {dead.url}",
        f"3/3  403  {shy.url}",
        "Links checked: 3 (1 work, 1 fail, 1 refuse programs).",
        "Sources with a dead link: 0.",
    ]
    assert [reloaded(s).link_status for s in (good, dead, shy)] == [200, 404, 403]


def test_no_answer_is_stored_as_nought():
    source = make_source(url="http://nothing.invalid/")
    assert check_links().splitlines()[0] == f"1/1  ---  {source.url}"
    assert reloaded(source).link_status == 0


def test_dead_links_are_counted_and_are_no_failure(web):
    source = make_source(url=web.url("/404"))
    answers(404, source.url)
    assert check_links().splitlines()[-1] == "Sources with a dead link: 1."


def test_check_is_no_change_of_content(web, reviewer):
    source = make_source(url=web.url("/404"), changed_by=reviewer)
    check_links()
    after = reloaded(source)
    assert (after.updated_at, after.changed_by) == (source.updated_at, reviewer)
    assert (after.link_status, after.link_checked_at.date()) == (404, timezone.now().date())


@pytest.mark.parametrize(
    ("state", "times"), [("draft", 1), ("review", 1), ("scheduled", 1), ("withdrawn", 0)]
)
def test_state_decides_whether_a_source_is_checked(web, state, times):
    make_source(state=state, url=web.url("/200"))
    check_links()
    assert len(web.asked) == times


def test_states_are_all_looked_at():
    assert NON_PUBLIC == ("draft", "review", "scheduled", "withdrawn")


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/file"])
def test_source_without_a_web_address_is_left_alone(url):
    make_source(url=url)
    assert check_links().splitlines() == [
        "Links checked: 0.",
        "Nothing was due; --all asks again.",
        "Sources with a dead link: 0.",
    ]


def test_address_of_two_sources_is_asked_once(web):
    sources = [make_source(url=web.url("/200")) for _n in range(2)]
    check_links()
    assert len(web.asked) == 1
    assert [reloaded(s).link_status for s in sources] == [200, 200]


def test_recent_check_is_not_repeated(web):
    make_source(url=web.url("/200"))
    check_links()
    check_links()
    assert len(web.asked) == 1


@pytest.mark.parametrize("argument", ["--all", "--older-than=0"])
def test_recent_check_is_repeated_on_demand(web, argument):
    make_source(url=web.url("/200"))
    check_links()
    check_links(argument)
    assert len(web.asked) == 2


def test_limit_takes_the_longest_unchecked_first(web):
    paths = ["/200?new", "/200?recent", "/200?old"]
    for path in reversed(paths):
        make_source(url=web.url(path))
    answers(200, web.url("/200?recent"), days=1)
    answers(200, web.url("/200?old"))
    check_links("--limit=2")
    assert web.asked == ["HEAD /200?new", "HEAD /200?old"]


def test_nothing_is_printed_at_verbosity_0(web):
    make_source(url=web.url("/200"))
    make_source(url=web.url("/404"))
    assert check_links(verbosity=0) == ""


def test_machine_off_line_stores_nothing():
    for number in range(5):
        make_source(url=f"http://10.0.0.{number}/")
    with pytest.raises(CommandError, match="off line"):
        check_links()
    assert not Source.objects.exclude(link_checked_at=None).exists()


@pytest.fixture
def ctrl_c():
    """Presses it; a worker of the test run otherwise ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    signal.signal(signal.SIGINT, before)


def test_interruption_keeps_what_was_stored(web, ctrl_c):
    web.interrupt = ctrl_c
    paths = ("/200", "/404", "/interrupt", "/500")
    sources = [make_source(url=web.url(path)) for path in paths]
    with pytest.raises(CommandError, match=r"Stopped\. What was checked is kept\.") as stopped:
        check_links(pause=0.3)
    assert stopped.value.returncode == 130
    assert [reloaded(s).link_status for s in sources] == [200, 404, None, None]


@pytest.mark.parametrize(
    "argument", ["--timeout=0", "--workers=-1", "--limit=x", "--older-than=-1", "--minutes=1.5"]
)
def test_senseless_number_is_refused(argument):
    with pytest.raises(CommandError, match="is not a whole number from"):
        check_links(argument)


# In the admin


def listed(client, **query) -> list:
    response = client.get(reverse("admin:content_source_changelist"), query)
    return list(response.context["cl"].queryset)


def make_dead(**values):
    source = make_source(**{"url": URL} | values)
    answers(404, source.url)
    answers(404, source.url, days=1)
    return reloaded(source)


WORDS = {
    (): ("not checked", "not checked"),
    (200,): ("works", "works (200)."),
    (403,): (
        "turns programs away",
        "turns programs away (403). Open it yourself to see whether it works.",
    ),
    (0,): (
        "failed 06/05/2024",
        "failed 06/05/2024 (no answer). That may pass: a check on another day decides.",
    ),
    (404, 404): (
        "dead since 06/05/2024",
        "dead since 06/05/2024 (404). Look for its new address, or for a copy in a web archive.",
    ),
}


@pytest.mark.parametrize("statuses", WORDS)
def test_list_and_form_say_how_the_link_is(as_reviewer, statuses):
    source = make_source(url=URL)
    for day, status in enumerate(statuses):
        answers(status, days=day)
    pages = [
        reverse("admin:content_source_changelist"),
        reverse("admin:content_source_change", args=[source.pk]),
    ]
    in_list, in_form = (as_reviewer.get(page).content.decode() for page in pages)
    short, full = WORDS[statuses]
    assert f'<td class="field-link">{short}</td>' in in_list
    assert f'<div class="readonly">{full}</div>' in in_form


def test_source_without_an_address_has_no_words():
    assert make_source().link_in_words() == "–"


def test_list_filters_by_dead_links(as_editor):
    dead, _fine = make_dead(), make_source(url=f"{URL}/other")
    assert listed(as_editor, link="dead") == [dead]


def test_list_filters_by_links_not_checked_yet(as_editor):
    _dead, _without, new = make_dead(), make_source(), make_source(url=f"{URL}/other")
    assert listed(as_editor, link="unchecked") == [new]


def test_list_sorts_by_how_long_a_link_has_failed(as_editor):
    fine, dead = make_source(), make_dead()
    assert listed(as_editor, o="7") == [dead, fine]


def test_form_shows_when_the_link_was_checked(as_reviewer):
    path = reverse("admin:content_source_change", args=[make_dead().pk])
    html = as_reviewer.get(path).content.decode()
    assert '<div class="readonly">7 May 2024, 03:10</div>' in html


def test_new_address_has_not_been_checked(as_reviewer, alone):
    source = make_dead()
    assert change(as_reviewer, source, url=f"{URL}/moved").status_code == 302
    after = reloaded(source)
    assert (after.url, after.link_in_words(), after.link_failed_since) == (
        f"{URL}/moved",
        "not checked",
        None,
    )


def test_other_changes_keep_the_last_check(as_reviewer):
    source = make_dead()
    assert change(as_reviewer, source, publisher="Somebody").status_code == 302
    assert reloaded(source).link_is_dead


def test_answer_for_a_former_address_is_not_stored():
    source = make_source(url=f"{URL}/moved")
    answers(404)
    assert reloaded(source).link_status is None
