"""Signing in: by password, by a second factor where it is required, and who may reset what."""

import re
import time
from html.parser import HTMLParser

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from unicef_kz.accounts.adapters import cipher
from unicef_kz.roles import ADMINISTRATOR, EDITOR

from .factories import make_programme, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "seven green apples"
LOGIN, SET_UP = "/accounts/login/", "/accounts/two-step/app/set-up/"
CONFIRM, CODES = "/accounts/two-step/confirm/", "/accounts/two-step/codes/"
SIGN_IN = "/accounts/two-step/sign-in/"


def code(secret=SECRET, steps=0) -> str:
    """What the app shows now, or ``steps`` half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.fixture
def required(settings):
    settings.REQUIRE_MFA = True


@pytest.fixture
def person():
    user = make_user(EDITOR, email="Person@Example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def protected(person):
    """The same person with a second factor and recovery codes."""
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    return person


def enter(client, user, password=PASSWORD, to=""):
    return client.post(f"{LOGIN}?next={to}", {"login": user.username, "password": password})


def errors(response) -> list[str]:
    return [str(e) for messages in response.context["form"].errors.values() for e in messages]


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


# By password


def test_form_signs_in_and_leads_to_where_one_wanted_to_go(client, person):
    assert client.get("/admin/auth/user/")["Location"] == "/admin/login/?next=/admin/auth/user/"
    response = client.get("/admin/login/?next=/admin/auth/user/")
    assert response["Location"] == f"{LOGIN}?next=%2Fadmin%2Fauth%2Fuser%2F"
    assert enter(client, person, to="/admin/auth/user/")["Location"] == "/admin/auth/user/"
    assert signed_in(client)


def test_sign_in_leads_to_no_other_site(client, person):
    assert enter(client, person, to="https://example.org/")["Location"] == "/admin/"


def test_wrong_password_says_so_and_keeps_the_name(client, person):
    response = enter(client, person, "wrong")
    assert errors(response) == ["The username or the password is not right."]
    assert response.context["form"]["login"].value() == person.username
    assert not signed_in(client)


def test_unknown_name_gets_the_same_answer(client):
    response = client.post(LOGIN, {"login": "nobody", "password": PASSWORD})
    assert errors(response) == ["The username or the password is not right."]


def test_sixth_attempt_is_refused_even_with_the_right_password(client, person):
    with time_machine.travel("2026-03-02 09:00 +0500", tick=False) as clock:
        for _attempt in range(5):
            enter(client, person, "wrong")
        response = enter(client, person)
        assert errors(response) == ["Too many failed attempts. Wait 15 minutes and try again."]
        clock.shift(15 * 60)
        assert enter(client, person).status_code == 302


def test_limit_is_of_the_account_wherever_one_tries_from(client, person):
    for number in range(5):
        enter(Client(REMOTE_ADDR=f"10.0.0.{number}"), person, "wrong")
    assert enter(client, person).status_code == 200
    assert enter(client, make_user(EDITOR, password=person.password)).status_code == 302


def test_limit_counts_the_visitor_and_not_the_proxy(settings, person):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(20):
        forwarded = {"x-forwarded-for": f"203.0.113.9, 198.51.100.{number}"}
        Client(headers=forwarded).post(LOGIN, {"login": f"nobody-{number}", "password": "x"})
    assert enter(Client(headers={"x-forwarded-for": "198.51.100.7"}), person).status_code == 302


def test_new_password_opens_a_locked_account(client, person):
    for _attempt in range(5):
        enter(client, person, "wrong")
    client.post("/accounts/password/reset/", {"email": person.email})
    response = client.get(link_in(mail.outbox[0]), follow=True)
    new = {"password1": "nine yellow pears", "password2": "nine yellow pears"}
    client.post(response.request["PATH_INFO"], new)
    assert enter(client, person, "nine yellow pears").status_code == 302


def test_django_s_own_form_signs_nobody_in(client, person):
    response = client.post("/admin/login/", {"username": person.username, "password": PASSWORD})
    assert (response.status_code, signed_in(client)) == (302, False)


def test_deactivated_account_is_out_at_once(client, person):
    client.force_login(person)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302
    assert enter(Client(), person)["Location"] == "/accounts/inactive/"


def test_account_without_a_place_among_the_staff_is_told_so(client):
    client.force_login(make_user(""))
    response = client.get("/admin/login/?next=/admin/")
    assert (response.status_code, "Not open to you" in response.content.decode()) == (403, True)


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "confirm-email/", "password/set/", "3rdparty/"]
)
def test_nothing_else_of_the_library_has_an_address(client, path):
    assert client.get(f"/accounts/{path}").status_code == 404


def test_session_lasts_a_working_day(client, person):
    enter(client, person)
    assert client.session.get_expiry_age() == 10 * 60 * 60
    assert client.session.get_expire_at_browser_close()


# Passwords


def test_short_password_is_refused_next_to_its_field(client, person):
    client.force_login(person)
    new = {"oldpassword": PASSWORD, "password1": "Zx9!kLq2w", "password2": "Zx9!kLq2w"}
    response = client.post("/accounts/password/change/", new)
    assert response.context["form"].errors["password1"] == [
        "This password is too short. It must contain at least 12 characters."
    ]


def test_password_is_changed_with_the_old_one_only(client, person):
    client.force_login(person)
    new = {
        "oldpassword": "wrong",
        "password1": "nine yellow pears",
        "password2": "nine yellow pears",
    }
    response = client.post("/accounts/password/change/", new)
    assert errors(response) == ["This is not your current password."]
    response = client.post("/accounts/password/change/", new | {"oldpassword": PASSWORD})
    assert (response["Location"], signed_in(client)) == ("/admin/", True)


def test_admin_leads_to_the_one_form_for_passwords(client, person):
    client.force_login(person)
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def link_in(message) -> str:
    return re.search(r"https?://[^/]+(/accounts/\S+)", message.body)[1]


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "A new password for the record of UNICEF in Kazakhstan"),
        ("kk", "Қазақстандағы ЮНИСЕФ: жылнамаға жаңа құпия сөз"),
        ("ru", "ЮНИСЕФ в Казахстане: новый пароль для летописи"),
    ],
)
def test_reset_mail_speaks_the_reader_s_language(client, person, language, subject):
    client.cookies["django_language"] = language
    response = client.post("/accounts/password/reset/", {"email": "person@EXAMPLE.org"})
    assert response["Location"] == "/accounts/password/reset/done/"
    assert [(m.subject, m.to) for m in mail.outbox] == [(subject, ["person@example.org"])]
    assert person.username in mail.outbox[0].body


def test_reset_link_names_the_site_and_not_the_host_of_the_request(client, person, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://record.example", ["elsewhere.example"]
    data = {"email": person.email}
    client.post("/accounts/password/reset/", data, headers={"host": "elsewhere.example"})
    assert "https://record.example/accounts/password/reset/key/" in mail.outbox[0].body


def test_reset_link_works_once(client, person):
    client.post("/accounts/password/reset/", {"email": person.email})
    link = link_in(mail.outbox[0])
    response = client.get(link, follow=True)
    new = {"password1": "nine yellow pears", "password2": "nine yellow pears"}
    response = client.post(response.request["PATH_INFO"], new)
    assert response["Location"] == "/accounts/password/reset/key/done/"
    assert "does not work any more" in Client().get(link, follow=True).content.decode()


def test_address_without_an_account_gets_no_mail_and_the_same_answer(client, person):
    response = client.post("/accounts/password/reset/", {"email": "other@example.org"})
    assert (response["Location"], mail.outbox) == ("/accounts/password/reset/done/", [])


def test_address_that_was_taken_from_an_account_gets_no_link(client, person):
    client.post("/accounts/password/reset/", {"email": person.email})
    User.objects.filter(pk=person.pk).update(email="new@example.org")
    client.post("/accounts/password/reset/", {"email": "person@example.org"})
    assert len(mail.outbox) == 1


# With a second factor


def test_second_step_is_asked_for_and_leads_on(client, protected):
    assert enter(client, protected, to="/admin/auth/user/")["Location"] == SIGN_IN
    assert not signed_in(client)
    response = client.post(SIGN_IN, {"code": code()})
    assert (response["Location"], signed_in(client)) == ("/admin/auth/user/", True)


def test_code_of_the_app_works_once(client, protected):
    with time_machine.travel("2026-03-02 09:00:10 +0500", tick=False) as clock:
        used = code(steps=1)
        enter(client, protected)
        assert client.post(SIGN_IN, {"code": used}).status_code == 302
        clock.shift(45)
        again = Client()
        enter(again, protected)
        response = again.post(SIGN_IN, {"code": used})
        assert errors(response) == [
            "This code is not right, or it was used before. Enter the newest one."
        ]
        assert again.post(SIGN_IN, {"code": code(steps=1)}).status_code == 302


def test_recovery_code_signs_in_once_and_only_once(protected):
    spare = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    answers = []
    for _attempt in range(2):
        client = Client()
        enter(client, protected)
        client.post(SIGN_IN, {"code": spare})
        answers.append(signed_in(client))
    assert answers == [True, False]


def test_codes_cannot_be_guessed(client, protected):
    enter(client, protected)
    for _attempt in range(5):
        client.post(SIGN_IN, {"code": "000000"})
    response = client.post(SIGN_IN, {"code": code()})
    assert errors(response) == ["Too many failed attempts. Wait 15 minutes and try again."]


def test_secrets_are_not_readable_in_the_database(protected):
    stored = {a.type: a.data for a in Authenticator.objects.all()}
    assert SECRET not in str(stored)
    assert cipher().decrypt(stored["totp"]["secret"]).decode() == SECRET
    seed = cipher().decrypt(stored["recovery_codes"]["seed"]).decode()
    assert re.fullmatch("[0-9a-f]{80}", seed) and seed not in str(stored)


def test_old_secret_key_still_reads_what_it_wrote(client, protected, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    enter(client, protected)
    assert client.post(SIGN_IN, {"code": code()}).status_code == 302


def test_lost_secret_key_lets_nobody_in_and_says_what_to_do(client, protected, settings):
    settings.SECRET_KEY = "another key"
    enter(client, protected)
    response = client.post(SIGN_IN, {"code": code()})
    assert (signed_in(client), "Ask an administrator" in errors(response)[0]) == (False, True)


# Where it is required


def staff_addresses() -> list[str]:
    """Every address of the admin, and the preview."""
    admin = next(p for p in get_resolver().url_patterns if getattr(p, "namespace", "") == "admin")
    found = [reverse("preview", args=["en", "programme", 1])]

    def walk(patterns, prefix):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, prefix + str(pattern.pattern))
            else:
                route = re.sub(r"<\w+:\w+>|\(\?P<\w+>[^)]*\)", "1", prefix + str(pattern.pattern))
                found.append("/" + route.replace("^", "").removesuffix("$"))

    walk(admin.url_patterns, str(admin.pattern))
    return sorted({path for path in found if path not in ("/admin/login/", "/admin/logout/")})


def test_list_of_staff_addresses_is_whole():
    names = {"/admin/", "/admin/jsi18n/", "/admin/autocomplete/", "/preview/en/programme/1/"}
    names |= {"/admin/stories/story/1/change/", "/admin/stories/story/1/step/1/"}
    assert names - set(staff_addresses()) == set()
    assert len(staff_addresses()) > 100


def refused(client) -> list:
    """Addresses that answered with anything but the way to the sign-in."""
    return [
        (method, path, answer.status_code)
        for path in staff_addresses()
        for method in ("get", "post")
        for answer in [getattr(client, method)(path)]
        if not answer.get("Location", "").startswith("/admin/login/?next=")
    ]


def test_password_alone_reaches_no_staff_page(required, client, person):
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    enter(client, person)
    assert signed_in(client)
    assert refused(client) == []


def test_session_from_before_the_second_factor_reaches_no_staff_page(required, client, protected):
    User.objects.filter(pk=protected.pk).update(is_superuser=True)
    client.force_login(protected)
    assert refused(client) == []


def test_visitor_reaches_no_staff_page(client):
    assert refused(client) == []


def test_staff_views_have_one_door():
    """Django's other decorators for staff know nothing of the second factor."""
    from .test_structure import MODULES

    others = re.compile(r"\b(staff_member_required|login_required|user_passes_test)\b")
    assert [path.name for path in MODULES if others.search(path.read_text())] == []


