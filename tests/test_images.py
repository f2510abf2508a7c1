"""An uploaded picture keeps its pixels and nothing else."""

import io
import re
import struct
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, PngImagePlugin

from unicef_kz.content.images import (
    BLOCKS,
    ENCODERS,
    LONGEST_SIDE,
    MOST_BYTES,
    clean_image,
    pixelated,
    random_name,
    widths,
)
from unicef_kz.content.models import Photo

from .factories import a_picture, make_photo, make_programme

SECRET = b"zqsecret"


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


def an_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x.html", "x")
    return buffer.getvalue()


AN_ARCHIVE = an_archive()
BAD = {
    "no picture": b"just words",
    "nothing": b"",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>",
    "html": b"<html><script>x()</script>",
    "pdf with a picture in it": b"%PDF-1.7 " + a_picture().read(),
    "picture and page": a_picture(comment=b"<script>x()</script>").read(),
    "picture and document": a_picture().read() + b"%PDF-1.7",
    "picture and archive": a_picture().read() + AN_ARCHIVE,
    "script in a gif": b"GIF89a/*\x01\x00\x00*/=1;alert(1)",
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


def png_header(width: int, height: int) -> bytes:
    """A picture that only claims its size, as bombs do."""
    chunk = b"IHDR" + struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00"
    head = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + head + struct.pack(">I", 9) + b"IDAT" + bytes(9)


@pytest.mark.parametrize("side", [7_100, 9_600, 30_000])
def test_size_is_read_before_the_picture_is_unpacked(side):
    with pytest.raises(ValidationError, match="50 million"):
        clean_image(ContentFile(png_header(side, side), name="x.png"))


def test_file_that_is_too_large_is_refused():
    with pytest.raises(ValidationError, match="20 MB"):
        clean_image(ContentFile(bytes(MOST_BYTES + 1), name="x.jpg"))


def test_picture_just_above_our_own_limit_is_refused():
    large = io.BytesIO()
    Image.new("1", (10_000, 5_001)).save(large, "PNG")
    with pytest.raises(ValidationError, match="50 million"):
        clean_image(ContentFile(large.getvalue(), name="x.png"))


def test_name_tells_nothing():
    assert re.fullmatch(r"[0-9a-f]{32}\.jpg", random_name(None, "Name of a child.JPG"))


def test_names_differ():
    assert random_name(None, "a.jpg") != random_name(None, "a.jpg")


# What is stored


def camera_file() -> ContentFile:
    """As a camera and an editor leave it: place, description, XMP, comment, second picture."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    xmp = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    picture = a_picture(size=(1700, 900), exif=exif, xmp=xmp, comment=SECRET).read()
    return ContentFile(picture + SECRET + a_picture().read(), name="Name of a child.jpg")


def stored(folder) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def a_photo(**values):
    return make_photo(make_programme(), **values)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.django_db
def test_no_stored_file_holds_anything_but_pixels(private_folder):
    upload = camera_file()
    assert upload.read().count(SECRET) == 5
    a_photo(image=upload)
    files = stored(private_folder)
    tags = {name: dict(Image.open(io.BytesIO(data)).getexif()) for name, data in files.items()}
    assert ([n for n, data in files.items() if SECRET in data], set(map(len, tags.values()))) == (
        [],
        {0},
    )


@pytest.mark.django_db
def test_picture_is_stored_in_each_width_as_webp_and_jpeg(private_folder):
    photo = a_photo(image=camera_file())
    sizes = {
        name.removeprefix(photo.token): Image.open(io.BytesIO(data)).size
        for name, data in stored(private_folder).items()
    }
    assert sizes == {
        ".jpg": (1700, 900),
        **{f"-480.{e}": (480, 254) for e in ENCODERS},
        **{f"-960.{e}": (960, 508) for e in ENCODERS},
        **{f"-1600.{e}": (1600, 847) for e in ENCODERS},
    }


@pytest.mark.parametrize(
    ("width", "served"),
    [
        (0, []),
        (64, [64]),
        (479, [479]),
        (480, [480]),
        (959, [480]),
        (2400, [480, 960, 1600]),
    ],
)
def test_no_width_is_wider_than_the_picture(width, served):
    assert widths(width) == served


@pytest.mark.django_db
def test_size_of_the_picture_is_kept_in_columns():
    photo = Photo.objects.get(pk=a_photo(image=a_picture(size=(300, 200))).pk)
    assert (photo.width, photo.height) == (300, 200)


@pytest.mark.django_db
def test_name_is_random(private_folder):
    photo = a_photo()
    assert re.fullmatch(r"[0-9a-f]{32}\.jpg", photo.image.name)


@pytest.mark.django_db
def test_original_is_kept_where_the_site_wants_it(private_folder, settings):
    settings.KEEP_ORIGINALS = True
    upload = camera_file()
    photo = a_photo(image=upload)
    upload.seek(0)
    assert stored(private_folder)[f"originals/{photo.token}"] == upload.read()


@pytest.mark.django_db
def test_photo_that_is_saved_again_keeps_its_files(private_folder, committed):
    photo = a_photo()
    before = stored(private_folder)
    with committed():
        Photo.objects.get(pk=photo.pk).save()
    assert (stored(private_folder), Photo.objects.get(pk=photo.pk).image.name) == (
        before,
        photo.image.name,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("keep", [True, False])
def test_another_picture_removes_the_files_of_the_first(private_folder, committed, settings, keep):
    settings.KEEP_ORIGINALS = keep
    photo = a_photo(image=camera_file())
    before = set(stored(private_folder))
    with committed():
        photo.image = a_picture()
        photo.save()
    assert (before & set(stored(private_folder)), len(stored(private_folder))) == (set(), 3 + keep)


DELETIONS = {
    "photo": lambda photo: photo.delete(),
    "photos": lambda photo: Photo.objects.filter(pk=photo.pk).delete(),
    "record": lambda photo: photo.record.delete(),
    "records": lambda photo: photo.records().delete(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", DELETIONS)
def test_files_go_with_the_photo(private_folder, committed, settings, what):
    settings.KEEP_ORIGINALS = True
    photo = a_photo(image=camera_file())
    with committed():
        DELETIONS[what](photo)
        before_commit = len(stored(private_folder))
    assert (before_commit, stored(private_folder)) == (8, {})


@pytest.mark.django_db
def test_files_stay_while_a_copy_of_the_row_uses_them(private_folder, committed):
    photo = a_photo()
    copy = Photo.objects.get(pk=photo.pk)
    copy.pk = None
    copy.save()
    before = stored(private_folder)
    with committed():
        photo.delete()
    assert stored(private_folder) == before


@pytest.mark.django_db
def test_colours_under_transparency_do_not_come_back():
    """A face that was erased in an editor is still there under alpha zero."""
    image = Image.new("RGBA", (60, 60), (200, 0, 0, 0))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    picture = Image.open(clean_image(ContentFile(buffer.getvalue(), name="x.png")))
    assert picture.getpixel((30, 30)) == (255, 255, 255)


# Masking


def noise(size=(600, 400)) -> ContentFile:
    buffer = io.BytesIO()
    bands = [Image.effect_noise(size, 100) for _band in "RGB"]
    Image.merge("RGB", bands).save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), name="x.png")


def colours_in(pixels, box) -> int:
    return len(pixels.crop(box).getcolors(1_000_000))


def test_area_is_replaced_by_few_colours():
    pixels = pixelated(clean_image(noise()).pixels, [(25, 25, 50, 50)])
    assert colours_in(pixels, (150, 100, 450, 300)) <= BLOCKS**2


def test_small_areas_side_by_side_keep_no_detail_either():
    """A face that is marked piece by piece."""
    areas = [(x, y, 4, 4) for x in range(40, 56, 4) for y in range(40, 56, 4)]
    pixels = pixelated(clean_image(noise((1200, 1200))).pixels, areas)
    assert colours_in(pixels, (480, 480, 672, 672)) <= 16 * 4


def test_rest_of_the_picture_stays():
    before = clean_image(noise()).pixels
    after = pixelated(before, [(0, 0, 50, 100)])
    rest = (300, 0, 600, 400)
    assert after.crop(rest).tobytes() == before.crop(rest).tobytes()


@pytest.mark.parametrize("area", [(99.9, 99.9, 100, 100), (0, 0, 0.1, 0.1), (0, 0, 100, 100)])
def test_area_may_touch_the_edges(area):
    assert pixelated(Image.new("RGB", (50, 40)), [area]).size == (50, 40)
