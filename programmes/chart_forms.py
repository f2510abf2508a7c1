"""Which form of chart a key figure gets.

Values are one series only where source, quality and region are the same; unit, measure and
population belong to the figure. Nothing else is ever joined by a line: what the same method
counted is known only as long as one source counted it.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

#: So many lines can still be told apart; of more regions only the latest values are drawn.
MOST_SERIES = 4


class Form(StrEnum):
    NONE = ""
    SHARE = "share"  # one share: so many of a hundred squares
    UNITS = "units"  # one count: a square for each 1, 10, 100 …
    RANGE = "range"  # one value between two bounds, on an axis
    CHANGE = "change"  # the size of a change: before and after
    BARS = "bars"  # several values side by side
    LINE = "line"  # a series over time
    POINTS = "points"  # values over time that are no series


def form_of(figure, values: list) -> Form:
    """``values`` are those in numbers. A value that stands alone for nothing gets no chart."""
    if not values or min(o.value for o in values) < 0:
        return Form.NONE
    if len(values) > 1:
        return over_time(values) if figure.measure not in ("change", "times") else Form.NONE
    [only] = values
    if figure.measure in ("change", "times"):
        return Form.CHANGE if is_change(figure, only) else Form.NONE
    if only.value_max is not None:
        return Form.RANGE
    if figure.measure == "percent":
        return Form.SHARE if only.value <= 100 else Form.NONE
    is_count = figure.measure == "number" and only.value >= 1
    return Form.UNITS if is_count else Form.NONE


def is_change(figure, value) -> bool:
    """Whether its direction is known and it can be: nothing falls by more than all of it."""
    if value.value_max is not None or not value.value:
        return False
    if figure.measure == "change" and figure.direction == "fall":
        return value.value <= 100
    return figure.direction in ("rise", "fall") and (figure.measure == "change" or value.value > 1)


def over_time(values) -> Form:
    groups = [group for group in series_of(values).values() if is_joined(group)]
    years = {round(middle_year(o)) for o in values if has_year(o) and o.kind != "target"}
    regions = {o.region_id for o in values}
    if len(years) < 3 or len(regions) > MOST_SERIES or len(series_of(values)) > 2 * MOST_SERIES:
        return Form.BARS
    return Form.LINE if any(len(group) > 2 for group in groups) else Form.POINTS


def series_of(values) -> dict[tuple, list]:
    """(region, source, quality) → the values that may be compared over time."""
    series = {}
    for value in filter(has_year, values):
        series.setdefault((value.region_id, value.source_id, value.quality), []).append(value)
    return series


def is_joined(group) -> bool:
    """Two values of one year are a correction or another count, so no line knows its way."""
    moments = [middle_year(o) for o in group if o.kind != "target"]
    return len(moments) > 1 and len(set(moments)) == len(moments)


def has_year(value) -> bool:
    return bool(value.earliest or value.latest)


def year_of(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 366


def period_of(value) -> tuple[float, float]:
    """An open end is as long as what is known of it."""
    first, last = value.earliest or value.latest, value.latest or value.earliest
    return year_of(first), year_of(last) + 1 / 366


def middle_year(value) -> float:
    return sum(period_of(value)) / 2


def extent(value, step) -> tuple[Decimal, Decimal]:
    """Up to where a value is sure, and up to where it may reach, for «over 90» and «10–15»."""
    if value.value_max is not None:
        return value.value, value.value_max
    below = value.qualifier in ("almost", "under", "up_to", "about")
    above = value.qualifier in ("over", "at_least", "about")
    return max(Decimal(0), value.value - step * below), value.value + step * above


def in_order(values, form) -> list:
    """By time, or where there is only one period from the largest down."""
    if form == Form.BARS and len({o.region_id for o in values}) > MOST_SERIES:
        by_time = sorted(values, key=lambda o: (o.kind == "actual", o.sort_day, o.pk))
        values = list({o.region_id: o for o in by_time}.values())
    if len({(o.date, o.kind) for o in values}) == 1:
        return sorted(values, key=lambda o: (-o.value, o.pk))
    return sorted(
        values, key=lambda o: (o.kind == "target", o.earliest or o.latest or date.max, o.pk)
    )
