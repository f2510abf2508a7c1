"""``manage.py check_links`` and what it keeps."""

import signal
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from unicef_kz.content.models import Source

from .factories import NON_PUBLIC, make_source
from .test_links import answers, reloaded
from .web import HOSTS

pytestmark = pytest.mark.django_db


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
