from allauth.account.internal.flows.login import record_authentication
from allauth.account.mixins import NextRedirectMixin
from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin, messages
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext, override
from django.views.decorators.cache import never_cache

from unicef_kz.content.models import StaffSettings

from .forms import SettingsForm
from .language import set_language_cookie


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


@admin.site.admin_view
def my_settings(request):
    own = StaffSettings.objects.filter(user=request.user).first()
    own = own or StaffSettings(user=request.user, language=get_language())
    form = SettingsForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        form.save()
        with override(own.language):
            messages.success(request, gettext("Saved."))
        response = redirect("my_settings")
        set_language_cookie(response, own.language)
        return response
    context = admin.site.each_context(request) | {
        "title": gettext("My settings"),
        "form": form,
        "address": request.user.email,
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return TemplateResponse(request, "admin/my_settings.html", context)


@never_cache
def session(request):
    """For a form that is about to be sent: whether it will be taken, and with which token.

    The one staff address that does not lead to the sign-in, since a script asks.
    """
    if not admin.site.has_permission(request):
        return JsonResponse({"ok": False}, status=403)
    return JsonResponse({"ok": True, "token": get_token(request)})
