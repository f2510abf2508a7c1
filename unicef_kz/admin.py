from allauth.account import admin as account
from allauth.mfa import admin as mfa
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from unicef_kz.content import security
from unicef_kz.content.models import StaffSettings

from .models import SeedEntry

admin.site.site_header = _("UNICEF in Kazakhstan: the record")
admin.site.site_title = _("The record")
admin.site.index_title = _("Records")
# Addresses stand in the accounts themselves; nobody looks at or edits a second factor.
admin.site.unregister([User, account.EmailAddress, mfa.Authenticator])
FACTOR = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)


class RoleFilter(admin.RelatedFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("roles")


class SecondFactorFilter(admin.SimpleListFilter):
    title = _("two-step sign-in")
    parameter_name = "two_step"

    def lookups(self, request, model_admin):
        return [("1", _("set up")), ("0", _("not set up"))]

    def queryset(self, request, queryset):
        return queryset.filter(has_factor=self.value() == "1") if self.value() else queryset


class StaffSettingsInline(admin.StackedInline):
    model = StaffSettings
    can_delete = False


@admin.register(User)
class StaffAdmin(UserAdmin):
    """Rights come from roles; only a superuser makes another one."""

    list_display = [
        "username",
        "first_name",
        "last_name",
        "roles",
        "is_active",
        "second_factor",
        "last_login",
    ]
    list_filter = [("groups", RoleFilter), "is_active", SecondFactorFilter]
    actions = ["reset_second_factor"]
    inlines = [StaffSettingsInline]
    fieldsets = [
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Roles"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    ]

    def get_queryset(self, request):
        users = super().get_queryset(request).prefetch_related("groups")
        return users.annotate(has_factor=Exists(FACTOR))

    def get_readonly_fields(self, request, obj=None):
        fixed = ("last_login", "date_joined")
        return fixed if request.user.is_superuser else (*fixed, "is_superuser")

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (request.user.is_superuser or not (obj and obj.is_superuser))

    @admin.display(description=_("roles"))
    def roles(self, user):
        names = [group.name for group in user.groups.all()]
        return ", ".join([gettext("superuser"), *names] if user.is_superuser else names) or "–"

    @admin.display(description=_("two-step sign-in"), ordering="has_factor", boolean=True)
    def second_factor(self, user):
        return user.has_factor

    @admin.action(description=_("Reset the two-step sign-in (lost phone)"), permissions=["change"])
    @transaction.atomic
    def reset_second_factor(self, request, queryset):
        """A superuser's only by another superuser. One's own is changed with a code of it."""
        chosen = queryset.exclude(pk=request.user.pk).filter(has_factor=True)
        users = [user for user in chosen if self.has_change_permission(request, user)]
        Authenticator.objects.filter(user__in=users).delete()
        for user in users:
            self.log_change(request, user, gettext("Two-step sign-in reset"))
            security.note("second_factor_reset", request.user, of=user.pk)
        text = ngettext(
            "The two-step sign-in of %(n)d account was reset.",
            "The two-step sign-in of %(n)d accounts was reset.",
            len(users),
        )
        if users:
            messages.success(request, text % {"n": len(users)})
        if left := queryset.exclude(pk__in=[user.pk for user in users]):
            names = ", ".join(user.username for user in left)
            text = gettext(
                "Left as it was: %(names)s. Only what has been set up can be reset, a superuser’s "
                "only by another superuser; your own you change under “Two-step sign-in”."
            )
            messages.warning(request, text % {"names": names})


@admin.register(SeedEntry)
class SeedEntryAdmin(admin.ModelAdmin):
    list_display = ["key", "content_type", "record"]
    search_fields = ["key"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission
