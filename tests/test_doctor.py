import datetime
import shutil

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder
from whitenoise.storage import CompressedManifestStaticFilesStorage

from unicef_kz import doctor
from unicef_kz.backup.making import STAMP, utcnow
from unicef_kz.roles import ADMINISTRATOR, ROLES

from .factories import make_source, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def a_backup(folder, days_ago=0):
    folder.mkdir(exist_ok=True)
    at = utcnow() - datetime.timedelta(days=days_ago)
    (folder / f"unicef-kz-{at.strftime(STAMP)}Z.tar.gz.enc").touch()


@pytest.fixture
def well(settings, tmp_path):
    """An installation in which nothing is left to do."""
    settings.SITE_URL, settings.HTTPS = "https://record.example.org", True
    settings.ALLOWED_HOSTS = ["record.example.org"]
    settings.SECRET_KEY = "".join(map(chr, range(48, 112)))
    settings.SECRET_KEY_IS_SET = settings.REQUIRE_MFA = True
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = True
    settings.CSRF_COOKIE_SECURE = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.LOCALE_PATHS = []
    settings.PRIVATE_MEDIA_ROOT, settings.MEDIA_ROOT = tmp_path / "private", tmp_path / "media"
    settings.BACKUP_DIR, settings.BACKUP_KEY = tmp_path / "backups", "a long enough key"
    a_backup(settings.BACKUP_DIR)
    for role in ROLES:
        make_user(role)
    return settings


def found() -> list[str]:
    return [finding.what for finding in doctor.findings()]


def test_a_well_kept_installation_has_nothing_to_do(well, capsys):
    call_command("doctor")
    assert capsys.readouterr().out == "Well. 0 to look at.\n"


def test_what_must_be_put_right_ends_with_an_error(well, capsys):
    well.DEBUG = True
    with pytest.raises(CommandError, match="1 to put right, 0 to look at"):
        call_command("doctor")
    assert "DEBUG is on" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("SECRET_KEY_IS_SET", False, "SECRET_KEY is not set"),
        ("HTTPS", False, "SITE_URL is https://record.example.org"),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS is *."),
        ("ALLOWED_HOSTS", ["other.example.org"], "ALLOWED_HOSTS is other.example.org."),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "Mails go to the"),
        ("REQUIRE_MFA", False, "Staff sign in with a password alone."),
        ("SESSION_COOKIE_SECURE", False, "SESSION_COOKIE_SECURE is not set to True."),
        ("BACKUP_KEY", "", "Backups are not encrypted"),
        ("BACKUP_KEY", "short", "BACKUP_KEY is too short."),
    ],
)
def test_a_setting_that_is_wrong_is_named(well, name, value, words):
    setattr(well, name, value)
    (what,) = found()
    assert what.startswith(words)


def test_migrations_that_wait(well):
    MigrationRecorder.Migration.objects.filter(app="stories").delete()
    assert [what.split(" and ")[0] for what in found()] == [
        "Migrations: not applied: stories.0001_initial"
    ]


def test_private_files_inside_served_ones(well):
    well.PRIVATE_MEDIA_ROOT = well.MEDIA_ROOT / "private"
    assert [what.split(",")[1] for what in found()] == [" which a web server may serve."]


def test_style_sheets_that_were_not_collected(well, tmp_path, monkeypatch):
    """Not by STORAGES: a change of it would leave every file field with a storage of its own."""
    empty = CompressedManifestStaticFilesStorage(location=tmp_path / "static")
    monkeypatch.setattr(doctor, "staticfiles_storage", empty)
    assert found() == ["The style sheets were not collected."]


def test_a_catalogue_that_was_not_compiled(well, tmp_path):
    folder = tmp_path / "locale" / "kk" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()
    well.LOCALE_PATHS, well.BASE_DIR = [tmp_path / "locale"], tmp_path
    assert found() == ["locale/kk/LC_MESSAGES/django.po is newer than what visitors read."]


def test_a_disk_that_is_nearly_full(well, monkeypatch):
    monkeypatch.setattr(doctor.health, "LEAST_FREE", shutil.disk_usage("/").total * 1000)
    assert len(found()) == 2


def test_backups_that_stopped(well):
    shutil.rmtree(well.BACKUP_DIR)
    assert found() == [f"There is no backup in {well.BACKUP_DIR}."]
    a_backup(well.BACKUP_DIR, days_ago=3)
    assert found() == [f"The newest backup in {well.BACKUP_DIR} is 3 days old."]


def test_roles_and_people_that_are_missing(well):
    Group.objects.get(name=ADMINISTRATOR).user_set.update(is_active=False)
    assert found() == ["Nobody can manage accounts.", f"Nobody is: {ADMINISTRATOR}."]
    Group.objects.get(name=ADMINISTRATOR).delete()
    assert found() == [f"Roles are missing: {ADMINISTRATOR}.", "Nobody can manage accounts."]


def test_links_that_nobody_checks(well):
    make_source(url="https://example.org/")
    assert found() == ["1 links were not checked for 14 days."]


def test_a_database_that_does_not_answer(well, monkeypatch):
    def gone():
        raise doctor.DatabaseError("connection refused")

    monkeypatch.setattr(doctor.health, "database", gone)
    assert found() == ["The database does not answer: connection refused"]
