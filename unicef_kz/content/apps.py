from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "unicef_kz.content"
    verbose_name = _("Sources and pages")

    def ready(self):
        from .sqlite import teach_alphabets
        from .version import watch_connection

        connection_created.connect(teach_alphabets)
        connection_created.connect(watch_connection)
