"""A backup as a file: a tar.gz with its manifest last, encrypted as a whole where there is a key.

Manifest: ``{"format", "site", "made_at", "engine", "migrations": [[app, name]], "records": {kind:
number}, "secret": fingerprint, "missing": [names], "members": {name: {"size", "sha256"}}}``.
"""

import gzip
import hashlib
import io
import json
import re
import tarfile
import zlib
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from . import Unusable
from .cipher import DAMAGED, MAGIC, Decrypting, Encrypting

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = ("database.sqlite3", "database.dump")
#: How our own gzip files begin: no name, no time, level 3. Anything else was changed.
GZIP = bytes.fromhex("1f8b08000000000000ff")
BLOCK = 256 * 1024


class Hashing:
    """Reads a file on, and knows the digest of what was read."""

    def __init__(self, file):
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def read(self, size=BLOCK):
        data = self.file.read(size)
        self.digest.update(data)
        self.size += len(data)
        return data

    def seal(self) -> dict:
        return {"size": self.size, "sha256": self.digest.hexdigest()}


class Packing:
    def __init__(self, tar):
        self.tar, self.members = tar, {}

    def add(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self._put(name, file, path.stat().st_size)

    def close(self, about: dict) -> None:
        manifest = json.dumps(about | {"format": FORMAT, "members": self.members}).encode()
        self._put(MANIFEST, io.BytesIO(manifest), len(manifest))

    def _put(self, name, file, size):
        info = tarfile.TarInfo(name)
        info.size, hashing = size, Hashing(file)
        self.tar.addfile(info, hashing)
        self.members[name] = hashing.seal()


@contextmanager
def packing(file, secret: str):
    """Into an open file; it is complete once the block has ended without an error."""
    stream = Encrypting(file, secret) if secret else file
    # Level 3: pictures do not get smaller, and the text of a database hardly does beyond it.
    with (
        gzip.GzipFile("", "wb", 3, stream, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield Packing(tar)
    if secret:
        stream.finish()


def is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def opened(file, secret: str):
    start = file.read(len(GZIP))
    if start == GZIP:
        file.seek(0)
        return file
    if not start.startswith(MAGIC):
        raise Unusable("This is no backup of this site, or its beginning is damaged.")
    if not secret:
        raise Unusable("The file is encrypted: set BACKUP_KEY to the key it was made with.")
    file.seek(len(MAGIC))
    return io.BufferedReader(Decrypting(file, secret), BLOCK)


def is_safe(name: str) -> bool:
    """Where a member may be unpacked: nowhere but in the two folders, or as the database."""
    folder, _separator, rest = name.partition("/")
    if not rest:
        return name in (*DATABASES, MANIFEST)
    parts = rest.split("/")
    return (
        folder in ("private", "media")
        and not {"", ".", ".."} & set(parts)
        and not re.search(r"[\\\x00]", rest)
    )


def unpack(path: Path, secret: str, place: Callable[[str], Path] | None = None) -> dict:
    """The manifest, once every byte was checked. Raises Unusable, also after having written.

    ``place`` says where a member goes; without it nothing is written.
    """
    try:
        with path.open("rb") as file, gzip.open(opened(file, secret)) as packed:
            found, manifest = read_members(packed, place)
            while rest := packed.read(BLOCK):  # to the end, where gzip's own checksum is
                if rest.strip(b"\0"):
                    raise Unusable(DAMAGED)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Unusable(DAMAGED) from error
    if not isinstance(manifest, dict) or "members" not in manifest:
        raise Unusable(DAMAGED)
    if manifest["format"] > FORMAT:
        raise Unusable("The file was made by a newer version of this site. Upgrade first.")
    if found != manifest["members"]:
        raise Unusable("What is in the file is not what its manifest says: it is damaged.")
    return manifest


def read_members(packed, place) -> tuple[dict, dict | None]:
    found, manifest = {}, None
    with tarfile.open(fileobj=packed, mode="r|") as tar:
        for info in tar:
            if not info.isreg() or not is_safe(info.name) or info.name in found or manifest:
                raise Unusable(f"The file holds what no backup holds ({info.name!r}).")
            member = Hashing(tar.extractfile(info))
            if info.name == MANIFEST:
                manifest = read_manifest(member)
                continue
            copy(member, place and place(info.name))
            found[info.name] = member.seal()
    return found, manifest


def read_manifest(member: Hashing) -> dict:
    try:
        return json.loads(b"".join(iter(member.read, b"")))
    except ValueError as error:
        raise Unusable(DAMAGED) from error


def copy(member: Hashing, target: Path | None) -> None:
    if target is None:
        while member.read():
            pass
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        while data := member.read():
            file.write(data)
