from contextlib import contextmanager

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.test import Client
from django.utils import translation

from unicef_kz import rates
from unicef_kz.roles import ADMINISTRATOR, EDITOR, LEAD, REVIEWER

from .browser import chromium, colleague, page, site, strict_site, without_javascript  # noqa: F401
from .factories import make_user
from .surfaces import make_world
from .web import web  # noqa: F401


@pytest.fixture(scope="session", autouse=True)
def _own_version(tmp_path_factory):
    """Each process that tests has a database of its own, and so the number of its content."""
    settings.CONTENT_VERSION_FILE = tmp_path_factory.mktemp("version") / "content_version"
    settings.RATES_FILE = settings.CONTENT_VERSION_FILE.with_name("rates")


@pytest.fixture(scope="session")
def django_db_setup(_own_version, django_db_setup, django_db_blocker):
    name = str(connection.settings_dict["NAME"])
    if "test" not in name and "memory" not in name:
        return  # no test was chosen that needs a database, so none was made
    with django_db_blocker.unblock():
        make_roles()
    # Tests with transactions of their own empty every table afterwards; this is said at its end.
    *_others, last = (app for app in apps.get_app_configs() if app.models_module)
    post_migrate.connect(make_roles, sender=last)


def make_roles(**_kwargs):
    call_command("roles", verbosity=0)


@pytest.fixture(autouse=True)
def _english():
    """A request leaves its language behind; the next test starts in English again."""
    translation.activate("en")
    yield
    translation.activate("en")


@pytest.fixture(autouse=True)
def _two_people(settings):
    """As in production, whatever the environment of the machine says."""
    settings.TWO_PEOPLE = True


@pytest.fixture(autouse=True)
def _nobody_has_asked(_own_version):
    rates.table(settings.RATES_FILE).clear()


@pytest.fixture
def alone(settings):
    """A site with one curator, who changes what is public at once."""
    settings.TWO_PEOPLE = False


@pytest.fixture(autouse=True)
def _password_is_enough(settings):
    """Except where a test is about the second factor."""
    settings.REQUIRE_MFA = False


@contextmanager
def private_files_in(folder):
    """The fields hold this storage since they were loaded, so it is led elsewhere in place."""
    storage = storages["private"]
    before = storage._location
    for place in (folder, before):
        for cached in ("base_location", "location"):
            storage.__dict__.pop(cached, None)
        storage._location = place
        if place is folder:
            yield folder


@pytest.fixture(scope="module", autouse=True)
def _private_files(tmp_path_factory):
    with private_files_in(tmp_path_factory.mktemp("private")):
        yield


@pytest.fixture
def private_folder(tmp_path):
    """For a test that looks at the files that are there: a folder of its own."""
    with private_files_in(tmp_path):
        yield tmp_path


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture(scope="module", autouse=True)
def _vacuum(django_db_setup, django_db_blocker):
    """Every test is rolled back, and PostgreSQL goes on reading the rows that it left behind."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@pytest.fixture(scope="module")
def module_db(_vacuum, django_db_setup, django_db_blocker):
    """A database that the tests of one module share and only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def pytest_collection_modifyitems(items):
    """Files that read the bundled record come last, so that a process loads it once."""
    files = {item.path for item in items if "seeded" in item.fixturenames}
    items.sort(key=lambda item: item.path in files)


@pytest.fixture(scope="session")
def seeded(django_db_setup, django_db_blocker):
    """The bundled record, only read; nothing but files that know of it runs after its first use.

    PostgreSQL analyses new tables only after the commit that never comes here, and plans queries
    for empty tables until then.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        with translation.override("en"):
            call_command("seed", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def sign_in(db):
    return lambda role: signed_in(make_user(role))


@pytest.fixture
def editor(db):
    return make_user(EDITOR)


@pytest.fixture
def reviewer(db):
    return make_user(REVIEWER)


@pytest.fixture
def lead(db):
    return make_user(LEAD)


@pytest.fixture
def administrator(db):
    return make_user(ADMINISTRATOR)


@pytest.fixture
def superuser(db):
    return make_user("superuser")


@pytest.fixture
def as_editor(editor):
    return signed_in(editor)


@pytest.fixture
def as_reviewer(reviewer):
    return signed_in(reviewer)


@pytest.fixture
def as_lead(lead):
    return signed_in(lead)


@pytest.fixture
def as_administrator(administrator):
    return signed_in(administrator)


@pytest.fixture
def as_superuser(superuser):
    return signed_in(superuser)
