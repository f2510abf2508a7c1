from functools import partial

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from unicef_kz.content.images import ENCODERS
from unicef_kz.content.languages import shown

register = template.Library()


def by_link(key, photo, width, extension="jpg") -> str:
    return reverse("picture_by_link", args=[key, photo.token, width, extension])


@register.inclusion_tag("includes/picture.html", takes_context=True)
def picture(context, photo, sizes, first=False):
    """In every form and width there is; a preview has addresses of its own."""
    address = photo.preview_address if context.get("preview") else photo.address
    if key := context.get("review_key"):
        address = partial(by_link, key, photo)
    alt, alt_language = shown(photo, "alt")
    srcsets = {
        extension: ", ".join(f"{address(width, extension)} {width}w" for width in photo.widths)
        for extension in ENCODERS
    }
    return srcsets | {
        "src": address(photo.widths[-1]),
        "sizes": sizes,
        "width": str(photo.width),
        "height": str(photo.height),
        "alt": alt,
        "alt_language": alt_language or get_language(),
        "language": get_language(),
        "first": first,
    }
