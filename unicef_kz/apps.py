from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    default = True
    name = "unicef_kz"
    verbose_name = _("Site")

    def ready(self):
        from .accounts.events import listen
        from .logs import time_queries

        connection_created.connect(time_queries)
        listen()


class StaffAdminConfig(admin.AdminConfig):
    default = False
    default_site = "unicef_kz.accounts.site.StaffSite"
