"""What is ours about sign-in: what allauth asks its adapters is answered here."""

import base64
import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.models import StaffSettings
from unicef_kz.content.security import note

from .events import account_of
from .language import set_language_cookie


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many failed attempts. Wait 15 minutes and try again."),
        "rate_limited": _("Too many failed attempts. Wait 15 minutes and try again."),
        "username_password_mismatch": _("The username or the password is not right."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request):
        return False

    def post_login(self, request, user, **kwargs):
        """Their language on whatever browser; at first the one they signed in with."""
        response = super().post_login(request, user, **kwargs)
        if user.is_staff:
            own, _new = StaffSettings.objects.get_or_create(
                user=user, defaults={"language": get_language()}
            )
            set_language_cookie(response, own.language)
        return response

    def get_password_change_redirect_url(self, request):
        return reverse("admin:index")

    def get_reset_password_from_key_url(self, key):
        """On the address of the site, whatever host the request named."""
        uid, _separator, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[uid, token])

    def pre_authenticate(self, request, **credentials):
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note("sign_in_locked", account_of(credentials))
            raise

    def set_password(self, user, password):
        """Whoever was locked out for guessing the old password may use the new one at once."""
        super().set_password(user, password)
        self._delete_login_attempts_cached_email(self.request, username=user.username)

    def get_reauthentication_methods(self, user):
        """Where there is a second factor, the password alone proves nothing."""
        methods = super().get_reauthentication_methods(user)
        if user.is_authenticated and is_mfa_enabled(user):
            return [m for m in methods if m["id"] == "mfa_reauthenticate"]
        return methods

    def is_reauthentication_required(self, *, app, **kwargs):
        """Whoever has signed in a moment ago is not asked once more."""
        user = self.request.user
        proof = "mfa" if is_mfa_enabled(user) else "password"
        since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(self.request, user)
        return not any(r["method"] == proof and r["at"] > since for r in records)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or it was used before. Enter the newest one."),
        "cannot_generate_recovery_codes": _("First set up two-step sign-in, then make the codes."),
    }

    def build_totp_svg(self, url):
        """Markup that stands in the page itself: the CSP admits no ``data:`` image."""
        svg = super().build_totp_svg(url)
        return mark_safe(svg[svg.index("<svg") :])

    def encrypt(self, text):
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        """Raises InvalidToken when the secret key was changed and the old one is not kept."""
        return cipher().decrypt(encrypted_text.encode()).decode()


def cipher() -> MultiFernet:
    """Writes with SECRET_KEY, reads with it and with SECRET_KEY_FALLBACKS."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = (
        salted_hmac("unicef_kz.accounts", "second factor", secret, algorithm="sha256").digest()
        for secret in secrets
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
