"""Who gets which mail after a step, in which language, and what no mail ever says."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language

from programmes.models import Programme
from unicef_kz.content.documents import document
from unicef_kz.content.models import Proposal, Reminder, StaffSettings
from unicef_kz.content.publishing import Refused
from unicef_kz.roles import ADMINISTRATOR, EDITOR, LEAD, REVIEWER

from .conftest import signed_in
from .factories import (
    make_consent,
    make_programme,
    make_story,
    make_subject,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SECRET = "zqname"


def person(role, name, **values):
    return make_user(role, username=name, email=f"{name}@example.org", **values)


@pytest.fixture(autouse=True)
def staff(db):
    """One of each, with an address."""
    return {role: person(role, role.split()[-1].lower()) for role in (EDITOR, REVIEWER, LEAD)}


@pytest.fixture
def done(django_capture_on_commit_callbacks):
    """Takes a step as a request does, with its commit."""

    def take(step, **values):
        with django_capture_on_commit_callbacks(execute=True):
            step(**values)

    return take


def to() -> list[str]:
    return sorted(address.split("@")[0] for letter in mail.outbox for address in letter.to)


def subjects() -> list[str]:
    return [letter.subject for letter in mail.outbox]


def text() -> str:
    return "\n".join(f"{letter.subject}\n{letter.body}" for letter in mail.outbox)


def by(user, **values):
    """A draft that this person changed last."""
    page = make_programme(**{"state": "draft", "title": "A well"} | values)
    Programme.objects.filter(pk=page.pk).update(changed_by=user)
    page.refresh_from_db()
    return page


def in_review(author, **values):
    page = by(author, **values)
    page.submit(actor=author)
    return page


def about_a_child(author, **values):
    values = {"title": SECRET, "body": f"<p>{SECRET}</p>"} | values
    story = make_story(state="draft", **values)
    make_subject(story, label=SECRET)
    type(story).objects.filter(pk=story.pk).update(changed_by=author)
    story.refresh_from_db()
    return story


# Whom a step concerns


def test_submitted_record_goes_to_those_who_may_publish_it(staff, done):
    done(by(staff[EDITOR]).submit, actor=staff[EDITOR])
    assert (to(), subjects()) == (["reviewer"], ["For your review: programme “A well”"])


def test_mail_says_who_why_and_where(staff, done, settings):
    page = by(staff[EDITOR])
    done(page.submit, actor=staff[EDITOR], comment="Please check the year")
    lines = mail.outbox[0].body.splitlines()
    link = f"{settings.SITE_URL}/admin/programmes/programme/{page.pk}/change/"
    assert lines[:6] == [
        "For your review: programme “A well”",
        "",
        "By: editor",
        "Why: Please check the year",
        "",
        link,
    ]


def test_actor_is_not_told(staff, done):
    other = person(REVIEWER, "other")
    done(by(other).submit, actor=other)
    assert to() == ["reviewer"]


def test_submitted_story_about_a_child_goes_to_reviewers_and_the_lead(staff, done):
    done(about_a_child(staff[EDITOR]).submit, actor=staff[EDITOR])
    assert to() == ["lead", "reviewer"]


@pytest.mark.parametrize(
    ("step", "subject"),
    [
        ("return_to_draft", "A draft again: programme “A well”"),
        ("publish", "Published: programme “A well”"),
    ],
)
def test_author_hears_what_became_of_the_record(staff, done, step, subject):
    page, values = in_review(staff[EDITOR]), {"actor": staff[REVIEWER]}
    done(getattr(page, step), **values | {"basis" if step == "publish" else "comment": "So"})
    assert (to(), subjects()) == (["editor"], [subject])


def test_author_hears_of_it_though_a_reviewer_changed_a_comma(staff, done):
    page = in_review(staff[EDITOR])
    Programme.objects.filter(pk=page.pk).update(changed_by=staff[REVIEWER])
    page.refresh_from_db()
    done(page.return_to_draft, actor=staff[REVIEWER], comment="More")
    assert to() == ["editor"]


def test_who_publishes_the_own_record_gets_no_mail(staff, done, settings):
    settings.TWO_PEOPLE = False
    done(in_review(staff[REVIEWER]).publish, actor=staff[REVIEWER])
    assert mail.outbox == []


def test_withdrawal_and_schedule(staff, done):
    page, hour = in_review(staff[EDITOR]), timezone.now() + datetime.timedelta(days=1)
    done(page.publish, actor=staff[REVIEWER], at=hour)
    done(page.unschedule, actor=staff[REVIEWER])
    done(page.publish, actor=staff[REVIEWER])
    done(page.withdraw, actor=staff[REVIEWER], comment="Wrong")
    names = ("On the schedule", "Taken off the schedule", "Published", "Withdrawn")
    assert subjects() == [f"{name}: programme “A well”" for name in names]
    assert "Public from:" in mail.outbox[0].body


def test_approval_is_told_to_the_author(staff, done):
    story = about_a_child(staff[EDITOR])
    story.submit(actor=staff[EDITOR])
    done(story.approve, actor=staff[LEAD], comment=f"Fine for {SECRET}")
    named = f"Approved by the safeguarding lead: a story about a child (no. {story.pk})"
    assert (to(), subjects()) == (["editor"], [named])


def test_bundled_content_is_told_to_nobody(done):
    done(make_programme(state="review").publish, actor=None, basis="bundled")
    assert mail.outbox == []


def propose(author, record=None):
    record = record or make_programme(title="A well")
    return Proposal.of(record, document(record), actor=author)


def test_proposal_goes_to_those_who_decide_once(staff, done):
    page = make_programme(title="A well")
    for _time in range(2):
        done(propose, author=staff[EDITOR], record=page)
    assert (to(), subjects()) == (["reviewer"], ["A change to decide on: programme “A well”"])


@pytest.mark.parametrize(
    ("step", "subject"),
    [
        ("send_back", "Your change was returned: programme “A well”"),
        ("approve", "Your change is public: programme “A well”"),
        ("close", "Your change was not taken: programme “A well”"),
    ],
)
def test_author_hears_what_became_of_the_proposal(staff, done, step, subject):
    proposal = propose(staff[EDITOR])
    done(getattr(proposal, step), actor=staff[REVIEWER], comment="So")
    assert (to(), subjects()) == (["editor"], [subject])


def test_proposal_that_comes_back_is_news_again(staff, done):
    page = make_programme()
    propose(staff[EDITOR], page).send_back(actor=staff[REVIEWER], comment="More")
    done(propose, author=staff[EDITOR], record=page)
    assert to() == ["reviewer"]


def test_withdrawal_tells_whoever_proposed_a_change(staff, done):
    page = make_programme(title="A well")
    propose(staff[EDITOR], page)
    done(page.withdraw, actor=staff[REVIEWER], comment="Wrong")
    assert (to(), subjects()) == (["editor"], ["Your change was not taken: programme “A well”"])


# Who gets mail at all


@pytest.mark.parametrize("values", [{"email": ""}, {"is_active": False}, {"is_staff": False}])
def test_who_cannot_be_reached_or_is_no_longer_staff_gets_none(staff, done, values):
    type(staff[REVIEWER]).objects.filter(pk=staff[REVIEWER].pk).update(**values)
    done(by(staff[EDITOR]).submit, actor=staff[EDITOR])
    assert mail.outbox == []


def test_who_wants_none_gets_none(staff, done):
    StaffSettings.objects.create(user=staff[REVIEWER], notices="none")
    done(by(staff[EDITOR]).submit, actor=staff[EDITOR])
    assert mail.outbox == []


@pytest.mark.parametrize(("language", "title"), [("kk", "Құдық"), ("ru", "Колодец")])
def test_mail_names_the_record_in_the_reader_s_language(staff, done, language, title):
    StaffSettings.objects.create(user=staff[REVIEWER], language=language)
    done(by(staff[EDITOR], title_kk="Құдық", title_ru="Колодец").submit, actor=staff[EDITOR])
    assert title in mail.outbox[0].subject


def test_mail_in_another_language_leaves_that_of_the_request(staff, done):
    StaffSettings.objects.create(user=staff[REVIEWER], language="ru")
    done(by(staff[EDITOR]).submit, actor=staff[EDITOR])
    assert (len(mail.outbox), get_language()) == (1, "en")


# What does not happen


def test_step_that_is_rolled_back_tells_nobody(staff, django_capture_on_commit_callbacks):
    page = by(staff[EDITOR], summary="")
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Refused):
        page.publish(actor=staff[REVIEWER])
    assert mail.outbox == []


def test_dead_mail_server_breaks_no_step(staff, done, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = by(staff[EDITOR])
    done(page.submit, actor=staff[EDITOR])
    assert Programme.objects.get(pk=page.pk).status == "review"
    assert "Connection refused" in caplog.text


def test_line_break_in_a_title_is_no_second_header(staff, done):
    done(by(staff[EDITOR], title="A well\r\nBcc: x@example.org").submit, actor=staff[EDITOR])
    assert subjects() == ["For your review: programme “A well Bcc: x@example.org”"]


def test_mail_is_marked_as_automatic(staff, done):
    done(by(staff[EDITOR]).submit, actor=staff[EDITOR])
    assert mail.outbox[0].extra_headers == {"Auto-Submitted": "auto-generated"}


@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_no_mail_tells_anything_of_a_story(staff, done, language):
    for user in staff.values():
        StaffSettings.objects.create(user=user, language=language)
    story = about_a_child(staff[EDITOR], title_ru=SECRET, title_kk=SECRET, slug=SECRET)
    for name in ("risk_to_siblings", "risk_of_retribution", "risk_of_stigma"):
        setattr(story, name, "no")
    story.contact_with_perpetrator = "no"
    story.save()
    done(story.submit, actor=staff[EDITOR], comment=SECRET)
    done(story.return_to_draft, actor=staff[REVIEWER], comment=SECRET)
    done(story.submit, actor=staff[EDITOR])
    done(story.approve, actor=staff[LEAD], comment=SECRET)
    done(story.publish, actor=staff[REVIEWER], basis=SECRET)
    done(propose, author=staff[EDITOR], record=story)
    proposal = Proposal.objects.get()
    done(proposal.send_back, actor=staff[LEAD], comment=SECRET)
    done(story.withdraw, actor=staff[LEAD], comment=SECRET)
    assert (len(mail.outbox), SECRET in text()) == (12, False)


# Reminders


def remind(**options) -> None:
    call_command("remind", verbosity=0, **options)


def consent_until(days, **values):
    end = timezone.localdate() + datetime.timedelta(days=days)
    return make_consent(make_subject(make_story(title=SECRET), label=SECRET), expires_on=end)


@pytest.mark.parametrize(("days", "letters"), [(-1, 0), (0, 1), (1, 1), (14, 1), (60, 1), (61, 0)])
def test_lead_is_reminded_of_a_consent_that_ends(days, letters):
    consent_until(days)
    remind()
    assert to() == ["lead"] * letters


def test_each_consent_is_reminded_of_three_times():
    end = timezone.now() + datetime.timedelta(days=70)
    consent_until(70)
    days = []
    for left in range(70, -3, -1):
        with time_machine.travel(end - datetime.timedelta(days=left), tick=False):
            mail.outbox.clear()
            remind()
            remind()
            days += [left] * len(mail.outbox)
    assert days == [60, 14, 1]


def test_missed_days_are_made_up_for():
    end = timezone.now() + datetime.timedelta(days=70)
    consent_until(70)
    days = []
    for left in (50, 49, 9, 8, 0):
        with time_machine.travel(end - datetime.timedelta(days=left), tick=False):
            mail.outbox.clear()
            remind()
            days += [left] * len(mail.outbox)
    assert days == [50, 9, 0]


def test_renewed_consent_is_reminded_of_again():
    consent = consent_until(60)
    remind()
    consent.expires_on += datetime.timedelta(days=365)
    consent.save()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=365)):
        remind()
    assert to() == ["lead", "lead"]


def test_consents_stand_in_one_mail_without_names(settings):
    consents = [consent_until(3), consent_until(9)]
    remind()
    assert subjects() == ["2 consents are about to expire"]
    assert SECRET not in text()
    for consent in consents:
        assert f"{settings.SITE_URL}/admin/stories/consent/{consent.pk}/change/" in text()


def waiting(author, days=8, **values):
    with time_machine.travel(timezone.now() - datetime.timedelta(days=days)):
        return in_review(author, **values)


@pytest.mark.parametrize(("days", "letters"), [(6, 0), (8, 1)])
def test_reviewers_are_reminded_of_what_waits_for_a_week(staff, days, letters):
    waiting(staff[EDITOR], days)
    remind()
    assert to() == ["reviewer"] * letters


def test_reviewers_are_reminded_weekly(staff):
    waiting(staff[EDITOR])
    start, days = timezone.now(), []
    for day in range(16):
        with time_machine.travel(start + datetime.timedelta(days=day), tick=False):
            mail.outbox.clear()
            remind()
            days += [day] * len(mail.outbox)
    assert days == [0, 7, 14]


def test_records_stand_in_one_mail_for_each_who_may_publish_them(staff):
    waiting(staff[EDITOR])
    waiting(staff[REVIEWER], title="A dam")
    person(REVIEWER, "other")
    remind()
    counts = sorted((letter.to[0], letter.body.count("since ")) for letter in mail.outbox)
    assert counts == [("other@example.org", 2), ("reviewer@example.org", 1)]


def test_story_that_waits_is_not_named(staff):
    with time_machine.travel(timezone.now() - datetime.timedelta(days=8)):
        about_a_child(staff[EDITOR]).submit(actor=staff[EDITOR])
    remind()
    assert (to(), SECRET in text()) == (["lead", "reviewer"], False)


def test_dry_run_says_what_it_would_send_and_keeps_quiet(staff, capsys):
    consent_until(1)
    waiting(staff[EDITOR])
    call_command("remind", dry_run=True)
    assert capsys.readouterr().out.splitlines() == [
        "lead@example.org: 1 consent is about to expire",
        "reviewer@example.org: 1 record has waited for review for more than a week",
        "Due: 1 consents, 1 records in review. Would be sent: 2 mails.",
    ]
    assert (mail.outbox, Reminder.objects.count()) == ([], 0)


def test_nobody_to_tell_is_said_and_tried_again(staff, capsys):
    type(staff[LEAD]).objects.update(email="")
    consent_until(1)
    remind()
    assert "Nobody can be told about 1 of them" in capsys.readouterr().err
    assert Reminder.objects.count() == 0


def test_dead_mail_server_is_a_failure_of_the_command_and_nothing_is_noted(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    consent_until(1)
    with pytest.raises(CommandError, match="took no mail"):
        remind()
    assert Reminder.objects.count() == 0


# One's own settings


def chosen(user) -> tuple:
    own = StaffSettings.objects.get(user=user)
    return own.language, own.notices


def test_staff_choose_language_and_notices(staff):
    client = signed_in(staff[EDITOR])
    data = {"language": "kk", "notices": "none"}
    response = client.post("/admin/my-settings/", data)
    assert (response.status_code, chosen(staff[EDITOR])) == (302, ("kk", "none"))
    assert response.cookies["django_language"].value == "kk"


def test_wrong_choice_is_refused_next_to_its_field(staff):
    response = signed_in(staff[EDITOR]).post("/admin/my-settings/", {"language": "xx"})
    assert list(response.context["form"].errors) == ["language", "notices"]
    assert not StaffSettings.objects.exists()


@pytest.mark.parametrize("role", [EDITOR, REVIEWER, LEAD, ADMINISTRATOR, "superuser"])
def test_every_role_has_settings(sign_in, role):
    assert sign_in(role).get("/admin/my-settings/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_settings_are_for_staff(client, method):
    response = getattr(client, method)("/admin/my-settings/")
    assert response["Location"] == "/admin/login/?next=/admin/my-settings/"


def test_language_switch_of_the_admin_is_remembered(staff):
    StaffSettings.objects.create(user=staff[EDITOR], notices="none")
    signed_in(staff[EDITOR]).get("/language/ru/?next=/admin/")
    assert chosen(staff[EDITOR]) == ("ru", "none")


def test_visitor_s_language_is_a_cookie_and_nothing_else(client):
    response = client.get("/language/ru/?next=/ru/")
    assert (list(response.cookies), response["Cache-Control"]) == (["django_language"], "no-store")
    assert not StaffSettings.objects.exists()


def log_in(user, **cookies) -> Client:
    user.set_password("a long password")
    user.save()
    client = Client()
    for name, value in cookies.items():
        client.cookies[name] = value
    data = {"login": user.username, "password": "a long password"}
    client.post("/accounts/login/", data)
    return client


def test_language_comes_along_to_a_new_browser(staff):
    StaffSettings.objects.create(user=staff[EDITOR], language="kk")
    client = log_in(staff[EDITOR])
    assert client.cookies["django_language"].value == "kk"
    assert '<html lang="kk"' in client.get("/admin/").content.decode()


def test_first_sign_in_notes_the_language_of_the_browser(staff):
    log_in(staff[EDITOR], django_language="ru")
    assert chosen(staff[EDITOR]) == ("ru", "all")


# Whether a session still lives


def test_form_asks_whether_the_session_lives(staff):
    response = signed_in(staff[EDITOR]).get("/admin/session/")
    assert (response.json()["ok"], len(response.json()["token"])) == (True, 64)
    assert "no-store" in response["Cache-Control"]


def test_whoever_is_signed_out_or_not_staff_gets_no_token(client):
    for visitor in (client, signed_in(make_user())):
        response = visitor.get("/admin/session/")
        assert (response.status_code, response.json()) == (403, {"ok": False})


def test_password_alone_gets_no_token_where_a_second_factor_is_needed(staff, settings):
    settings.REQUIRE_MFA = True
    assert signed_in(staff[EDITOR]).get("/admin/session/").status_code == 403
