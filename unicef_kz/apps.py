from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    default = True
    name = "unicef_kz"
    verbose_name = _("Site")


class StaffAdminConfig(admin.AdminConfig):
    default = False
    default_site = "unicef_kz.accounts.site.StaffSite"
