"""The chart of a key figure: what it says in words and what it draws.

``chart_forms`` decides on its form, ``drawing`` knows the geometry.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import ceil

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from unicef_kz.content.dates import in_words
from unicef_kz.content.languages import shown

from .chart_forms import (
    MOST_SERIES,
    Form,
    extent,
    form_of,
    has_year,
    in_order,
    is_joined,
    period_of,
    series_of,
)
from .drawing import NARROW, WIDE, Canvas, Point, Row, Series, bars, squares, ticks, timeline
from .numbers import plain, unit_after

OVER_TIME = (Form.LINE, Form.POINTS)


def chart_of(figure) -> "Chart | None":
    """From the values that were prefetched for it: those that the visitor may see."""
    values = [o for o in figure.observations.all() if o.value is not None]
    form = form_of(figure, values)
    return Chart(figure, form, in_order(values, form)) if form else None


def when(value) -> tuple[str, str]:
    """The period in words, and the language of the words if it is not the reader's."""
    if value.date:
        return in_words(value.date), ""
    return shown(value, "period_note")


def joined(*texts) -> str:
    return ", ".join(filter(None, texts))


def foreign(*languages) -> str:
    """Of the languages of some texts the one that is not the reader's."""
    return next((code for code in languages if code and code != get_language()), "")


