from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from .models import SeedEntry

admin.site.site_header = _("UNICEF in Kazakhstan: the record")
admin.site.site_title = _("The record")
admin.site.index_title = _("Records")
admin.site.unregister(User)


@admin.register(User)
class StaffAdmin(UserAdmin):
    """Rights come from roles; only a superuser makes another one."""

    list_display = ["username", "first_name", "last_name", "roles", "is_active", "last_login"]
    fieldsets = [
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Roles"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request, obj=None):
        fixed = ("last_login", "date_joined")
        return fixed if request.user.is_superuser else (*fixed, "is_superuser")

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (request.user.is_superuser or not (obj and obj.is_superuser))

    @admin.display(description=_("roles"))
    def roles(self, user):
        return ", ".join(group.name for group in user.groups.all()) or "–"


@admin.register(SeedEntry)
class SeedEntryAdmin(admin.ModelAdmin):
    list_display = ["key", "content_type", "record"]
    search_fields = ["key"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission
