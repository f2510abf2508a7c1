"""How a page is shared, cited and read by machines."""

import json

from django import template
from django.conf import settings
from django.utils.dateformat import format as format_date
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext

from unicef_kz import jsonld
from unicef_kz.cards.drawing import HEIGHT, WIDTH
from unicef_kz.cards.views import of_page
from unicef_kz.content.languages import shown

register = template.Library()
#: What would end the element, or be read as markup.
ESCAPED = {ord(letter): f"\\u{ord(letter):04X}" for letter in "<>&\u2028\u2029"}


@register.simple_tag(takes_context=True)
def share_card(context):
    address, card = of_page(context)
    return {
        "address": settings.SITE_URL + address,
        "alt": card.alt,
        "width": WIDTH,
        "height": HEIGHT,
    }


@register.simple_tag(takes_context=True)
def json_ld(context):
    """A data block, which no browser runs and no policy therefore has to allow."""
    graph = {"@context": "https://schema.org", "@graph": jsonld.graph(context)}
    words = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(f'<script type="application/ld+json">{words.translate(ESCAPED)}</script>')


@register.simple_tag
def day(moment):
    """In words for readers, and as a date for programs."""
    moment = localtime(moment)
    return format_html(
        '<time datetime="{}">{}</time>',
        moment.date().isoformat(),
        date_format(moment, "DATE_FORMAT"),
    )


@register.simple_tag(takes_context=True)
def cite_apa(context, record):
    """APA 7, for a page whose author is the site itself: the day of its last change comes first."""
    title = shown(record, "title")[0]
    return gettext("%(site)s. (%(date)s). %(title)s %(url)s") % {
        "site": gettext("UNICEF in Kazakhstan: the record"),
        "date": format_date(localtime(record.changed_at), pgettext("date in APA", "Y, F j")),
        "title": title if title.endswith(("?", "!", ".")) else f"{title}.",
        "url": context["site_url"] + record.get_absolute_url(),
    }
