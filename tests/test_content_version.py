"""The number that changes with the content, and the moment when time changes it."""

import datetime
import subprocess
import sys

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from programmes.models import Partner
from stories.models import Consent
from unicef_kz.content import version
from unicef_kz.content.models import AuditEntry, Source

from .factories import (
    make_consent,
    make_milestone,
    make_partner,
    make_programme,
    make_region,
    make_source,
    make_story,
    make_story_with_child,
    make_subject,
)

ALMATY = datetime.timezone(datetime.timedelta(hours=5))


def number() -> int:
    return version.shared().value()


def move(change) -> bool:
    before = number(), version.current()
    change()
    return (number(), version.current()) != before


WRITES = {
    "save": lambda r: r.save(),
    "update of a queryset": lambda r: Source.objects.filter(pk=r.pk).update(licence="open"),
    "creation in bulk": lambda r: Partner.objects.bulk_create(
        [Partner(slug=f"bulk-{i}", kind="10") for i in range(2)]
    ),
    "raw SQL": lambda r: connection.cursor().execute("UPDATE content_source SET licence = 'raw'"),
    "workflow": lambda r: r.withdraw(actor=None, comment="gone"),
    "deletion": lambda r: Source.objects.filter(pk=r.pk).delete(),
}


@pytest.mark.django_db
class TestEveryWriteCounts:
    @pytest.mark.parametrize("write", WRITES)
    def test_whoever_makes_it(self, write):
        source = make_source()
        assert move(lambda: WRITES[write](source))

    def test_relation(self):
        story, partner = make_story(), make_partner()
        assert move(lambda: story.partners.add(partner))

    def test_consent(self):
        subject = make_subject(make_story(state="draft"))
        assert move(lambda: make_consent(subject))

    def test_each_write_of_a_transaction_for_the_one_who_makes_it(self):
        source = make_source()
        seen = []
        for licence in ("one", "two"):
            Source.objects.filter(pk=source.pk).update(licence=licence)
            seen.append(version.current())
        assert len(set(seen)) == 2

    def test_what_a_savepoint_takes_back(self):
        source = make_source()
        with transaction.atomic():
            Source.objects.filter(pk=source.pk).update(licence="wrong")
            inside = version.current()
            transaction.set_rollback(True)
        assert version.current() != inside


@pytest.mark.django_db
class TestNothingElseCounts:
    def test_reading(self):
        make_source()
        assert not move(lambda: list(Source.objects.public()))

    def test_locking(self):
        make_source()
        assert not move(lambda: list(Source.objects.select_for_update()))

    def test_signing_in(self, client, superuser):
        assert not move(lambda: client.force_login(superuser))

    def test_counting_failed_attempts(self):
        assert not move(lambda: caches["default"].set("attempts", 1))

    def test_audit(self, superuser):
        source = make_source()
        assert not move(lambda: AuditEntry.note(source, "download", superuser))


class TestOutsideATransaction:
    """The shared number; what tests write is rolled back, so the statements change nothing."""

    NOTHING = "UPDATE content_source SET licence = '' WHERE 1 = 0"

    @pytest.fixture(autouse=True)
    def _unwrapped(self, django_db_blocker, django_db_setup):
        with django_db_blocker.unblock():
            yield

    def execute(self, sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)

    def test_counts_before_and_after_a_single_statement(self):
        before = number()
        self.execute(self.NOTHING)
        assert number() == before + 2

    def test_counts_at_the_first_write_and_after_the_commit(self):
        before = number()
        with transaction.atomic():
            self.execute(self.NOTHING)
            self.execute(self.NOTHING)
            inside = number()
        assert (inside, number()) == (before + 1, before + 2)

    def test_what_is_not_committed_yet_is_nobody_elses(self):
        with transaction.atomic():
            self.execute(self.NOTHING)
            inside = version.current()
        assert inside < 0 < version.current()

    def test_transaction_that_is_rolled_back_leaves_the_shared_number(self):
        with transaction.atomic():
            self.execute(self.NOTHING)
            transaction.set_rollback(True)
        assert version.current() == number()

    def test_savepoint_that_is_rolled_back_silences_no_later_write(self):
        before = number()
        with transaction.atomic():
            with transaction.atomic():
                self.execute(self.NOTHING)
                transaction.set_rollback(True)
            self.execute(self.NOTHING)
        assert number() == before + 3

    def test_failing_callback_of_others_does_not_keep_it_from_counting(self):
        before = number()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            transaction.on_commit(lambda: 1 / 0)
            self.execute(self.NOTHING)
        assert number() == before + 2


