"""Where the data behind a page is."""

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from unicef_kz.kinds import KINDS, kind_of

register = template.Library()
#: What a link to a file of each form gives.
FORMS = {
    "csv": _("Table (CSV)"),
    "xlsx": _("Excel workbook (XLSX)"),
    "json": _("For programs (JSON)"),
}


def in_words(files: dict[str, str]) -> list[tuple[str, str]]:
    """(what it is, address)"""
    return [(FORMS[form], address) for form, address in files.items()]


@register.inclusion_tag("includes/take.html", takes_context=True)
def take(context):
    """The records of a list to take along: same filters, same order, in the reader's language."""
    filters, kind = context["filters"], kind_of(context["view"].model)
    return {
        "total": context["total"],
        "files": in_words(kind.files(pairs=[*filters.pairs(), ("lang", get_language())])),
        "link": filters.query() if filters.query() != "?" else context["request"].path,
    }


@register.simple_tag
def data_addresses(record) -> list[tuple[str, str]]:
    """(what it is, address) of the files of one record."""
    return in_words(kind_of(type(record)).files(record.slug))


@register.simple_tag
def list_addresses(name: str) -> list[tuple[str, str]]:
    """The same of all records of a kind."""
    return in_words(KINDS[name].files())


@register.filter
def record_address(record) -> str:
    """ "" for what is not in the data, such as a standing page."""
    kind = kind_of(type(record))
    return kind.record_address(record.slug) if kind else ""
