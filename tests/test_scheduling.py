"""Publication at a chosen hour, from the panel of a record."""

import datetime

import pytest
import time_machine

from programmes.models import Programme
from unicef_kz.content.models import AuditEntry
from unicef_kz.content.publishing import Refused

from .conftest import signed_in
from .factories import make_milestone, make_programme
from .test_admin import address, reloaded

pytestmark = pytest.mark.django_db
#: Nine in the morning in Almaty.
NOW = datetime.datetime(2026, 3, 1, 4, tzinfo=datetime.UTC)
TOMORROW = "2026-03-02T09:30"


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def step(client, page, name, hour="", comment="test"):
    data = {"comment": comment, "publish_at": hour}
    return client.post(address(type(page), "step", page.pk, name), data, follow=True)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def last_step(page) -> tuple:
    entry = AuditEntry.objects.filter(object_id=page.pk).first()
    return entry.action, entry.status_before, entry.status_after


def scheduled(**values):
    page = make_programme(**{"state": "review"} | values)
    page.publish(actor=None, basis="test", at=NOW + datetime.timedelta(days=1))
    return page


def test_hour_is_that_of_almaty(as_reviewer):
    page = make_programme(state="review", title="Later")
    response = step(as_reviewer, page, "publish", TOMORROW)
    assert reloaded(page).publish_at == datetime.datetime(2026, 3, 2, 4, 30, tzinfo=datetime.UTC)
    assert said(response) == ["“Later” is now: Scheduled for 2 March 2026, 09:30."]
    assert last_step(page) == ("schedule", "review", "published")


def test_scheduled_record_becomes_public_at_its_hour(as_reviewer, _frozen):
    page = make_programme(state="review")
    step(as_reviewer, page, "publish", TOMORROW)
    seen = []
    for minute in (29, 30):
        _frozen.move_to(datetime.datetime(2026, 3, 2, 4, minute, tzinfo=datetime.UTC))
        seen.append(Programme.objects.public().exists())
    assert seen == [False, True]


def test_no_hour_means_now(as_reviewer):
    page = make_programme(state="review")
    step(as_reviewer, page, "publish")
    assert (reloaded(page).publish_at, last_step(page)[0]) == (NOW, "publish")


@pytest.mark.parametrize("hour", ["2026-03-01T08:59", "2026-03-01T09:00", "1990-01-01T00:00"])
def test_hour_that_has_passed_is_refused(as_reviewer, hour):
    page = make_programme(state="review", title="Late")
    response = step(as_reviewer, page, "publish", hour)
    assert reloaded(page).status == "review"
    assert said(response) == ["Late: This time has passed. Leave it empty to publish now."]


@pytest.mark.parametrize("hour", ["soon", "2026-13-01T09:00", "2026-03-02T25:00", "<b>"])
def test_what_is_no_hour_is_refused(as_reviewer, hour):
    page = make_programme(state="review", title="Odd")
    response = step(as_reviewer, page, "publish", hour)
    text = f"Odd: “{hour}” is no date and time. Write it as 2030-01-31T09:00."
    assert (said(response), reloaded(page).status) == ([text], "review")


def test_refused_step_keeps_what_was_typed_once(as_reviewer):
    page = make_programme(state="review")
    html = step(as_reviewer, page, "publish", "1990-01-01T00:00", "As agreed").content.decode()
    again = as_reviewer.get(address(Programme, "change", page.pk)).content.decode()
    for typed in ('value="As agreed"', 'value="1990-01-01T00:00"'):
        assert (typed in html, typed in again) == (True, False)


def test_second_person_is_needed_for_the_schedule_too(reviewer):
    page = make_programme(state="review")
    Programme.objects.filter(pk=page.pk).update(changed_by=reviewer)
    step(signed_in(reviewer), page, "publish", TOMORROW)
    assert reloaded(page).status == "review"


def test_problems_are_asked_before_it_is_put_on_the_schedule(as_reviewer):
    page = make_programme(state="review", summary="")
    step(as_reviewer, page, "publish", TOMORROW)
    assert reloaded(page).status == "review"


def test_editor_schedules_nothing(as_editor):
    page = make_programme(state="review")
    assert step(as_editor, page, "publish", TOMORROW).status_code == 403


def test_panel_of_a_scheduled_record(as_reviewer):
    response = as_reviewer.get(address(Programme, "change", scheduled().pk))
    assert [name for name, _label in response.context["steps"]] == ["publish-now", "unschedule"]
    html = response.content.decode()
    assert ("Scheduled for 2 March 2026, 09:00" in html, "datetime-local" in html) == (True, False)


@pytest.mark.parametrize(
    ("state", "offered"), [("draft", True), ("review", True), ("published", False)]
)
def test_hour_is_asked_where_one_can_publish(as_reviewer, as_editor, state, offered):
    path = address(Programme, "change", make_programme(state=state).pk)
    asked = ["datetime-local" in c.get(path).content.decode() for c in (as_reviewer, as_editor)]
    assert asked == [offered, False]


def test_list_says_for_when(as_reviewer):
    scheduled()
    html = as_reviewer.get(address(Programme, "changelist")).content.decode()
    assert "Scheduled for 2 March 2026, 09:00" in html


def test_publish_now(as_reviewer):
    page = scheduled()
    step(as_reviewer, page, "publish-now")
    assert (reloaded(page).publish_at, Programme.objects.public().count()) == (NOW, 1)
    assert last_step(page) == ("publish", "published", "published")


def test_publish_now_looks_at_the_problems_again(as_reviewer):
    page = make_milestone(state="draft")
    page.publish(actor=None, basis="test", at=NOW + datetime.timedelta(days=1))
    page.citations.all().update(locator="")
    step(as_reviewer, page, "publish-now")
    assert reloaded(page).is_scheduled


def test_taken_off_the_schedule_it_is_in_review_and_not_gone(as_reviewer, client):
    page = scheduled()
    step(as_reviewer, page, "unschedule")
    stored = reloaded(page)
    assert (stored.status, stored.publish_at) == ("review", None)
    assert client.get(page.get_absolute_url()).status_code == 404
    assert last_step(page) == ("unschedule", "published", "review")


def test_what_was_public_before_is_not_deleted_after_the_schedule(as_superuser):
    page = make_programme(state="withdrawn")
    page.return_to_draft(actor=None, comment="test")
    page.publish(actor=None, basis="test", at=NOW + datetime.timedelta(days=1))
    page.unschedule(actor=None)
    response = as_superuser.post(address(Programme, "delete", page.pk), {"post": "yes"})
    assert response.status_code == 403


@pytest.mark.parametrize("name", ["publish_now", "unschedule"])
@pytest.mark.parametrize("state", ["draft", "review", "published", "withdrawn"])
def test_steps_of_the_schedule_need_a_schedule(name, state):
    page = make_programme(state=state)
    with pytest.raises(Refused):
        getattr(page, name)(actor=None)


@pytest.mark.parametrize("name", ["publish-now", "unschedule"])
def test_editor_does_not_touch_the_schedule(as_editor, name):
    page = scheduled()
    assert (step(as_editor, page, name).status_code, reloaded(page).is_scheduled) == (403, True)


def test_schedule_that_has_run_out_meanwhile_is_public(as_reviewer, _frozen):
    page = make_programme(state="review")
    page.publish(actor=None, basis="test", at=NOW + datetime.timedelta(hours=1))
    _frozen.move_to(NOW + datetime.timedelta(hours=2))
    response = step(as_reviewer, page, "unschedule")
    assert reloaded(page).status == "published"
    assert said(response) == [f"{page}: It is not on the schedule any more."]
