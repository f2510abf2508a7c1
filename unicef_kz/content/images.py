"""Uploaded pictures lose everything but their pixels before they reach any storage."""

import io
import re
import secrets
import struct
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from math import ceil
from pathlib import Path, PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

LONGEST_SIDE = 2400  # pixels
MOST_PIXELS = 50_000_000
MOST_BYTES = 20 * 1024 * 1024
FORMATS = ["JPEG", "PNG", "WEBP"]
#: What is served: widths in pixels and, by file extension, how Pillow writes them.
WIDTHS = (480, 960, 1600)
ENCODERS = {
    "webp": {"format": "WEBP", "quality": 78, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
}
#: An obscured area keeps at most so many blocks across, and a picture so many.
BLOCKS, BLOCKS_OF_PICTURE = 6, 60
#: A web page, program or document that travels in a picture.
STOWAWAY = re.compile(rb"<script|<\?php\s|%PDF-\d", re.IGNORECASE)
TOO_MANY_PIXELS = _("The picture has more than 50 million pixels.")
#: What Pillow was seen to raise on damaged files, besides OSError.
UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, struct.error)


def random_name(_instance, name: str) -> str:
    """A file name that tells nothing and cannot be guessed."""
    return f"{secrets.token_hex(16)}{Path(name).suffix.lower()}"


class Picture(ContentFile):
    """A cleaned picture as a JPEG file, with its pixels, so that nobody decodes it again.

    ``original`` holds the upload as it came, where the site keeps originals.
    """

    def __init__(self, pixels: Image.Image, original: bytes = b""):
        super().__init__(encoded(pixels, "jpg", quality=88), name="picture.jpg")
        self.pixels, self.original = pixels, original

    def files(self, image: str) -> Iterator[tuple[str, ContentFile]]:
        """(name, content) of what is stored beside the picture, whose own name is ``image``."""
        if self.original:
            yield original_name(image), ContentFile(self.original)
        for width in widths(self.pixels.width):
            height = max(1, round(self.pixels.height * width / self.pixels.width))
            smaller = self.pixels.resize((width, height), Image.Resampling.LANCZOS)
            for extension in ENCODERS:
                name = rendition_name(image, width, extension)
                yield name, ContentFile(encoded(smaller, extension))


def encoded(pixels: Image.Image, extension: str, **options) -> bytes:
    buffer = io.BytesIO()
    pixels.save(buffer, **ENCODERS[extension] | options)
    return buffer.getvalue()


def widths(width: int) -> list[int]:
    """In which widths a picture of this width is served: never wider than it is itself."""
    return [w for w in WIDTHS if w <= width] or [width] if width else []


def rendition_name(image: str, width: int, extension: str) -> str:
    return f"{PurePath(image).stem}-{width}.{extension}"


def original_name(image: str) -> str:
    return f"originals/{PurePath(image).stem}"


def file_names(image: str, width: int) -> list[str]:
    """Every file that may belong to a picture of this name and width."""
    sizes = [rendition_name(image, w, e) for w in widths(width) for e in ENCODERS]
    return [image, original_name(image), *sizes]


def clean_image(upload) -> Picture:
    """Decodes and re-encodes: no EXIF, GPS, XMP, comment or thumbnail survives the new canvas.

    Raises ValidationError for what is too large, no picture, or more than a picture.
    """
    if upload.size > MOST_BYTES:
        raise ValidationError(_("The file is larger than 20 MB."))
    upload.seek(0)
    data = upload.read()
    if STOWAWAY.search(data) or zipfile.is_zipfile(io.BytesIO(data)):
        raise ValidationError(
            _("A page, program or document hides in this picture. Save the picture alone, as JPEG.")
        )
    try:
        pixels = decoded(data)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as e:
        raise ValidationError(TOO_MANY_PIXELS) from e
    except UNREADABLE as e:
        raise ValidationError(_("This is no readable JPEG, PNG or WebP picture.")) from e
    return Picture(pixels, data if settings.KEEP_ORIGINALS else b"")


def decoded(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        image = ImageOps.exif_transpose(image)
    # A face that was erased to transparency still has its colours; white covers them.
    see_through = image.has_transparency_data
    image = image.convert("RGBA" if see_through else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image if see_through else None)
    return canvas


def pixelated(pixels: Image.Image, areas: Iterable[tuple[float, float, float, float]]):
    """Replaces each area (x, y, width, height in per cent) by few blocks of its average colour."""
    pixels = pixels.convert("RGB")
    for x, y, width, height in areas:
        box = (
            int(x * pixels.width / 100),
            int(y * pixels.height / 100),
            min(ceil((x + width) * pixels.width / 100), pixels.width),
            min(ceil((y + height) * pixels.height / 100), pixels.height),
        )
        area = pixels.crop(box)
        block = max(max(area.size) / BLOCKS, max(pixels.size) / BLOCKS_OF_PICTURE)
        blocks = [max(1, int(side / block)) for side in area.size]
        few = area.resize(blocks, Image.Resampling.BOX)
        pixels.paste(few.resize(area.size, Image.Resampling.NEAREST), box)
    return pixels
