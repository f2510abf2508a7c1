"""The chart as a file of its own, with all that it must not be seen without."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from unicef_kz.content.languages import shown
from unicef_kz.content.templatetags.record import locator_parts

from .charts import Chart, foreign, joined, when
from .drawing import WIDE, Canvas

MARGIN = 30
SMALL = 13


@dataclass(frozen=True)
class Poster:
    """``parts`` are (canvas, where it is moved to): head, chart and foot, one below the other."""

    parts: list[tuple[Canvas, str]]
    box: dict[str, str]


def poster_of(chart: Chart) -> Poster:
    parts, y = [], 0
    for canvas in (head(chart), chart.drawn(WIDE), foot(chart)):
        parts.append((canvas, f"translate({MARGIN} {y + MARGIN})"))
        y += canvas.height
    return Poster(parts, {"width": str(WIDE + 2 * MARGIN), "height": str(y + 2 * MARGIN)})


def say(canvas: Canvas, record, name: str, **look) -> None:
    text, language = shown(record, name)
    if text:
        canvas.paragraph(text, language=foreign(language), **look)


def head(chart: Chart) -> Canvas:
    """The limits of a sensitive figure come before its number."""
    canvas, figure = Canvas(WIDE), chart.figure
    value = figure.headline
    say(canvas, figure, "title", size=22, strong=True)
    if figure.sensitive:
        canvas.bottom += 6
        say_limits(canvas, chart)
    canvas.bottom += 10
    canvas.paragraph(chart.words(value), size=30, strong=True)
    region = shown(value.region, "title")[0] if value.region else ""
    canvas.paragraph(joined(when(value)[0], region, shown(figure, "population")[0]))
    canvas.bottom += 10
    canvas.paragraph(chart.caption, size=SMALL)
    canvas.bottom += 10
    return canvas


def foot(chart: Chart) -> Canvas:
    canvas, figure = Canvas(WIDE, bottom=6), chart.figure
    for note in chart.notes:
        canvas.paragraph(note, size=SMALL)
    if not figure.sensitive:
        say_limits(canvas, chart, size=SMALL)
    canvas.bottom += 10
    sources = {o.source_id for o in chart.values}
    for source in sorted(sources):
        values = [o for o in chart.values if o.source_id == source]
        canvas.paragraph(source_line(values), size=SMALL)
    canvas.bottom += 10
    canvas.paragraph(
        _("UNICEF in Kazakhstan: the record. Licence: CC BY 4.0. Changed: %(date)s")
        % {"date": date_format(localtime(figure.changed_at), "DATE_FORMAT")},
        size=SMALL,
    )
    canvas.paragraph(settings.SITE_URL + figure.get_absolute_url(), size=SMALL)
    return canvas


def say_limits(canvas: Canvas, chart: Chart, **look) -> None:
    say(canvas, chart.figure, "limits", **look)
    for value in chart.values:
        say(canvas, value, "caveat", **look)


def source_line(values) -> str:
    """Of the values from one source."""
    source = values[0].source
    places = dict.fromkeys("".join(locator_parts(o)) for o in values)
    qualities = dict.fromkeys(o.get_quality_display() for o in values)
    return _("Source: %(source)s. Quality: %(quality)s.") % {
        "source": joined(shown(source, "title")[0], source.publisher, "; ".join(places)),
        "quality": joined(*qualities),
    }
