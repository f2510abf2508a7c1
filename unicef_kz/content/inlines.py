"""What is edited on the page of its record in the admin."""

from django.contrib import admin
from django.db import models
from django.forms import Textarea
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationGenericStackedInline

from .languages import CODES, translated_names
from .models import Citation, Photo


def side_by_side(model, rows) -> list:
    """Each translated field as one row with a column for each language."""
    translated = set(translated_names(model))
    return [tuple(f"{row}_{code}" for code in CODES) if row in translated else row for row in rows]


class Anchored:
    """The panel of open problems links to it by the name of the relation."""

    template = "admin/anchored_inline.html"
    anchor = ""


class SideBySideInline:
    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": side_by_side(self.model, self.fields)})]


class CitationInline(Anchored, SideBySideInline, TranslationGenericStackedInline):
    model = Citation
    anchor = "citations"
    extra = 0
    autocomplete_fields = ["source"]
    fields = [("source", "locator"), ("stance", "position"), "says"]
    formfield_overrides = {models.TextField: {"widget": Textarea(attrs={"rows": 2})}}


class PhotoInline(Anchored, SideBySideInline, TranslationGenericStackedInline):
    model = Photo
    anchor = "photos"
    extra = 0
    fields = [
        ("thumbnail", "image", "origin"),
        "alt",
        "caption",
        ("credit", "year", "position"),
        ("identifiable", "obscured", "masking"),
    ]
    readonly_fields = ["thumbnail", "masking"]

    @admin.display(description=_("picture"))
    def thumbnail(self, photo):
        if not photo.widths:
            return gettext("None yet")
        return format_html(
            '<a href="{}"><img class="photo-thumb" src="{}" width="{}" height="{}" alt="{}"></a>',
            photo.preview_address(photo.widths[-1]),
            photo.preview_address(photo.widths[0]),
            photo.width,
            photo.height,
            gettext("The picture in full"),
        )

    @admin.display(description=_("masking"))
    def masking(self, photo):
        """Its state, and the way to what can be done about it."""
        if not photo.widths:
            return gettext("Save the picture first; then you can obscure faces in it here.")
        if photo.pk < 0:  # only proposed so far
            return gettext("Once the change is approved, faces can be obscured and this confirmed.")
        ways = [("obscure", gettext("Obscure faces and surroundings"))]
        state = ""
        if photo.obscured and photo.masking_confirmed_at:
            state = gettext("Confirmed by %(who)s on %(day)s.") % {
                "who": photo.masking_confirmed_by or "–",
                "day": date_format(localtime(photo.masking_confirmed_at), "DATE_FORMAT"),
            }
        elif photo.obscured:
            state = gettext("Not shown until somebody else has confirmed it.")
            ways.append(("confirm_masking", gettext("Look at it and confirm")))
        links = (
            (reverse(f"admin:content_photo_{way}", args=[photo.pk]), label) for way, label in ways
        )
        return format_html("{} {}", state, format_html_join(" · ", '<a href="{}">{}</a>', links))