@pytest.mark.once
class TestSharing:
    COUNT = """
import sys
from pathlib import Path
from unicef_kz.content.version import Cell
cell = Cell(Path(sys.argv[1]))
for _ in range(2000):
    cell.bump()
"""

    def test_processes_lose_no_count(self, tmp_path):
        path = tmp_path / "version"
        cell = version.Cell(path)
        before = cell.value()
        command = [sys.executable, "-c", self.COUNT, str(path)]
        for process in [subprocess.Popen(command) for _ in range(2)]:
            assert process.wait() == 0
        assert cell.value() == before + 4000

    def test_lost_file_never_brings_an_earlier_number_back(self, tmp_path):
        path = tmp_path / "version"
        before = version.Cell(path)
        before.bump()
        path.unlink()
        assert version.Cell(path).value() > before.value()

    @override_settings(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    )
    def test_several_machines_share_a_key(self):
        here, there = (version.SharedKey(caches["default"]) for _ in range(2))
        seen = there.value()
        here.bump()
        there.asked_at -= version.BELIEVED
        assert there.value() == here.value() == seen + 1


@pytest.mark.django_db
class TestNextChange:
    @pytest.fixture(autouse=True)
    def _now(self, time_machine):
        time_machine.move_to(datetime.datetime(2026, 3, 10, 12, tzinfo=ALMATY), tick=False)

    def test_nothing_to_come(self):
        make_milestone()
        assert version.next_change() is None

    @pytest.mark.parametrize("make", [make_source, make_programme, make_region, make_story])
    def test_next_publication(self, make):
        record = make(state="scheduled")
        make(state="scheduled").publish_now(actor=None)
        assert version.next_change() == record.publish_at

    def test_schedule_that_was_given_up(self):
        make_source(state="scheduled").unschedule(actor=None)
        assert version.next_change() is None

    def test_moment_that_has_passed_gives_way_to_the_next(self, time_machine):
        first, second = make_source(state="scheduled"), make_source(state="scheduled")
        Source.objects.filter(pk=second.pk).update(
            publish_at=first.publish_at + datetime.timedelta(hours=1)
        )
        version.next_change()
        time_machine.move_to(first.publish_at)
        second.refresh_from_db()
        assert version.next_change() == second.publish_at

    @pytest.mark.parametrize(
        ("field", "day", "hour"),
        [
            ("expires_on", 20, 21),
            ("expires_on", 10, 11),
            ("withdrawn_on", 15, 15),
            ("guardian_agreed_on", 12, 12),
            ("child_agreed_on", 13, 13),
        ],
    )
    def test_midnight_of_a_consent(self, field, day, hour):
        make_consent(
            make_subject(make_story(state="draft")),
            **{"expires_on": datetime.date.max} | {field: datetime.date(2026, 3, day)},
        )
        assert version.next_change() == datetime.datetime(2026, 3, hour, tzinfo=ALMATY)

    def test_is_exactly_when_a_story_lapses(self, time_machine):
        story = make_story_with_child()
        stories = type(story).objects
        Consent.objects.update(expires_on=timezone.localdate())
        moment = version.next_change()
        time_machine.move_to(moment - datetime.timedelta(seconds=1), tick=False)
        before = stories.public().count()
        time_machine.move_to(moment, tick=False)
        assert (before, stories.public().count()) == (1, 0)

    def test_is_asked_once_for_each_version(self, django_assert_num_queries):
        make_source()
        version.next_change()
        with django_assert_num_queries(0):
            version.next_change()
