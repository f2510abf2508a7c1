from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from cryptography.fernet import InvalidToken
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms import ModelForm, RadioSelect
from django.utils.translation import gettext_lazy as _

from unicef_kz.content.models import StaffSettings

#: As long as a code is good: its own half minute and MFA_TOTP_TOLERANCE on both sides.
CODE_LIVES = 90


class LoginForm(account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autofocus": True, "autocapitalize": "none"}


class ResetPasswordForm(account.ResetPasswordForm):
    def clean_email(self):
        """Addresses as they stand in the accounts, in whatever case they were written there."""
        email = self.cleaned_data["email"].lower()
        users = User.objects.filter(email__iexact=email, is_active=True)
        self.users = [user for user in users if user.email.lower() == email]
        return email


class CodeMixin:
    """A code of the app works once, and digits come from the keypad of a phone."""

    autofocus = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs |= {"autofocus": self.autofocus, "inputmode": "numeric"}

    def clean_code(self):
        try:
            code = super().clean_code()
        except InvalidToken:
            raise ValidationError(
                _(
                    "The site’s secret key has changed, so your codes can no longer be checked. "
                    "Ask an administrator to reset your two-step sign-in."
                )
            ) from None
        digits = "".join(filter(str.isdigit, code))
        if not cache.add(f"code-used:{self.user.pk}:{digits}", True, CODE_LIVES):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(CodeMixin, mfa.AuthenticateForm):
    pass


class ReauthenticateForm(CodeMixin, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(CodeMixin, totp.ActivateTOTPForm):
    autofocus = False  # it would scroll a phone past what is to be read first


class SettingsForm(ModelForm):
    class Meta:
        model = StaffSettings
        fields = ["language", "notices"]
        widgets = {"language": RadioSelect, "notices": RadioSelect}
