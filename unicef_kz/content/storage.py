from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """Files that no address serves: pictures before release, signed forms, archived copies."""

    def url(self, name):
        raise ValueError("A private file has no address.")