@dataclass
class Chart:
    figure: object
    form: Form
    values: list

    @property
    def is_percent(self) -> bool:
        return self.figure.measure == "percent"

    @cached_property
    def top(self) -> Decimal:
        return max(o.value if o.value_max is None else o.value_max for o in self.values)

    @cached_property
    def scale(self) -> list[tuple[float, str]]:
        """(value, words) of the axis; shares are seen against the whole unless they are a line."""
        whole = self.figure.measure == "number" and all(
            o.value == int(o.value) for o in self.values
        )
        top = self.top
        if self.is_percent and self.form not in OVER_TIME:
            top = max(top, Decimal(100))
        return [(float(tick), self.tick_words(tick)) for tick in ticks(top, whole)]

    def tick_words(self, tick) -> str:
        return _("%(number)s%%") % {"number": plain(tick)} if self.is_percent else plain(tick)

    @property
    def each(self) -> Decimal:
        """What one square counts, so that a hundred are enough."""
        power = 0 if self.is_percent else (self.top - 1).adjusted() - 1
        return Decimal(10) ** max(0, power)

    # Words

    def words(self, value) -> str:
        """With the unit, where the number does not carry it."""
        if not self.figure.has_unit:
            return value.in_words
        forms, language = shown(self.figure, "unit")
        number = value.value if value.value_max is None else value.value_max
        return f"{value.in_words} {unit_after(number, forms, language)}"

    def label(self, value) -> tuple[str, str]:
        """What tells a value from the others: its region, period and kind; and the language."""
        moment, language = when(value)
        region, region_language = shown(value.region, "title") if value.region else ("", "")
        kind = value.get_kind_display().lower() if value.kind != "actual" else ""
        if not value.region and any(o.region for o in self.values):
            region, region_language = shown(self.figure, "population")
        return joined(region, moment, kind), foreign(language, region_language)

    @property
    def caption(self) -> str:
        """What is drawn; ``whole`` says of whom where it is a share."""
        return {
            Form.SHARE: _("One square is one per cent of the whole:"),
            Form.UNITS: self.one_square,
            Form.RANGE: _("The range on a scale from zero."),
            Form.CHANGE: _("The size of the change; the levels themselves are not known."),
            Form.BARS: _("The values on one scale, from zero."),
            Form.LINE: _("The values over time, on a scale from zero."),
            Form.POINTS: _("The values over time, on a scale from zero."),
        }[self.form]

    @property
    def one_square(self) -> str:
        if self.each == 1:
            return _("One square stands for one.")
        return _("One square stands for %(number)s.") % {
            "number": f"{plain(self.each)} {self.unit}"
        }

    @property
    def whole(self) -> tuple[str, str]:
        return shown(self.figure, "population") if self.form == Form.SHARE else ("", "")

    @property
    def notes(self) -> list[str]:
        """What a reader must know in order not to read too much into it."""
        return [words for words in (self.apart, self.hatched, self.planned, self.left_out) if words]

    @property
    def apart(self) -> str:
        """Why values are not joined, or hard to compare."""
        if len({o.source_id for o in self.values}) > 1:
            if self.form in OVER_TIME and any(series.joined for series in self.series):
                return _("A line joins only values from one source.")
            if self.form in OVER_TIME:
                return _("These values come from different sources, so no line joins them.")
            return _("These values come from different sources; compare them with care.")
        if len({o.quality for o in self.values}) > 1:
            if self.form in OVER_TIME:
                return _("A line joins only values of the same quality.")
            return _("These values are of different quality; compare them with care.")
        return ""

    @property
    def hatched(self) -> str:
        if self.form in OVER_TIME:
            return ""
        if any(o.value_max is not None for o in self.values):
            return _("Hatched: the value lies somewhere in between.")
        if any(o.qualifier for o in self.values):
            return _("Hatched: the source gives no exact number.")
        return ""

    @property
    def planned(self) -> str:
        if all(o.kind != "target" for o in self.values):
            return ""
        if self.form in OVER_TIME:
            return _("Empty point: a target, not a result.")
        return _("Dashed outline: a target, not a result.")

    @property
    def left_out(self) -> str:
        drawn = len(self.values)
        if self.form in OVER_TIME:
            drawn = len([o for o in self.values if has_year(o)])
        if drawn == len(self.figure.observations.all()):
            return ""
        if drawn == len(self.values) and len({o.region_id for o in self.values}) > MOST_SERIES:
            return _("The latest value of each region; all stand in the table.")
        return _("Values in words or without a year stand in the table only.")

    @property
    def description(self) -> str:
        """The same in words, for those who do not see it."""
        values = "; ".join(f"{self.label(o)[0]}: {self.words(o)}" for o in self.values)
        return " ".join(filter(None, (self.caption, self.whole[0], f"{values}.", *self.notes)))

    # Drawing

    @property
    def canvases(self) -> list[Canvas]:
        return [self.drawn(NARROW), self.drawn(WIDE)]

    def drawn(self, width: int) -> Canvas:
        canvas = Canvas(width)
        {
            Form.SHARE: self.draw_squares,
            Form.UNITS: self.draw_squares,
            Form.CHANGE: self.draw_change,
            Form.LINE: self.draw_time,
            Form.POINTS: self.draw_time,
        }.get(self.form, self.draw_bars)(canvas)
        return canvas

    def row(self, value, end: Decimal) -> Row:
        """``end`` is the end of the scale; a fortieth of it stands for «more than»."""
        label, language = self.label(value)
        sure, possible = extent(value, end / 40)
        edges = float(sure), float(min(possible, max(end, sure)))
        return Row(label, self.words(value), *edges, value.kind, language)

    def draw_bars(self, canvas):
        end = Decimal(self.scale[-1][0])
        bars(canvas, [self.row(o, end) for o in self.values], self.scale)

    def draw_squares(self, canvas):
        [value] = self.values
        sure, possible = (edge / self.each for edge in extent(value, self.each))
        total = 100 if self.is_percent else min(100, ceil(possible))
        row = Row("", "", float(sure), float(min(possible, total)), value.kind)
        squares(canvas, row, total, self.scale if self.is_percent else ())

    def draw_change(self, canvas):
        """The level before is set to 100, or to 1 where it is so many times as much or little."""
        [value] = self.values
        low, high = (float(edge) for edge in extent(value, value.value / 20))
        falls, is_times = self.figure.direction == "fall", self.figure.measure == "times"
        before = 1 if is_times else 100
        if is_times:
            sure, possible = (1 / high, 1 / low) if falls else (low, high)
        else:
            sure, possible = (100 - high, 100 - low) if falls else (100 + low, 100 + high)
        words = f"{'↓' if falls else '↑'} {value.in_words}"
        first, last = value.date.split("/") if "/" in value.date else ("", "")
        start = joined(pgettext("change", "Before"), in_words(first.strip(".")))
        end = joined(pgettext("change", "After"), in_words(last.strip(".")))
        rows = [
            Row(start, "", before, before, "baseline"),
            Row(end, words, max(0, sure), max(0, possible)),
        ]
        bars(canvas, rows, [(max(before, possible), "")])

    def draw_time(self, canvas):
        timeline(canvas, self.series, self.scale, self.unit)

    @property
    def unit(self) -> str:
        if not self.figure.has_unit:
            return ""
        forms, language = shown(self.figure, "unit")
        return unit_after(None, forms, language)

    @property
    def series(self) -> list[Series]:
        sources = len({o.source_id for o in self.values}) > 1
        return [self.one_series(group, sources) for group in series_of(self.values).values()]

    def one_series(self, group, sources: bool) -> Series:
        region = shown(group[0].region, "title") if group[0].region else ("", "")
        source = shown(group[0].source, "title") if sources else ("", "")
        points = [
            Point(*period_of(o), float(o.value), float(o.value_max or o.value), o.in_words, o.kind)
            for o in group
        ]
        label, language = joined(region[0], source[0]), foreign(region[1], source[1])
        return Series(label, points, is_joined(group), language)
