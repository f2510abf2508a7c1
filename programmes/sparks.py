"""Charts so small that they have neither words nor axis: beside a number that says it all."""

from dataclasses import dataclass
from decimal import Decimal

from .chart_forms import Form, extent, has_year, is_joined, middle_year, series_of
from .drawing import short

MOST_ROWS, ROW, GAP, TALL = 6, 6, 2, 28


@dataclass(frozen=True)
class Spark:
    """100 wide, stretched to the width there is."""

    height: str
    paths: list[tuple[str, str]]


def spark_of(chart) -> Spark | None:
    if chart.form in (Form.SHARE, Form.RANGE, Form.BARS):
        return rows(chart)
    return over_time(chart) if chart.form in (Form.LINE, Form.POINTS) else None


def rows(chart) -> Spark:
    end, shown = Decimal(chart.scale[-1][0]), chart.values[:MOST_ROWS]
    paths = {"track": "", "mark": "", "other": ""}
    for place, value in enumerate(shown):
        y, (low, high) = place * (ROW + GAP), extent(value, 0)
        start = low if high > low else Decimal(0)
        paths["track"] += f"M0 {y}h100v{ROW}H0z"
        edges = [short(edge / end * 100) for edge in (start, high)]
        ink = "mark" if value.kind == "actual" else "other"
        paths[ink] += f"M{edges[0]} {y}H{edges[1]}v{ROW}H{edges[0]}z"
    height = len(shown) * (ROW + GAP) - GAP
    return Spark(str(height), [(ink, path) for ink, path in paths.items() if path])


def over_time(chart) -> Spark:
    """A line for each series, an upright stroke for each value that belongs to none."""
    dated = [o for o in chart.values if has_year(o)]
    years = [middle_year(o) for o in dated]
    first, span, end = min(years), max(years) - min(years), Decimal(chart.scale[-1][0])

    def place(value):
        x = 1 + 98 * (middle_year(value) - first) / span
        return f"{short(x)} {short(TALL - 1 - float(value.value / end) * (TALL - 2))}"

    lines = []
    for group in series_of(dated).values():
        if is_joined(group):
            lines.append("M" + "L".join(place(o) for o in group if o.kind != "target"))
        else:
            lines += [f"M{place(o)}V{TALL}" for o in group]
    return Spark(str(TALL), [("line", "".join(lines))])
