"""A disk that runs full under an upload and under a backup: a clear error, nothing lost."""

import http.cookiejar
import io
import re
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from lxml import html
from PIL import Image

PASSWORD = "a long password"
ACCOUNT = f"""
from django.contrib.auth.models import User
User.objects.create_superuser("soak", password="{PASSWORD}")
"""
#: The state of the record that is edited, and what there is of pictures.
LOOK = """
from timeline.models import Milestone
from unicef_kz.content.models import Photo
milestone = Milestone.objects.order_by("pk").first()
print(milestone.pk, milestone.title_en, Photo.objects.count(), sep="|")
"""


@contextmanager
def small_disk(folder: Path, megabytes: int = 24):
    folder.mkdir()
    size = f"size={megabytes}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(folder: Path) -> Path:
    """All but some kilobytes."""
    ballast = folder / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(max(0, file.tell() - 3 * 4096))
    return ballast


def disk_full(site, minutes: float):
    with small_disk(site.folder / "small") as disk:
        private, backups = disk / "private", disk / "backups"
        private.mkdir()
        inside = {"PRIVATE_MEDIA_ROOT": str(private), "BACKUP_DIR": str(backups)}
        before, site.environment = site.environment, site.environment | inside
        try:
            site.manage("shell", "--no-imports", "-c", ACCOUNT)
            upload = uploading(site, disk, private)
            backup = backing_up(site, disk, backups)
        finally:
            site.environment = before
    rules = {f"upload: {name}": int(not value) for name, value in upload.items() if value in RIGHT}
    rules |= {f"backup: {name}": int(not value) for name, value in backup.items() if value in RIGHT}
    return {"upload": upload, "backup": backup}, rules


RIGHT = (True, False)


def uploading(site, disk: Path, private: Path) -> dict:
    with site.served():
        look = state(site)
        key, title, _photos = look.split("|")
        browser = Browser(site)
        browser.sign_in()
        path = f"/admin/timeline/milestone/{key}/change/"
        fields = browser.form(path)
        fields["title_en"] = "A title that was typed"
        files = sorted(private.rglob("*"))
        ballast = fill(disk)
        status, page = browser.send(path, fields, picture())
        found = {
            "status": status,
            "a clear message": "The disk of the site is full" in page,
            "what was typed is there": "A title that was typed" in page,
            "no half file": sorted(private.rglob("*")) == files,
            "the record is as it was": site.manage(
                "shell", "--no-imports", "-c", LOOK
            ).stdout.strip()
            == look,
        }
        ballast.unlink()
        fields["title_en"] = title
        status, page = browser.send(path, fields, picture())
        return found | {"with room again it is kept": status == 302, "errors shown": errors(page)}


def state(site) -> str:
    return site.manage("shell", "--no-imports", "-c", LOOK).stdout.strip()


def errors(page: str) -> list[str]:
    found = re.findall(r'class="errorlist[^"]*"[^>]*>(.*?)</ul>', page, re.S)
    return [re.sub(r"<[^>]+>|\s+", " ", text).strip() for text in found][:5]


def backing_up(site, disk: Path, backups: Path) -> dict:
    first = site.manage("backup")
    files = {path: path.read_bytes() for path in backups.iterdir()}
    ballast = fill(disk)
    second = site.manage("backup")
    kept = {path: path.read_bytes() for path in backups.iterdir()}
    ballast.unlink()
    third = site.manage("backup")
    return {
        "message": second.stderr.strip().splitlines()[-2:],
        "the first one was made": first.returncode == 0,
        "it ends with an error": second.returncode != 0,
        "a clear message": "No space left on device" in second.stderr,
        "no trace of the code": "Traceback" not in second.stderr,
        "earlier backups are as they were": kept == files,
        "with room again it is made": third.returncode == 0,
    }


def picture() -> bytes:
    """Of noise, so that it does not fit into a few kilobytes."""
    buffer = io.BytesIO()
    Image.effect_noise((800, 600), 90).save(buffer, "PNG")
    return buffer.getvalue()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


class Browser:
    """Fills in forms of the admin as they are."""

    def __init__(self, site):
        self.site = site
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, NoRedirect)

    def open(self, path: str, body=None, **headers) -> tuple[int, str]:
        headers |= {"Referer": self.site.address + path}
        request = urllib.request.Request(self.site.address + path, body, headers)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def form(self, path: str) -> dict:
        _status, page = self.open(path)
        forms = html.fromstring(page).forms
        form = max(forms, key=lambda form: len(form.fields))
        return {name: value or "" for name, value in form.form_values()}

    def sign_in(self):
        path = "/accounts/login/"
        self.send(path, self.form(path) | {"login": "soak", "password": PASSWORD})

    def send(self, path: str, fields: dict, file: bytes = b"") -> tuple[int, str]:
        edge, parts = uuid4().hex, []
        if file:
            (prefix,) = (n.removesuffix("-TOTAL_FORMS") for n in fields if is_photos(n))
            number = int(fields[f"{prefix}-TOTAL_FORMS"])
            row = f"{prefix}-{number}"
            fields = fields | {f"{prefix}-TOTAL_FORMS": str(number + 1)}
            empty = f"{prefix}-__prefix__"
            fields |= {n.replace(empty, row): v for n, v in fields.items() if n.startswith(empty)}
            fields |= {f"{row}-alt_en": "Noise", f"{row}-identifiable": "nobody"}
            fields |= {f"{row}-origin": "photograph"}
            head = f'name="{row}-image"; filename="noise.png"\r\nContent-Type: image/png'
            parts.append((head, file))
        parts += [(f'name="{name}"', value.encode()) for name, value in fields.items()]
        body = b"".join(
            f"--{edge}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
            for head, value in parts
        )
        kind = f"multipart/form-data; boundary={edge}"
        return self.open(path, body + f"--{edge}--\r\n".encode(), **{"Content-Type": kind})


def is_photos(name: str) -> bool:
    return "photo" in name and name.endswith("-TOTAL_FORMS")
