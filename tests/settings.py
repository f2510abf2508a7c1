"""The project's settings, made quick for tests; what is tested differs in nothing else."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "for tests only")
if url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = url

from unicef_kz.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
SEARCH_RATE = API_RATE = EXPORT_RATE = ""
EXPORT_ROOT = Path(tempfile.gettempdir()) / f"unicef-kz-test-export-{os.getpid()}"  # noqa: F405
