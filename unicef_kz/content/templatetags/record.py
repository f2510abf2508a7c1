"""How templates write a record: its text in the language that exists, its dates, its numbers."""

import re

from django import template
from django.utils.formats import date_format, localize
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext

from unicef_kz.content.dates import in_words, since, until, within_year, years_spanned
from unicef_kz.content.languages import CODES, shown
from unicef_kz.content.search.snippets import marked, snippet
from unicef_kz.content.translating import TranslationState

register = template.Library()

#: Up to MANY options a facet shows all; beyond that the first FEW, and the rest on demand.
FEW, MANY = 6, 8
SHARED_MODELS = {"standingpage": "page"}


# Text


@register.filter
def plain(record, name):
    """For titles, attributes and conditions, where no element can say the language."""
    return shown(record, name)[0]


@register.simple_tag
def text(record, name, mark=None):
    """``mark``: the query whose words are marked."""
    words, language = shown(record, name)
    words = marked(words, mark, language) if mark else words
    return in_language(words, language, "span")


@register.simple_tag
def rich(record, name, shift=0):
    """Rich text, sanitised when it was saved; ``shift`` lowers its headings below the page's."""
    html, language = shown(record, name)
    if shift:
        html = re.sub(r"(</?h)([23])\b", lambda m: f"{m[1]}{int(m[2]) + shift}", html)
    return in_language(mark_safe(html), language, "div")


def in_language(words, language, element):
    if not words or language == get_language():
        return conditional_escape(words)
    return format_html('<{} lang="{}">{}</{}>', element, language, words, element)


@register.simple_tag
def found_text(record, query):
    """What of a record answers a search."""
    found = snippet(record, query)
    return in_language(found.html, found.language, "span")


@register.simple_tag
def locator(row):
    """Where in the source: its heading in the source's language, page and line in the reader's."""
    heading, rest = locator_parts(row)
    return format_html("{}{}", in_language(heading, row.source.language, "span"), rest)


def locator_parts(row) -> tuple[str, str]:
    start = re.search(r"(?:, )?\b(?:pp?\. \d|lines? \d|whole page)", row.locator, re.IGNORECASE)
    end = start.start() if start else len(row.locator)
    names = {
        "whole page": gettext("whole page"),
        "pp.": gettext("pp."),
        "p.": gettext("p."),
        "counted": gettext("counted"),
        "lines": gettext("lines"),
        "line": gettext("line"),
        "and": gettext("and"),
    }
    words = re.compile("|".join(map(re.escape, names)), re.IGNORECASE)
    rest = words.sub(lambda word: names[word[0].lower()], row.locator[end:])
    return row.locator[:end], rest


@register.filter
def lacks(record, language):
    """Whether the record has no title in a language, so that its page falls back to another."""
    return not getattr(record, f"title_{language}", "")


@register.simple_tag
def translation_states(record):
    """[(language, TranslationState)] of all languages."""
    return [(code, TranslationState(record.translation_state(code))) for code in CODES]


# Dates


@register.filter
def edtf(date):
    return in_words(date)


@register.simple_tag
def period(first, last=""):
    """Two dates as written, in words: «2016–2020», «since 2016», «until 2020»."""
    if first == last or "/" not in first + last:
        return in_words(first if first == last else f"{first or '..'}/{last or '..'}")
    if first and last:
        return f"{in_words(first)} – {in_words(last)}"
    return since(first) if first else until(last)


@register.simple_tag
def state(programme):
    """«Under way (as of about 2017)»: what the last source says, not what is so today."""
    status = programme.get_activity_status_display()
    if not programme.status_date:
        return status
    return gettext("%(status)s (as of %(date)s)") % {
        "status": status,
        "date": in_words(programme.status_date),
    }


@register.simple_tag
def years(programme):
    """When it ran; what is over does not read «since»."""
    over = programme.activity_status in ("4", "5")
    if over and programme.start and not programme.end and "/" not in programme.start:
        return gettext("from %(date)s, end not known") % {"date": in_words(programme.start)}
    return period(programme.start, programme.end)


register.filter(within_year)


@register.filter
def span_class(date):
    """Names how long the bar of a range is, in years up to ten, and which of its ends are open."""
    years = years_spanned(date)
    if years is None:
        return ""
    ends = {"/..": " span-on", "../": " span-from"}
    open_end = "".join(name for mark, name in ends.items() if mark in date)
    return f"span y{min(years, 10)}{open_end}"


@register.simple_tag
def by_decade(records):
    """[{start, years: [{year, records}]}] in the given order; undated records come last."""
    decades = {}
    for record in sorted(records, key=lambda r: r.earliest is None):
        year = record.earliest.year if record.earliest else None
        years = decades.setdefault(year and year // 10 * 10, {})
        years.setdefault(year, []).append(record)
    return [
        {"start": start, "years": [{"year": y, "records": rows} for y, rows in years.items()]}
        for start, years in decades.items()
    ]


@register.simple_tag
def when(observation):
    """The period of a value, or what the source says instead of one."""
    return in_words(observation.date) or text(observation, "period_note")


# Frame


@register.filter
def kind(record):
    """Names the motif and the hue of a record."""
    name = record._meta.model_name
    return SHARED_MODELS.get(name, name)


@register.filter
def kind_label(record):
    if kind(record) == "page":
        return gettext("About this site")
    return capfirst(record._meta.verbose_name)


@register.filter
def first_options(options):
    return options if len(options) <= MANY else options[:FEW]


@register.filter
def further_options(options):
    return [] if len(options) <= MANY else options[FEW:]


@register.filter
def beyond(facet, rest):
    """How many options there are besides the first, shown or not."""
    return facet["total"] - len(facet["options"]) + len(rest)


@register.simple_tag
def checkboxes(name, options, form=""):
    """One line each: a list has a hundred of them, and most of its bytes would be indentation.

    What cannot be counted has no number.
    """
    box = '<label><input type=checkbox name={} value="{}"{}{}>{}{}</label>'
    outside = format_html(' form="{}"', form) if form else ""
    marks = {True: mark_safe(" checked"), False: ""}
    rows = (
        (name, o["code"], marks[o["chosen"]], outside, o["label"], number(o["n"])) for o in options
    )
    return format_html_join("", box, rows)


def number(n):
    return "" if n is None else format_html(" <i>{}</i>", localize(n))


@register.filter
def chosen(options):
    return [option for option in options if option["chosen"]]


@register.filter
def label_of(filters, name):
    """A parameter in the words of the form; its own name where the list does not know it."""
    return filters.filters[name].label if name in filters.filters else name


@register.simple_tag(takes_context=True)
def cite(context, record):
    """A plain line to copy into a footnote."""
    return gettext("“%(title)s”, UNICEF in Kazakhstan: the record, changed %(date)s, %(url)s") % {
        "title": shown(record, "title")[0],
        "date": date_format(localtime(record.changed_at), "DATE_FORMAT"),
        "url": context["site_url"] + record.get_absolute_url(),
    }
