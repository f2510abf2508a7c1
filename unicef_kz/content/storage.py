import errno
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.files.storage import FileSystemStorage, storages
from django.db import models
from django.db.models.fields.files import FieldFile
from django.urls import reverse

from .images import random_name

#: The files that the current block has written, where it wants them back.
_written: ContextVar[list | None] = ContextVar("written", default=None)


def is_full(error: BaseException | None) -> bool:
    """Whether there was no room left on the disk, or for this user."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


class PrivateStorage(FileSystemStorage):
    """Files that no address serves by itself: pictures, signed forms, archived copies."""

    def url(self, name):
        raise ValueError("A private file has no address.")

    def _save(self, name, content):
        try:
            name = super()._save(name, content)
        except OSError as error:
            if is_full(error):
                self.delete(name)  # the beginning that still had room; the name was free before
            raise
        if (written := _written.get()) is not None:
            written.append(name)
        return name


def private_storage():
    return storages["private"]


@contextmanager
def files_roll_back():
    """Around a transaction: when it fails, the private files it wrote go with its rows."""
    written = []
    token = _written.set(written)
    try:
        yield
    except BaseException:
        for name in written:
            private_storage().delete(name)
        raise
    finally:
        _written.reset(token)


class PrivateFile(FieldFile):
    @property
    def url(self) -> str:
        """The logged download for those who may see the record in the admin."""
        meta = self.instance._meta
        where = [meta.app_label, meta.model_name, self.instance.pk, self.field.name]
        return reverse("private_file", args=where)


class PrivateFileField(models.FileField):
    attr_class = PrivateFile

    def __init__(self, *args, **kwargs):
        kwargs |= {"upload_to": random_name, "storage": private_storage}
        super().__init__(*args, **kwargs)
