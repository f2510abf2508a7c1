"""Only what staff need: no sign-up, no addresses to manage, no other ways to sign in."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from . import views


def page(route, view, name):
    return path(route, never_cache(view), name=name)


urlpatterns = [
    page("login/", account.login, "account_login"),
    page("logout/", account.logout, "account_logout"),
    page("inactive/", account.account_inactive, "account_inactive"),
    page("reauthenticate/", account.reauthenticate, "account_reauthenticate"),
    page("password/change/", account.password_change, "account_change_password"),
    page("password/reset/", account.password_reset, "account_reset_password"),
    page("password/reset/done/", account.password_reset_done, "account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        never_cache(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    page(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        "account_reset_password_from_key_done",
    ),
    page("two-step/", mfa.index, "mfa_index"),
    page("two-step/sign-in/", mfa.authenticate, "mfa_authenticate"),
    page("two-step/confirm/", mfa.reauthenticate, "mfa_reauthenticate"),
    page("two-step/app/set-up/", views.ActivateTOTP.as_view(), "mfa_activate_totp"),
    page("two-step/app/switch-off/", totp.deactivate_totp, "mfa_deactivate_totp"),
    page("two-step/codes/", views.ViewRecoveryCodes.as_view(), "mfa_view_recovery_codes"),
    page("two-step/codes/new/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    page("two-step/codes/download/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
]
