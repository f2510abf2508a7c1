import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unicef_kz.settings")
application = get_wsgi_application()

# What follows needs the settings and the models.
from django.conf import settings  # noqa: E402

from unicef_kz.content import version  # noqa: E402
from unicef_kz.heartbeat import Heartbeat  # noqa: E402
from unicef_kz.page_cache import PageCache  # noqa: E402

version.bump()
if settings.PAGE_CACHE_MB:
    application = PageCache(
        application,
        limit=settings.PAGE_CACHE_MB * 2**20,
        heartbeat=Heartbeat().start(),
        number=version.shared().value,
    )
