from allauth.account.internal.flows.login import record_authentication
from allauth.account.mixins import NextRedirectMixin
from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.shortcuts import redirect


class ActivateTOTP(ActivateTOTPView):
    """Shows the recovery codes next, and leads from there to where the person wanted to go."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and is_mfa_enabled(request.user):
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self):
        return passthrough_next_redirect_url(self.request, super().get_success_url(), "next")

    def form_valid(self, form):
        """The code that was just given counts as the second factor of this session."""
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa", type="totp")
        return response


class ViewRecoveryCodes(NextRedirectMixin, ViewRecoveryCodesView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(onward=self.get_next_url(), **kwargs)
