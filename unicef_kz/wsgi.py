import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unicef_kz.settings")
application = get_wsgi_application()

from unicef_kz.content import version  # noqa: E402 (it needs the settings)

version.bump()
