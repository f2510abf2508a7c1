"""Parts of a page that are the same wherever they stand, and kept while the content is."""

import re

from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from unicef_kz.content.kept import PARTS
from unicef_kz.content.rows import Rows

register = template.Library()

BLOCKS = r"li|[ou]l|section|fieldset|option|div|p|h\d|nav|header|footer|meta|link|script"
INDENTATION = re.compile(rf"\n\s*(?=(</?(?:{BLOCKS})\b)?)")


@register.tag
def tight(parser, token):
    """Drops the indentation that loops of templates leave behind: a third of a list's bytes.

    Single spaces between words and elements stay, except around blocks, where they mean
    nothing. Not for ``pre`` and ``textarea``.
    """
    nodes = parser.parse(["endtight"])
    parser.delete_first_token()
    return Tight(nodes)


class Tight(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        return tightened(self.nodelist.render(context))


def tightened(html: str) -> str:
    return mark_safe(INDENTATION.sub(without, html.replace(" \n", "\n")))


def without(indentation) -> str:
    return "" if indentation[1] else "\n"


@register.tag
def kept(parser, token):
    """``{% kept key %}…{% endkept %}``: made once for each version of the content, unless the key
    is None.
    """
    _name, key = token.split_contents()
    nodes = parser.parse(["endkept"])
    parser.delete_first_token()
    return KeptPart(nodes, parser.compile_filter(key))


class KeptPart(template.Node):
    def __init__(self, nodelist, key):
        self.nodelist, self.key = nodelist, key

    def render(self, context):
        key = self.key.resolve(context)
        if key is None:
            return self.nodelist.render(context)
        return PARTS.get(key, lambda: tightened(self.nodelist.render(context)))


@register.tag
def cards(parser, token):
    """``{% cards records as story %}…{% endcards %}``: what stands inside, for each record.

    It knows of the record and nothing else, so that it is made once for each language and version
    of the content. ``Rows`` are read only where it has not been made yet.
    """
    _name, records, _as, name = token.split_contents()
    nodes = parser.parse(["endcards"])
    parser.delete_first_token()
    place = parser.origin.template_name, token.lineno, token.contents
    return Cards(nodes, parser.compile_filter(records), name, place)


class Cards(template.Node):
    """``place`` is where the tag stands: a name for what it makes of a record."""

    def __init__(self, nodelist, records, name, place):
        self.nodelist, self.records, self.name, self.place = nodelist, records, name, place

    def render(self, context):
        records = self.records.resolve(context) or ()
        if not isinstance(records, Rows):
            return "".join(self.card(record, context) for record in records)
        start = *self.place, records.model, get_language()

        def make(missing):
            found = records.read([part[-1] for part in missing])
            return {(*start, record.pk): self.card(record, context) for record in found}

        made = PARTS.get_all([(*start, key) for key in records.keys], make, records.as_of)
        return "".join(made.get((*start, key), "") for key in records.keys)

    def card(self, record, context) -> str:
        return tightened(self.nodelist.render(context.new({self.name: record})))
