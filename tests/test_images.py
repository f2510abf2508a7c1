"""An uploaded picture keeps its pixels and nothing else."""

import io
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, PngImagePlugin

from unicef_kz.content.images import LONGEST_SIDE, clean_image, random_name
from unicef_kz.content.models import Photo

from .factories import make_programme

SECRET = b"zqsecret"


def a_picture(form="JPEG", size=(64, 48), **options) -> ContentFile:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, form, **options)
    return ContentFile(buffer.getvalue(), name="Name of a child.jpg")


def with_exif() -> ContentFile:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # description
    exif.get_ifd(0x8825)[29] = SECRET.decode()  # date in the GPS block
    exif.get_ifd(0x8825)[1] = "N"
    return a_picture(exif=exif)


def with_xmp() -> ContentFile:
    return a_picture(xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")


def with_comment() -> ContentFile:
    return a_picture(comment=SECRET)


def with_profile() -> ContentFile:
    return a_picture(icc_profile=SECRET * 20)


def with_thumbnail() -> ContentFile:
    """A second picture behind the first, as cameras embed it."""
    return ContentFile(a_picture().read() + SECRET + a_picture().read(), name="x.jpg")


def with_text() -> ContentFile:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET.decode())
    return a_picture("PNG", pnginfo=notes)


@pytest.mark.parametrize(
    "make", [with_exif, with_xmp, with_comment, with_profile, with_thumbnail, with_text]
)
def test_nothing_but_pixels_survives(make):
    upload = make()
    was_there = SECRET in upload.read()
    upload.seek(0)
    assert (was_there, SECRET in clean_image(upload).read()) == (True, False)


def test_cleaned_picture_has_no_metadata():
    image = Image.open(clean_image(with_exif()))
    image.load()
    assert (
        dict(image.getexif()),
        set(image.info)
        - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"},
    ) == ({}, set())


def test_rotation_is_applied_before_it_is_dropped():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert Image.open(clean_image(a_picture(exif=exif))).size == (48, 64)


def test_large_picture_becomes_smaller():
    assert max(Image.open(clean_image(a_picture(size=(3000, 1000)))).size) == LONGEST_SIDE


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_every_form_becomes_a_jpeg(form):
    assert Image.open(clean_image(a_picture(form))).format == "JPEG"


def test_transparent_picture_is_taken():
    buffer = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(buffer, "PNG")
    assert Image.open(clean_image(ContentFile(buffer.getvalue(), name="x.png"))).mode == "RGB"


BAD = {
    "no picture": b"just words",
    "nothing": b"",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>",
    "html": b"<html><script>x()</script>",
    "gif": b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01;",
}


@pytest.mark.parametrize("kind", BAD)
def test_other_files_are_refused(kind):
    with pytest.raises(ValidationError):
        clean_image(ContentFile(BAD[kind], name="x.jpg"))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_truncated_picture_is_refused(form):
    whole = a_picture(form, size=(400, 400)).read()
    with pytest.raises(ValidationError):
        clean_image(ContentFile(whole[: len(whole) // 2], name="x.jpg"))


def test_picture_that_unpacks_to_too_much_is_refused():
    bomb = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(bomb, "PNG")
    with pytest.raises(ValidationError):
        clean_image(ContentFile(bomb.getvalue(), name="x.png"))


def test_picture_just_above_our_own_limit_is_refused():
    large = io.BytesIO()
    Image.new("1", (10_000, 5_001)).save(large, "PNG")
    with pytest.raises(ValidationError, match="50 million"):
        clean_image(ContentFile(large.getvalue(), name="x.png"))


def test_name_tells_nothing():
    assert re.fullmatch(r"[0-9a-f]{32}\.jpg", random_name(None, "Name of a child.JPG"))


def test_names_differ():
    assert random_name(None, "a.jpg") != random_name(None, "a.jpg")


@pytest.mark.django_db
def test_photo_of_a_record_is_cleaned_renamed_and_private(private_folder):
    photo = Photo(record=make_programme(), alt_en="A room", identifiable="nobody")
    photo.image = with_comment()
    photo.save()
    stored = private_folder / photo.image.name
    assert re.fullmatch(r"[0-9a-f]{32}\.jpg", photo.image.name)
    assert SECRET not in stored.read_bytes()


@pytest.mark.django_db
def test_photo_has_no_public_address(client):
    photo = Photo(record=make_programme(), alt_en="A room", identifiable="nobody")
    photo.image = a_picture()
    photo.save()
    addresses = [f"{folder}/{photo.image.name}" for folder in ("", "/media", "/static", "/private")]
    assert {client.get(address).status_code for address in addresses} == {404}


@pytest.mark.django_db
def test_photo_that_is_saved_again_keeps_its_file():
    photo = Photo(record=make_programme(), alt_en="A room", identifiable="nobody")
    photo.image = a_picture()
    photo.save()
    before = photo.image.name
    Photo.objects.get(pk=photo.pk).save()
    assert Photo.objects.get(pk=photo.pk).image.name == before
