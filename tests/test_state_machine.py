"""Two editors in processes of their own change records at random while visitors read the served
site: nobody ever sees what was not public at the second before, and what is public is there.
"""

import http.client
import itertools
import os
import random
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from math import inf
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from .browser import free_port, wait_for
from .surfaces import LANGUAGES
from .test_backup import Operator, database  # noqa: F401

#: Seconds for which an answer may still show what has just been taken back.
GRACE = 1
READERS = 2
MARKER = re.compile(r"(?:face|text)\d+x")
#: kind → what the addresses call it
PLURALS = {"programme": "programmes", "milestone": "timeline", "story": "stories"}
API_NAMES = {"programme": "programmes", "milestone": "milestones", "story": "stories"}
LISTS = (
    "/{}/",
    "/{}/search/?q=common",
    *(f"/{{}}/{name}/" for name in PLURALS.values()),
    "/{}/timeline/feed.atom",
    "/{}/stories/feed.atom",
    "/{}/timeline/calendar.ics",
)
DATA = (
    *(f"/api/v1/{n}/?format={f}" for n in API_NAMES.values() for f in ("json", "csv")),
    "/sitemap.xml",
)
#: What an editor can do, for the process that does it. A step that is refused changes nothing.
EDITOR = """
import datetime
import itertools
from django.utils import timezone
from tests import factories
from timeline.models import Milestone
from unicef_kz.content.publishing import Refused
MODELS = {"programme": Programme, "milestone": Milestone, "story": Story}

def create(kind, slug, text):
    values = {"slug": slug, "title": f"Common {text}", "summary": f"Of {text}.", "state": "draft"}
    make = factories.make_story_with_picture if kind == "story" else factories.MAKE[MODELS[kind]]
    record = make(**values)
    photo = record.photos.first() or factories.make_photo(record)
    print(photo.address(photo.widths[-1]))

def act(kind, slug, name, value=None):
    with transaction.atomic():
        record = MODELS[kind].objects.select_for_update().get(slug=slug)
        try:
            ACTIONS[name](record, value)
        except Refused:
            print("refused")

def edit(record, text):
    record.title_en, record.summary_en = f"Common {text}", f"Of {text}."
    record.touch(None)
    record.save()

def set_consent(record, values):
    for consent in Consent.objects.filter(subject__story=record):
        for name, days in values.items():
            day = None if days is None else timezone.localdate() + datetime.timedelta(days=days)
            setattr(consent, name, day)
        consent.save()

def schedule(record, moment):
    at = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    record.publish(actor=None, basis="test", at=at)

ACTIONS = {
    "edit": edit,
    "consent": set_consent,
    "schedule": schedule,
    "submit": lambda record, _value: record.submit(actor=None),
    "publish": lambda record, _value: record.publish(actor=None, basis="test"),
    "withdraw": lambda record, _value: record.withdraw(actor=None, comment="test"),
    "return": lambda record, _value: record.return_to_draft(actor=None, comment="test"),
}
"""
#: step → (states it leads from, state it leads to)
STEPS = {
    "submit": ("draft", "review"),
    "publish": ("draft review", "published"),
    "schedule": ("draft review", "published"),
    "withdraw": ("published", "withdrawn"),
    "return": ("review withdrawn", "draft"),
}
CONSENTS = {
    "withdrawn": {"withdrawn_on": 0},
    "expired": {"expires_on": -1},
    "live": {"withdrawn_on": None, "expires_on": 300},
}
numbers = itertools.count(1)


@dataclass
class Record:
    kind: str
    slug: str
    texts: list[str]
    picture: str = ""
    status: str = "draft"
    public_from: float = 0
    consent: str = "live"

    @property
    def text(self) -> str:
        return self.texts[-1]

    @property
    def pages(self) -> list[str]:
        return [f"/{code}/{PLURALS[self.kind]}/{self.slug}/" for code in LANGUAGES]

    @property
    def data(self) -> str:
        return f"/api/v1/{API_NAMES[self.kind]}/{self.slug}/"

    @property
    def may_be_seen(self) -> bool:
        return self.status == "published" and self.consent == "live"


@dataclass
class Windows:
    """When each marker may be seen: from the moment before it was made public to the one after it
    was taken back.
    """

    of: dict[str, list] = field(default_factory=dict)

    def settle(self, record: Record, began: float, ended: float):
        current = {record.slug, record.text} if record.may_be_seen else set()
        for marker in {record.slug, *record.texts}:
            windows = self.of.setdefault(marker, [])
            is_open = bool(windows) and windows[-1][1] == inf
            if marker in current and not is_open:
                windows.append([max(began, record.public_from), inf])
            elif marker not in current and is_open:
                windows[-1][1] = ended

    def overlap(self, record: Record, began: float, ended: float):
        """Two worked on it at once, so that either may have come first."""
        for marker in (record.slug, *record.texts[-2:]):
            self.of.setdefault(marker, []).insert(0, [began, ended])

    def allow(self, marker: str, asked: float, answered: float) -> bool:
        windows = self.of.get(marker, ())
        return any(start <= answered and asked <= end + GRACE for start, end in windows)


class Reader:
    def __init__(self, port: int):
        self.port, self.line = port, None

    def get(self, path: str) -> tuple[int, str]:
        self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self.line.request("GET", path)
        answer = self.line.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")

    def close(self):
        if self.line:
            self.line.close()

    def see(self, path: str, sightings: list) -> tuple[int, str]:
        """What of ours an answer shows; pages that are gone repeat their own address."""
        asked = time.time()
        status, body = self.get(path)
        answered = time.time()
        shown = set(MARKER.findall(body)) if status == 200 else set()
        sightings.append((path, status, shown, asked, answered))
        return status, body