def key_on(response) -> str:
    return response.context["form"].secret


def test_second_factor_is_set_up_on_the_way(required, client, person):
    target = f"/preview/en/programme/{make_programme(state='draft').pk}/"
    enter(client, person, to=target)
    response = client.get(target, follow=True)
    assert response.redirect_chain[-1][0] == f"{SET_UP}?next={target}"
    address = response.redirect_chain[-1][0]
    response = client.post(address, {"code": code(key_on(response))}, follow=True)
    assert response.redirect_chain[-1][0].partition("?")[0] == CODES
    assert response.context["onward"] == target
    assert client.get(target).status_code == 200


def test_wrong_code_keeps_the_key_that_was_scanned(required, client, person):
    enter(client, person)
    scanned = key_on(client.get(SET_UP))
    response = client.post(SET_UP, {"code": "000000"})
    assert (key_on(response), len(errors(response))) == (scanned, 1)
    assert Authenticator.objects.count() == 0


def test_second_press_of_the_button_does_not_offer_to_switch_it_off(client, person):
    enter(client, person)
    data = {"code": code(key_on(client.get(SET_UP)))}
    client.post(SET_UP, data)
    assert client.post(SET_UP, data)["Location"] == "/accounts/two-step/"


def test_old_session_proves_the_password_before_it_sets_anything_up(client, person):
    client.force_login(person)
    response = client.get(SET_UP)
    assert response["Location"].partition("?")[0] == "/accounts/reauthenticate/"
    assert client.post(response["Location"], {"password": PASSWORD})["Location"] == SET_UP


