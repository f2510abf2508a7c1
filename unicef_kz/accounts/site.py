from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import secure_admin_login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from unicef_kz.desk import activity_of, needs_of


class StaffSite(AdminSite):
    """The door to everything that only staff may see, in the admin and elsewhere.

    A staff view outside the admin is wrapped in ``admin.site.admin_view``.
    """

    def has_permission(self, request):
        allowed = super().has_permission(request)
        return allowed and (not settings.REQUIRE_MFA or used_second_factor(request))

    @method_decorator(never_cache)
    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        """Leads on whoever has signed in as staff; Django's own form is never shown."""
        target = get_next_redirect_url(request) or reverse("admin:index")
        if self.has_permission(request):
            return redirect(target)
        is_set_up = Authenticator.objects.filter(user=request.user, type="totp").exists()
        step = "mfa_reauthenticate" if is_set_up else "mfa_activate_totp"
        return redirect_to_login(target, reverse(step))

    def index(self, request, extra_context=None):
        """Begins with what needs this person."""
        desk = {"desk": needs_of(request.user), "activity": activity_of(request.user)}
        return super().index(request, desk | (extra_context or {}))

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")


def used_second_factor(request) -> bool:
    """In this session, and since it was set up: a reset or a new phone ends what was before."""
    factor = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).first()
    records = get_authentication_records(request, request.user)
    return factor is not None and any(
        r["method"] == "mfa" and r["at"] >= factor.created_at.timestamp() for r in records
    )
