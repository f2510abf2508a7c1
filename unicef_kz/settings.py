"""The one settings file. Everything that differs between machines comes from the environment.

Every variable is explained in .env.example.
"""

import secrets
from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from . import logs, sentry

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
env.read_env(BASE_DIR / ".env")


def kept_secret(path):
    """A random key that survives restarts, so that a checkout runs without any set-up."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY_IS_SET = bool(env.str("SECRET_KEY", default=""))
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=["127.0.0.1", "localhost", "[::1]", SITE_URL.split("://")[-1].split(":")[0]],
)
ADMIN_URL = env.str("ADMIN_URL", default="admin/").strip("/") + "/"
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="kazakhstan@unicef.org")
TWO_PEOPLE = env.bool("TWO_PEOPLE", default=True)
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=HTTPS)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# A file of 20 MB and the form around it.
MOST_BYTES_OF_A_REQUEST = 22 * 1024 * 1024

INSTALLED_APPS = [
    "unicef_kz",
    "unicef_kz.content",
    "programmes",
    "timeline",
    "stories",
    "modeltranslation",
    "unicef_kz.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django_filters",
    "django_prose_editor",
    "js_asset",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "unicef_kz.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Headers stand before everything that may answer by itself, such as LocaleMiddleware.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "unicef_kz.middleware.PermissionsPolicy",
    "unicef_kz.middleware.DropNulBytes",
    "unicef_kz.middleware.PublicAddress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "unicef_kz.middleware.LimitSearches",
    "unicef_kz.middleware.LimitBody",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "unicef_kz.urls"
WSGI_APPLICATION = "unicef_kz.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "unicef_kz.context_processors.site",
            ],
        },
    }
]

# Data

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    VAR_DIR.mkdir(exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A visitor is told that the site is away rather than left waiting.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
    # Our statements are long and quick: compiling one takes seconds, answering it milliseconds.
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The content version. A file beside the database for the processes of one machine; Redis, where it
# is named, for those of several.
CONTENT_VERSION_FILE = VAR_DIR / "content_version"
if "sqlite" in DATABASES["default"]["ENGINE"]:
    CONTENT_VERSION_FILE = Path(DATABASES["default"]["NAME"]).parent / "content_version"
# Failed sign-ins are counted here, so all processes must share it. Nothing is thrown out early,
# or a flood of attempts would make room for more of them.
CACHES = {"default": env.cache("CACHE_URL", default="dbcache://cache_entry?max_entries=100000")}
RATES_FILE = CONTENT_VERSION_FILE.with_name("rates")
if "redis" in CACHES["default"]["BACKEND"]:
    CONTENT_VERSION_FILE = None
    if find_spec("redis") is None:
        raise ImproperlyConfigured("CACHE_URL names Redis, so it needs: pip install redis")

# Megabytes of pages that each process keeps; see page_cache.py.
PAGE_CACHE_MB = 0 if DEBUG else env.int("PAGE_CACHE_MB", default=32)
# And of parts of pages and answers of the search, from which pages are made; see kept.py.
KEPT_MB = 0 if DEBUG else env.int("KEPT_MB", default=8)

# Accounts

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
# A working day: signed in once in the morning, out when the browser closes or the day is over.
SESSION_COOKIE_AGE = 10 * 60 * 60

ACCOUNT_ADAPTER = "unicef_kz.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "unicef_kz.accounts.forms.LoginForm",
    "reset_password": "unicef_kz.accounts.forms.ResetPasswordForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# The default one copies addresses to a table of its own, where an address that an administrator
# has taken from an account would live on.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/15m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "unicef_kz.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "unicef_kz.accounts.forms.AuthenticateForm",
    "reauthenticate": "unicef_kz.accounts.forms.ReauthenticateForm",
    "activate_totp": "unicef_kz.accounts.forms.ActivateTOTPForm",
}
MFA_TOTP_ISSUER = "UNICEF in Kazakhstan"
MFA_TOTP_TOLERANCE = 1

# How often one address may ask what is not ready-made: searches and filtered lists, the API, files
# of all rows; "" is no limit. Counted on this machine; see rates.py.

SEARCH_RATE = env.str("SEARCH_RATE", default="240/min")
API_RATE = env.str("API_RATE", default="120/min")
EXPORT_RATE = env.str("EXPORT_RATE", default="20/min")
#: The ZIP of everything, made anew when the content has changed.
EXPORT_ROOT = VAR_DIR / "export"
#: Of our words, as the Frictionless Data Package has it.
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
REST_FRAMEWORK = {"UNAUTHENTICATED_USER": None}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "UNICEF in Kazakhstan: the record",
    "DESCRIPTION": "Everything that is public on the site, with the filters of its lists.\n\n"
    "An answer that had to be made says in `RateLimit-Limit`, `RateLimit-Remaining` and "
    "`RateLimit-Reset` how many requests are left. What was known already costs nothing and has "
    "no such headers.",
    "VERSION": "1",
    "SERVERS": [{"url": SITE_URL}],
    "CONTACT": {"email": CONTACT_EMAIL},
    "LICENSE": {"name": LICENCE["name"], "url": LICENCE["path"]},
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
}

# Languages

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("kk", _("Kazakh")), ("ru", _("Russian"))]
MODELTRANSLATION_LANGUAGES = ("en", "kk", "ru")
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = {
    "default": ("en", "ru", "kk"),
    "kk": ("ru", "en"),
    "ru": ("kk", "en"),
    "en": ("ru", "kk"),
}
MODELTRANSLATION_CUSTOM_FIELDS = ("ProseEditorField", "RichTextField")
# The second holds what the libraries leave untranslated; makemessages does not touch it.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "libraries"]
FORMAT_MODULE_PATH = ["formats"]
TIME_ZONE = "Asia/Almaty"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# Files

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
PRIVATE_MEDIA_ROOT = Path(env.str("PRIVATE_MEDIA_ROOT", default=str(VAR_DIR / "private")))
ACCEL = env.bool("ACCEL", default=False)
KEEP_ORIGINALS = env.bool("KEEP_ORIGINALS", default=False)
BACKUP_DIR = Path(env.str("BACKUP_DIR", default=str(VAR_DIR / "backups")))
BACKUP_KEY = env.str("BACKUP_KEY", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "unicef_kz.content.storage.PrivateStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# Security

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
LANGUAGE_COOKIE_AGE = 31_536_000
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = CONTACT_EMAIL
# A step waits for its notices; a mail server that hangs is given up soon.
EMAIL_TIMEOUT = 10

# What is written down

LOG_FORMAT = env.str("LOG_FORMAT", default="line")
if LOG_FORMAT not in ("line", "json"):
    raise ImproperlyConfigured("LOG_FORMAT is line or json.")
LOGGING = logs.config(LOG_FORMAT)
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", default=500)
if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    sentry.start(SENTRY_DSN)
