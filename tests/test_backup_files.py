"""The file itself: what is damaged, changed or foreign is refused before anything is written."""

import datetime
import io
import random
import tarfile

import pytest
import time_machine
from django.db import connection

from unicef_kz.backup import Unusable
from unicef_kz.backup.archive import packing, unpack
from unicef_kz.backup.cipher import CHUNK
from unicef_kz.backup.making import newest, rotate
from unicef_kz.backup.restoring import check

pytestmark = pytest.mark.once

KEY = "a key that only tests know"
MEMBER = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}[connection.vendor]
ABOUT = {
    "engine": connection.vendor,
    "site": "9.0",
    "migrations": [["content", "0001_initial"]],
}


def write(path, secret="", about=ABOUT, size=3 * CHUNK // 2, name=MEMBER):
    source = path.with_name("source")
    source.write_bytes(random.Random(1).randbytes(size))
    with path.open("wb") as file, packing(file, secret) as archive:
        archive.add(name, source)
        archive.close(about)
    return path


def reason(path, secret=KEY) -> str:
    with pytest.raises(Unusable) as refusal:
        check(path, secret)
    return str(refusal.value)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
@pytest.mark.parametrize("secret", ["", KEY])
def test_what_was_packed_is_unpacked(tmp_path, size, secret):
    path = write(tmp_path / "file", secret, size=size)
    manifest = unpack(path, secret, lambda name: tmp_path / "out" / name)
    assert (tmp_path / "out" / MEMBER).read_bytes() == (tmp_path / "source").read_bytes()
    assert manifest["members"][MEMBER]["size"] == size


def test_an_encrypted_file_shows_nothing(tmp_path):
    path = write(tmp_path / "file", KEY, about=ABOUT | {"engine": "A telling word"})
    assert b"telling" not in path.read_bytes()


@pytest.mark.parametrize("secret", ["", KEY])
def test_damage_is_found_anywhere(tmp_path, secret):
    data = write(tmp_path / "file", secret).read_bytes()
    damaged = tmp_path / "damaged"
    places = [*range(0, 50, 11), *random.Random(2).sample(range(len(data)), 4), len(data) - 1]
    for place in places:
        wrong = data[place] ^ 0xFF
        damaged.write_bytes(data[:place] + bytes([wrong]) + data[place + 1 :])
        assert reason(damaged)


@pytest.mark.parametrize("secret", ["", KEY])
def test_a_cut_or_longer_file_is_refused(tmp_path, secret):
    data = write(tmp_path / "file", secret).read_bytes()
    damaged = tmp_path / "damaged"
    head = 40
    ends = [0, 5, head, head + CHUNK + 16, len(data) // 2, len(data) - 20, len(data) - 1]
    for changed in (*(data[:end] for end in ends), data + b"x", data + data):
        damaged.write_bytes(changed)
        assert reason(damaged)


def test_chunks_cannot_change_places(tmp_path):
    data = write(tmp_path / "file", KEY, size=3 * CHUNK).read_bytes()
    head, piece = 40, CHUNK + 16
    first, second, rest = (
        data[head : head + piece],
        data[head + piece : head + 2 * piece],
        data[head + 2 * piece :],
    )
    (tmp_path / "file").write_bytes(data[:head] + second + first + rest)
    assert reason(tmp_path / "file") == "The file is damaged, or its end is missing."


@pytest.mark.parametrize(
    "secret, words",
    [
        ("another key of tests", "BACKUP_KEY is not the one this file was encrypted with."),
        ("", "The file is encrypted: set BACKUP_KEY to the key it was made with."),
        ("short", "BACKUP_KEY is too short: give it at least 16 characters."),
    ],
)
def test_without_its_key_it_stays_closed(tmp_path, secret, words):
    assert reason(write(tmp_path / "file", KEY), secret) == words


def test_a_newer_schema_is_refused(tmp_path):
    about = ABOUT | {"migrations": [["content", "0001_initial"], ["content", "9999_later"]]}
    assert reason(write(tmp_path / "file", about=about)) == (
        "The file was made by a newer version of this site (9.0). Upgrade the code first: it does "
        "not know the migrations content.9999_later."
    )


def test_a_database_of_another_kind_is_refused(tmp_path):
    path = write(tmp_path / "file", about=ABOUT | {"engine": "oracle"})
    assert reason(path).startswith("The file holds a database of oracle, and DATABASE_URL names")


@pytest.mark.parametrize(
    "name",
    ["../out", "/out", "private/../../out", "private//out", "media/./out", "elsewhere/out", "x"],
)
def test_no_member_leaves_its_folder(tmp_path, name):
    path = write(tmp_path / "file", name=name)
    with pytest.raises(Unusable, match="what no backup holds"):
        unpack(path, "", lambda name: tmp_path / "out" / name)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "source"]


def test_links_are_refused(tmp_path):
    link = tarfile.TarInfo("private/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with (tmp_path / "file").open("wb") as file, packing(file, "") as archive:
        archive.tar.addfile(link)
        archive.close(ABOUT)
    assert "what no backup holds" in reason(tmp_path / "file")


def test_anything_else_is_no_backup(tmp_path):
    with tarfile.open(tmp_path / "file", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo(MEMBER), io.BytesIO())
    assert reason(tmp_path / "file").startswith("This is no backup of this site")


# What is kept


NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


def stored(folder, *hours_ago) -> list:
    paths = []
    for hours in hours_ago:
        at = NOW - datetime.timedelta(hours=hours)
        paths.append(folder / f"unicef-kz-{at:%Y-%m-%dT%H%M%S}Z.tar.gz")
        paths[-1].touch()
    return paths


@time_machine.travel(NOW, tick=False)
def test_all_of_a_day_and_the_newest_of_each_earlier_one_stay(tmp_path):
    today = stored(tmp_path, 0, 1, 5)
    earlier = stored(tmp_path, 26, 50, 74, 98)
    same_days = stored(tmp_path, 27, 51)
    dropped = rotate(tmp_path, keep=4, just_made=today[0])
    assert sorted(dropped) == sorted([*same_days, earlier[-1]])
    assert sorted(tmp_path.iterdir()) == sorted([*today, *earlier[:-1]])


@time_machine.travel(NOW, tick=False)
def test_what_is_no_backup_is_never_deleted(tmp_path):
    (tmp_path / "notes.txt").touch()
    (tmp_path / "unicef-kz-2019-01-01T000000Z.tar.gz.txt").touch()
    kept = sorted(tmp_path.iterdir())
    (new,) = stored(tmp_path, 0)
    stored(tmp_path, 500)
    rotate(tmp_path, keep=1, just_made=new)
    assert sorted(tmp_path.iterdir()) == sorted([*kept, new])


@time_machine.travel(NOW, tick=False)
def test_the_newest_is_known_by_its_name(tmp_path):
    stored(tmp_path, 30, 3)
    assert newest(tmp_path) == NOW - datetime.timedelta(hours=3)
    with pytest.raises(Unusable, match="There is no backup"):
        newest(tmp_path / "nowhere")