@pytest.fixture(scope="module")
def site(database, tmp_path_factory):  # noqa: F811
    folder, port = tmp_path_factory.mktemp("machine"), free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": database,
        "PRIVATE_MEDIA_ROOT": str(folder / "private"),
    }
    editors = [Operator(environment) for _i in range(2)]
    for editor, code in ((editors[0], 'call_command("migrate", verbosity=0)'), (editors[1], "")):
        told(editor, code)
    for number, editor in enumerate(editors):
        told(editor, f"{EDITOR}\nfactories.numbers = itertools.count({number} * 10**6)")
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", seconds=60)
        yield SimpleNamespace(port=port, editors=editors, faults=[], windows=Windows())
    finally:
        server.terminate()
        server.wait(30)
        for editor in editors:
            editor.close()


def told(editor: Operator, code: str) -> str:
    editor.begin(code)
    return answer_of(editor)


def answer_of(editor: Operator) -> str:
    said, error = editor.finish()
    assert error == ""
    return said.strip()


class Desk(RuleBasedStateMachine):
    """Bound to a site by the test below."""

    site = None

    def __init__(self):
        super().__init__()
        self.records, self.windows = [], self.site.windows
        self.sightings, self.stopped = [], threading.Event()
        self.reader = Reader(self.site.port)
        self.crowd = [threading.Thread(target=self.crawl, args=(n,)) for n in range(READERS)]
        for thread in self.crowd:
            thread.start()

    def crawl(self, number: int):
        reader, chance = Reader(self.site.port), random.Random(number)
        while not self.stopped.is_set():
            own = [[*r.pages, r.data, r.picture] for r in list(self.records)]
            everywhere = [path.format(chance.choice(LANGUAGES)) for path in LISTS]
            for path in [*chance.sample(everywhere, 3), chance.choice(DATA)]:
                reader.see(path, self.sightings)
            if own:
                reader.see(chance.choice(chance.choice(own)), self.sightings)
        reader.close()

    @initialize()
    def begin(self):
        for number, kind in enumerate([*PLURALS, "story"]):
            self.create(kind, number % 2)

    def create(self, kind, editor):
        number = next(numbers)
        record = Record(kind, f"face{number}x", [f"text{number}x"])
        code = f"create({kind!r}, {record.slug!r}, {record.text!r})"
        record.picture = told(self.site.editors[editor], code)
        self.records.append(record)

    @rule(
        which=st.integers(0, 7),
        editor=st.integers(0, 1),
        step=st.integers(0, 5),
        meanwhile=st.sampled_from(["edit", "edit", *CONSENTS]),
        other=st.integers(0, 7),
    )
    def both_work(self, which, editor, step, meanwhile, other):
        """One takes a step while the other changes a text or a consent, perhaps of that record."""
        record, second = (self.records[i % len(self.records)] for i in (which, other))
        one, two = self.site.editors[editor], self.site.editors[1 - editor]
        steps = [name for name, (before, _to) in STEPS.items() if record.status in before.split()]
        step = steps[step % len(steps)]
        began = time.time()
        at = began + 0.5 if step == "schedule" else 0
        one.begin(f"act({record.kind!r}, {record.slug!r}, {step!r}, {at!r})")
        self.change(two, second, meanwhile)
        if answer_of(one) != "refused":
            record.status, record.public_from = STEPS[step][1], at
        ended = time.time()
        if record is second:
            self.windows.overlap(record, began, ended)
        for changed in (record, second):
            self.windows.settle(changed, began, ended)
        for changed in (record, second):
            self.what_is_public_is_there(changed)

    def change(self, editor, record, how):
        if how == "edit":
            record.texts.append(f"text{next(numbers)}x")
            values = record.text
        elif record.kind == "story":
            record.consent, how, values = how, "consent", CONSENTS[how]
        else:
            return
        told(editor, f"act({record.kind!r}, {record.slug!r}, {how!r}, {values!r})")

    def what_is_public_is_there(self, record):
        if record.may_be_seen and record.public_from < time.time():
            status, body = self.reader.see(random.choice(record.pages), self.sightings)
            self.expect((status, record.text in body) == (200, True), record, status)

    def expect(self, is_right: bool, *what):
        """Noted, not raised: two runs of the same steps differ, so there is nothing to replay."""
        if not is_right:
            self.site.faults.append(what)

    @invariant()
    def nobody_sees_more(self):
        seen, self.sightings[:] = self.sightings[:], []
        for path, status, shown, asked, answered in seen:
            self.expect(status in (200, 404, 410), path, status)
            owner = [r.slug for r in self.records if r.picture == path and status == 200]
            for marker in (*shown, *owner):
                self.expect(self.windows.allow(marker, asked, answered), path, marker, asked)

    def teardown(self):
        """After a second the last look of all at everything."""
        self.stopped.set()
        for thread in self.crowd:
            thread.join()
        self.nobody_sees_more()
        if any(not record.may_be_seen for record in self.records):
            time.sleep(GRACE)
        for record in self.records:
            for path in (*record.pages, record.data, record.picture):
                status, _body = self.reader.see(path, self.sightings)
                self.expect((status == 200) is record.may_be_seen, path, status, record)
        for path in (*(p.format(c) for p in LISTS for c in LANGUAGES), *DATA):
            self.reader.see(path, self.sightings)
        self.reader.close()
        self.nobody_sees_more()


def test_no_reader_sees_what_is_not_public(site):
    machine = type("Machine", (Desk,), {"site": site})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=2,
            stateful_step_count=20,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(site.windows.of) > 10
    assert site.faults == []
