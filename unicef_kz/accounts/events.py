"""What the libraries of sign-in tell, for the log: see ``content.security``."""

from allauth.mfa import signals as mfa
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_login_failed

from unicef_kz.content.security import note


def account_of(credentials: dict):
    """None for a name that nobody has: what was typed there may be a password."""
    users = get_user_model().objects
    if name := credentials.get("username"):
        return users.filter(username=name).first()
    return None


def failed(sender, credentials, **kwargs):
    note("sign_in_failed", account_of(credentials))


def signed_in(sender, user, **kwargs):
    note("sign_in", user)


def code_failed(sender, user, authenticator, **kwargs):
    note("second_factor_failed", user, kind=authenticator.type)


def factor_added(sender, user, authenticator, **kwargs):
    note("second_factor_added", user, kind=authenticator.type)


def factor_removed(sender, user, authenticator, **kwargs):
    note("second_factor_removed", user, kind=authenticator.type)


def listen() -> None:
    user_login_failed.connect(failed)
    user_logged_in.connect(signed_in)
    mfa.authentication_failed.connect(code_failed)
    mfa.authenticator_added.connect(factor_added)
    mfa.authenticator_removed.connect(factor_removed)