def test_session_without_the_factor_is_led_to_the_code(required, client, protected):
    client.force_login(protected)
    response = client.get("/admin/auth/user/", follow=True)
    assert response.redirect_chain[-1][0] == f"{CONFIRM}?next=/admin/auth/user/"
    response = client.post(response.redirect_chain[-1][0], {"code": code()})
    assert response["Location"] == "/admin/auth/user/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("path", ["app/switch-off/", "codes/", "codes/new/", "codes/download/"])
def test_password_alone_touches_no_second_factor(client, protected, path):
    """A session that was opened before the factor was set up knows the password only."""
    client.force_login(protected)
    address = client.get(f"/accounts/two-step/{path}")["Location"]
    assert address.partition("?")[0] == CONFIRM
    response = client.post(f"/accounts/reauthenticate/?next={CODES}", {"password": PASSWORD})
    assert response["Location"].partition("?")[0] == CONFIRM
    client.post(f"/accounts/two-step/{path}")
    assert Authenticator.objects.count() == 2


def test_switching_it_off_leads_to_setting_it_up_before_any_staff_page(required, client, protected):
    enter(client, protected)
    client.post(SIGN_IN, {"code": code()})
    assert client.get("/admin/").status_code == 200
    client.post("/accounts/two-step/app/switch-off/")
    assert Authenticator.objects.count() == 0
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == f"{SET_UP}?next=/admin/"


