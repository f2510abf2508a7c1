"""What stands on the card of a page that is shared, in the reader's language."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext

from programmes.models import Indicator, Programme, Region
from programmes.numbers import unit_after
from stories.models import Story
from timeline.models import Milestone
from unicef_kz.content.dates import in_words
from unicef_kz.content.languages import shown
from unicef_kz.content.models import Source
from unicef_kz.content.templatetags.record import kind, years

from .drawing import Card


def site_card(title: str) -> Card:
    return Card("site", title=title, **frame())


def list_card(name: str, title: str, intro: str) -> Card:
    return Card(name, title=title, note=intro, **frame())


def record_card(record) -> Card:
    """Of a record that came through ``public()``; nothing else may be handed in."""
    name = record._meta.model_name
    number, note = headline(record) if name == "indicator" else ("", "")
    return Card(
        kind(record),
        title=shown(record, "title")[0],
        eyebrow=""
        if name == "standingpage"
        else " · ".join(map(str, filter(None, eyebrow(record)))),
        number=number,
        note=note,
        **frame(),
    )


def frame() -> dict[str, str]:
    return {
        "site": gettext("UNICEF in Kazakhstan: the record"),
        "host": urlsplit(settings.SITE_URL).netloc.removeprefix("www."),
    }


def eyebrow(record) -> tuple[str, str]:
    """What the record is, and when."""
    if isinstance(record, Indicator):
        return capfirst(record._meta.verbose_name), ""
    if isinstance(record, Programme):
        return record.get_kind_display(), years(record)
    if isinstance(record, Region):
        return record.get_kind_display(), record.iso
    if isinstance(record, (Milestone, Story)):
        return record.get_kind_display(), in_words(record.date)
    if isinstance(record, Source):
        return record.get_kind_display(), in_words(record.published)
    return record.get_kind_display(), getattr(record, "acronym", "")


def headline(figure) -> tuple[str, str]:
    """The number, and its unit with the period. Limits come before the number of a sensitive
    figure, and there is no room for them here.
    """
    value = None if figure.sensitive else figure.headline
    if value is None:
        return "", ""
    number = value.in_words if value.value is not None else shown(value, "text")[0]
    when = in_words(value.date) or shown(value, "period_note")[0]
    return number, ", ".join(filter(None, (unit(figure, value), when)))


def unit(figure, value) -> str:
    """As on the page: «per cent» and «times» stand in the number itself."""
    if not figure.has_unit:
        return shown(figure, "population")[0]
    forms, language = shown(figure, "unit")
    return unit_after(value.value_max or value.value, forms, language)
