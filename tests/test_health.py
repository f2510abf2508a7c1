import shutil

import pytest
from django.core.cache import cache
from django.db.migrations.recorder import MigrationRecorder

from unicef_kz import doctor

pytestmark = pytest.mark.django_db
ALL_WELL = dict.fromkeys(["database", "migrations", "cache", "storage", "disk"], "ok")


@pytest.fixture
def folder(settings, tmp_path):
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    return settings.PRIVATE_MEDIA_ROOT


def failing(response) -> list[str]:
    answer = response.json()
    assert (response.status_code, answer["status"]) == (503, "failed")
    return [name for name, state in answer["checks"].items() if state != "ok"]


def test_a_machine_that_can_serve_says_so(client, folder):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": ALL_WELL}
    assert "no-store" in response["Cache-Control"]
    assert list(folder.iterdir()) == []


def test_a_migration_that_waits_is_not_ready(client, folder, caplog):
    MigrationRecorder.Migration.objects.filter(app="stories").delete()
    response = client.get("/readyz")
    assert failing(response) == ["migrations"]
    assert b"stories" not in response.content
    assert "not applied: stories.0001_initial" in caplog.text


def test_a_folder_that_takes_no_file_is_not_ready(client, folder):
    folder.write_text("a file in its place")
    assert failing(client.get("/readyz")) == ["storage"]


def test_a_full_disk_is_not_ready(client, folder, settings, monkeypatch):
    monkeypatch.setattr("unicef_kz.health.LEAST_FREE", shutil.disk_usage("/").total * 1000)
    assert failing(client.get("/readyz")) == ["disk"]


def test_a_cache_that_forgets_is_not_ready(client, folder, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    cache.clear()
    assert failing(client.get("/readyz")) == ["cache"]


def test_a_cache_that_is_away_is_not_ready_and_the_doctor_says_it(client, folder, settings):
    """Redis where none runs, or its library is not installed."""
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}
    assert failing(client.get("/readyz")) == ["cache"]
    found = {finding.do for finding in doctor.data()}
    assert found == {"Look at CACHE_URL; unset, the database is the cache."}