def test_new_recovery_codes_replace_the_old(required, client, protected):
    enter(client, protected)
    client.post(SIGN_IN, {"code": code()})
    before = client.get(CODES).context["unused_codes"]
    client.post("/accounts/two-step/codes/new/")
    after = client.get(CODES).context["unused_codes"]
    assert (len(after), set(after) & set(before)) == (10, set())
    file = client.get("/accounts/two-step/codes/download/")
    assert re.findall(r"^\d{8}$", file.content.decode(), re.M) == after
    assert client.get("/admin/").status_code == 200


# What the pages say


class Text(HTMLParser):
    """What a reader sees, without what the page names in its own language."""

    def __init__(self, html):
        super().__init__()
        self.words, self._skip = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self._skip = tag in ("script", "code") or values.get("hreflang") is not None
        self.words += [values[name] for name in ("placeholder", "aria-label") if name in values]

    def handle_endtag(self, tag):
        self._skip = False

    def handle_data(self, data):
        if not self._skip:
            self.words.append(data)


NAMES = {"google", "authenticator", "microsoft", "fas", "qr", "user"}
OPEN = ["login/", "password/reset/", "password/reset/done/", "inactive/", "password/reset/key/1-x/"]
CLOSED = ["logout/", "password/change/", "two-step/", "two-step/app/switch-off/", "two-step/codes/"]
CLOSED += ["two-step/codes/new/", "two-step/confirm/"]


