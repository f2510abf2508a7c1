"""Uploaded pictures lose everything but their pixels before they reach any storage."""

import io
import secrets
import warnings
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

LONGEST_SIDE = 2400  # pixels
MOST_PIXELS = 50_000_000
MOST_BYTES = 20 * 1024 * 1024
FORMATS = ["JPEG", "PNG", "WEBP"]


def random_name(_instance, name: str) -> str:
    """A file name that tells nothing and cannot be guessed."""
    return f"{secrets.token_hex(16)}{Path(name).suffix.lower()}"


def clean_image(upload) -> ContentFile:
    """Decodes and re-encodes: no EXIF, GPS, XMP, comment or thumbnail survives the new canvas.

    Raises ValidationError for what is too large or no picture.
    """
    if upload.size > MOST_BYTES:
        raise ValidationError(_("The file is larger than 20 MB."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise ValidationError(_("The picture has more than 50 million pixels."))
            image = ImageOps.exif_transpose(image).convert("RGB")
    except (
        OSError,
        SyntaxError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ) as e:
        raise ValidationError(_("This is no readable JPEG, PNG or WebP picture.")) from e
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", image.size)
    canvas.paste(image)
    buffer = io.BytesIO()
    canvas.save(buffer, "JPEG", quality=88, optimize=True, progressive=True)
    return ContentFile(buffer.getvalue(), name="picture.jpg")
