"""Where the data behind a page is."""

from urllib.parse import urlencode

from django import template
from django.utils.translation import get_language

from unicef_kz.kinds import kind_of

register = template.Library()


@register.inclusion_tag("includes/take.html", takes_context=True)
def take(context):
    """The records of a list to take along: same filters, same order, in the reader's language."""
    filters, kind = context["filters"], kind_of(context["view"].model)
    pairs = [*filters.pairs(), ("lang", get_language())]
    return {
        "total": context["total"],
        "files": [
            (form.upper(), f"{kind.data_address}?{urlencode([*pairs, ('format', form)])}")
            for form in ("csv", "xlsx", "json")
        ],
        "link": filters.query(),
    }


@register.filter
def data_address(record) -> str:
    """ "" for what is not in the data, such as a standing page."""
    kind = kind_of(type(record))
    return kind.record_address(record.slug) if kind else ""