def english(response) -> set[str]:
    text = " ".join(Text(response.content.decode()).words).lower()
    return set(re.findall(r"[a-z]{2,}", text)) - NAMES


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_pages_speak_the_reader_s_language(client, person, language):
    client.cookies["django_language"] = language
    found = {path: english(client.get(f"/accounts/{path}")) for path in OPEN}
    found["wrong"] = english(client.post(LOGIN, {"login": "x", "password": "y"}))
    enter(client, person)
    new = {"oldpassword": "x", "password1": "user", "password2": "y"}
    found["refused"] = english(client.post("/accounts/password/change/", new))
    found["set-up"] = english(client.get(SET_UP))
    scanned = client.session["mfa.totp.secret"]
    found["set-up, wrong"] = english(client.post(SET_UP, {"code": "0"}))
    client.post(SET_UP, {"code": code(scanned)})
    found |= {path: english(client.get(f"/accounts/{path}")) for path in CLOSED}
    client.post("/accounts/logout/")
    enter(client, person)
    found["sign-in"] = english(client.get(SIGN_IN))
    found["wrong code"] = english(client.post(SIGN_IN, {"code": "0"}))
    assert {name: words for name, words in found.items() if words} == {}


def test_pages_are_kept_by_no_cache_and_no_search_engine(client, protected):
    enter(client, protected)
    client.post(SIGN_IN, {"code": code()})
    response = client.get(CODES)
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_picture_of_the_key_needs_no_hole_in_the_policy(client, person):
    enter(client, person)
    response = client.get(SET_UP)
    directives = response["Content-Security-Policy"].split("; ")
    assert "img-src 'self'" in directives
    assert re.search(r'<div class="qr"[^>]*><svg [^>]*viewBox', response.content.decode())
    assert "data:" not in response.content.decode()


# Administrators


def act(client, *users):
    data = {"action": "reset_second_factor", "_selected_action": [user.pk for user in users]}
    return client.post("/admin/auth/user/", data, follow=True)


def test_administrator_resets_a_second_factor_and_it_is_recorded(as_administrator, protected):
    response = act(as_administrator, protected)
    assert [str(m) for m in response.context["messages"]] == [
        "The two-step sign-in of 1 account was reset."
    ]
    assert Authenticator.objects.count() == 0
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.change_message) == (str(protected.pk), "Two-step sign-in reset")


def test_reset_ends_the_sessions_of_the_lost_phone(required, client, protected, administrator):
    enter(client, protected)
    client.post(SIGN_IN, {"code": code()})
    Authenticator.objects.filter(user=protected).delete()
    TOTP.activate(protected, SECRET)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == f"{CONFIRM}?next=/admin/"


def test_administrator_resets_no_superuser_and_not_the_own(
    as_administrator, administrator, superuser
):
    for user in (administrator, superuser):
        TOTP.activate(user, SECRET)
    act(as_administrator, administrator, superuser)
    assert (Authenticator.objects.count(), LogEntry.objects.count()) == (2, 0)


def test_superuser_resets_another_superuser(as_superuser):
    other = make_user("superuser")
    TOTP.activate(other, SECRET)
    act(as_superuser, other)
    assert (Authenticator.objects.count(), LogEntry.objects.count()) == (0, 1)


def test_editor_resets_nobody(as_editor, protected):
    assert act(as_editor, protected).status_code == 403
    assert Authenticator.objects.count() == 2


def test_list_shows_roles_and_second_factors(as_administrator, administrator, protected):
    response = as_administrator.get("/admin/auth/user/?two_step=1")
    assert [user.pk for user in response.context["cl"].queryset] == [protected.pk]
    response = as_administrator.get(
        f"/admin/auth/user/?groups__id__exact={administrator.groups.get().pk}"
    )
    assert [user.pk for user in response.context["cl"].queryset] == [administrator.pk]
    assert f'<td class="field-roles">{ADMINISTRATOR}</td>' in response.content.decode()


def test_nobody_edits_second_factors_in_the_admin():
    with pytest.raises(NoReverseMatch):
        reverse("admin:mfa_authenticator_changelist")


def test_command_resets_the_last_administrator(protected, capsys):
    call_command("reset_second_factor", protected.username)
    assert Authenticator.objects.count() == 0
    assert capsys.readouterr().out == f"{protected.username}: the second factor was reset.\n"
