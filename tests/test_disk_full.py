"""A disk without room: what was typed stays, and no file is left half written."""

import errno

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from unicef_kz.content.storage import private_storage
from unicef_kz.views import server_error

from .factories import a_picture, make_milestone
from .test_admin import typed

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class NoRoom(ContentFile):
    """A file of which the disk takes the beginning only."""

    def chunks(self, chunk_size=None):
        yield b"the beginning"
        raise OSError(errno.ENOSPC, "No space left on device")


def test_no_half_file_is_left(private_folder):
    with pytest.raises(OSError, match="No space left"):
        private_storage().save("a.jpg", NoRoom(b""))
    assert list(private_folder.rglob("*")) == []


@pytest.fixture
def full_disk(monkeypatch):
    """As the system says it; the run "disk" of ``make soak`` fills a real one."""

    def refuse(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", refuse)


def test_the_form_comes_back_with_what_was_typed(full_disk, as_editor):
    record = make_milestone(state="draft", title="Before")
    path = reverse("admin:timeline_milestone_change", args=[record.pk])
    rows = "content-photo-content_type-object_id"
    data = typed(as_editor.get(path), title_en="What was typed")
    data |= {f"{rows}-TOTAL_FORMS": "1", f"{rows}-0-image": a_picture(), f"{rows}-0-position": "0"}
    data |= {f"{rows}-0-origin": "photograph", f"{rows}-0-identifiable": "nobody"}
    answer = as_editor.post(path, data)
    record.refresh_from_db()
    assert (answer.status_code, record.title_en, record.photos.count()) == (200, "Before", 0)
    assert "The disk of the site is full" in answer.content.decode()
    assert 'value="What was typed"' in answer.content.decode()


@pytest.mark.once
def test_elsewhere_a_page_says_it_in_three_languages(full_disk, rf):
    try:
        private_storage().save("a", ContentFile(b""))
    except OSError:
        answer = server_error(rf.get("/"))
    assert answer.status_code == 507
    for words in ("The disk of the site is full", "Сайттың дискісі", "На диске сайта нет места"):
        assert words in answer.content.decode()


@pytest.mark.once
def test_another_fault_is_not_called_that(rf):
    try:
        raise OSError(errno.EIO, "Input/output error")
    except OSError:
        answer = server_error(rf.get("/"))
    assert answer.status_code == 500
