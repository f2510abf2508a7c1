"""Geometry of charts: numbers become paths and words on a canvas of so many pixels.

Plain Python: no database, no template. All lengths are pixels of the canvas.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from textwrap import wrap

from django.forms.utils import flatatt

#: A phone of 360 pixels and a column of text: each canvas is shown in its own size, so that the
#: words on it stay readable.
NARROW, WIDE = 328, 620
TEXT, LINE, BAR = 14, 19, 16
#: Roughly the width of a letter, for a font whose height is 1.
LETTER = 0.55
#: How each kind of mark looks where no style sheet is: in a file of its own. In the order in which
#: they are painted. Kinds differ in fill, pattern or dashes, never in colour alone.
INKS = {
    "track": {"fill": "#e7efe1"},
    "grid": {"fill": "none", "stroke": "#c9cfc4"},
    "axis": {"fill": "none", "stroke": "#5c6670"},
    "solid": {"fill": "#2c6a12"},
    "light": {"fill": "#c6dfb4", "stroke": "#2c6a12", "stroke-width": "1.5"},
    "hatch": {"stroke": "#2c6a12"},
    "hollow": {"fill": "none", "stroke": "#2c6a12", "stroke-width": "2", "stroke-dasharray": "5 3"},
    "line": {"fill": "none", "stroke": "#2c6a12", "stroke-width": "2.5"},
    "dashes": {
        "fill": "none",
        "stroke": "#2c6a12",
        "stroke-width": "2.5",
        "stroke-dasharray": "8 4",
    },
    "dots": {"fill": "none", "stroke": "#2c6a12", "stroke-width": "2.5", "stroke-dasharray": "2 4"},
    "marker": {"fill": "#2c6a12", "stroke": "#fff", "stroke-width": "1.5"},
    "paper": {"fill": "#fff", "stroke": "#2c6a12", "stroke-width": "2"},
}
#: kind of a value → the ink of its bar or square, and of its point
BAR_INKS = {"actual": "solid", "baseline": "light", "target": "hollow"}
POINT_INKS = {"actual": "marker", "baseline": "marker", "target": "paper"}
LINE_INKS = ("line", "dashes", "dots", "line")


@dataclass(frozen=True)
class Row:
    """A bar: solid up to ``sure``, hatched from there to ``possible``."""

    label: str
    words: str
    sure: float
    possible: float
    kind: str = "actual"
    language: str = ""


@dataclass(frozen=True)
class Point:
    """A value at a moment in years (2015.5), or between two of them."""

    first: float
    last: float
    low: float
    high: float
    words: str
    kind: str = "actual"

    @property
    def middle(self) -> float:
        return (self.first + self.last) / 2


@dataclass(frozen=True)
class Series:
    """Points of one population and method; only ``joined`` ones are one line."""

    label: str
    points: list[Point]
    joined: bool
    language: str = ""


@dataclass(frozen=True)
class Words:
    text: str
    x: str
    y: str
    anchor: str = "start"
    strong: bool = False
    size: int = TEXT
    language: str = ""

    @property
    def look(self) -> str:
        """Attributes, as far as they are not the usual ones."""
        found = {"font-size": str(self.size)}
        if self.anchor != "start":
            found["text-anchor"] = self.anchor
        if self.strong:
            found["font-weight"] = "650"
        if self.language:
            found["lang"] = self.language
        return flatatt(found)


@dataclass
class Canvas:
    width: int
    bottom: float = 0
    paths: dict[str, list[str]] = field(default_factory=dict)
    words: list[Words] = field(default_factory=list)

    @property
    def height(self) -> int:
        return ceil(self.bottom)

    @property
    def box(self) -> dict[str, str]:
        """For attributes: never localized, as numbers in templates are."""
        return {"width": str(self.width), "height": str(self.height)}

    @property
    def marks(self) -> list[tuple[str, str, str]]:
        """(ink, path, its attributes), the lowest layer first."""
        return [
            (ink, "".join(self.paths[ink]), flatatt(look))
            for ink, look in INKS.items()
            if ink in self.paths
        ]

    def path(self, ink, path):
        self.paths.setdefault(ink, []).append(path)

    def rect(self, ink, x, y, width, height):
        if width > 0:
            w = short(width)
            self.path(ink, f"M{short(x)} {short(y)}h{w}v{short(height)}h-{w}z")

    def value(self, kind, x, y, width, height):
        """As large with an outline as without."""
        inset = 0 if kind == "actual" else 1
        size = width - 2 * inset, height - 2 * inset
        self.rect(BAR_INKS[kind], x + inset, y + inset, *size)

    def line(self, ink, *points):
        self.path(ink, "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points))

    def marker(self, ink, place, x, y):
        """Circle, square, diamond or triangle: the sign of the series in this place."""
        shapes = ("m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z", "m-5.5-5.5h11v11h-11z")
        shapes += ("m0-7l7 7l-7 7l-7-7z", "m0-7l7 12h-14z")
        self.path(ink, f"M{short(x)} {short(y)}{shapes[place % len(shapes)]}")

    def write(self, text, x, y, anchor="start", **look):
        self.words.append(Words(text, short(x), short(y), anchor, **look))

    def paragraph(self, text, size=TEXT, room=0, **look) -> None:
        """Lines from the left edge, below what is there."""
        for line in wrapped(text, (room or self.width), size):
            self.bottom += size * 1.36
            self.write(line, 0, self.bottom - size * 0.36, size=size, **look)


def short(number) -> str:
    return f"{float(number):.1f}".removesuffix(".0")


def length(text: str, size=TEXT) -> float:
    return len(text) * size * LETTER


def wrapped(text: str, room: float, size=TEXT) -> list[str]:
    return wrap(text, max(8, int(room / (size * LETTER)))) or [""]


def ticks(top: Decimal, whole=False) -> list[Decimal]:
    """From 0 in four steps or so of 1, 2, 2.5 or 5 times a power of ten, to ``top`` or above."""
    rough = max(Decimal(top) / 4, Decimal(1) if whole else Decimal(0)) or Decimal("0.25")
    power = Decimal(10) ** rough.adjusted()
    steps = [power * n for n in (1, 2, Decimal("2.5"), 5, 10)]
    step = next(s for s in steps if s >= rough and (s == int(s) or not whole))
    return [step * i for i in range(max(1, ceil(top / step)) + 1)]


def bars(canvas: Canvas, rows: list[Row], scale: list[tuple[float, str]]) -> None:
    """One below the other, from zero; ``scale`` is (value, words) of each mark of the axis."""
    unit = canvas.width / scale[-1][0]
    for row in rows:
        room = canvas.width - length(row.words) - 12
        canvas.write(row.words, canvas.width, canvas.bottom + TEXT, "end", strong=True)
        canvas.paragraph(row.label, room=room, language=row.language)
        y = canvas.bottom + 5
        canvas.rect("track", 0, y, canvas.width, BAR)
        canvas.value(row.kind, 0, y, row.sure * unit, BAR)
        canvas.rect("hatch", row.sure * unit, y, (row.possible - row.sure) * unit, BAR)
        canvas.bottom = y + BAR + 12
    if len(scale) > 1:
        axis(canvas, [(value * unit, words) for value, words in scale])


def axis(canvas, places) -> None:
    """Marks below what is drawn; every second word is left out where all would not fit."""
    y = canvas.bottom
    canvas.line("axis", (places[0][0], y), (places[-1][0], y))
    crowded = sum(length(words) + 14 for _x, words in places) > canvas.width
    for i, (x, words) in enumerate(places):
        canvas.line("axis", (x, y), (x, y + 5))
        anchor = "start" if i == 0 else "end" if i == len(places) - 1 else "middle"
        if words and not (crowded and i % 2):
            canvas.write(words, x, y + 20, anchor)
    canvas.bottom = y + 26


def squares(canvas: Canvas, row: Row, total: int, scale=()) -> None:
    """``row.sure`` of ``total`` squares are filled, in columns of five from the left."""
    rows = 1 if total <= 20 else 5
    pitch = min(28, (canvas.width + 3) / 20)
    side = pitch - 3
    for i in range(total):
        column, line = divmod(i, rows)
        x, y = column * pitch, line * pitch
        sure, possible = (min(1, max(0, edge - i)) for edge in (row.sure, row.possible))
        if scale:
            canvas.rect("track", x, y, side, side)
        canvas.value(row.kind, x, y, side * sure, side)
        canvas.rect("hatch", x + side * sure, y, side * (possible - sure), side)
    canvas.bottom = rows * pitch + 4
    if scale:
        unit = (pitch * 20 - 3) / scale[-1][0]
        axis(canvas, [(value * unit, words) for value, words in scale])


def timeline(canvas: Canvas, series: list[Series], scale, unit="") -> None:
    """Values over the years; ``scale`` as in ``bars``, from below."""
    points = [point for one in series for point in one.points]
    years = min(p.first for p in points), max(p.last for p in points)
    left = max(length(words) for _value, words in scale) + 10
    top, bottom = LINE * 2.4 if unit else LINE * 1.4, LINE * 2.4 + 200

    def x(year):
        return left + 16 + (year - years[0]) / (years[1] - years[0]) * (canvas.width - left - 44)

    def y(value):
        return bottom - float(value) / float(scale[-1][0]) * (bottom - top)

    if unit:
        canvas.write(unit, 0, TEXT)
    for value, words in scale:
        canvas.line("grid" if value else "axis", (left, y(value)), (canvas.width, y(value)))
        canvas.write(words, left - 8, y(value) + 5, "end")
    for year in round_years(*years, most=int((canvas.width - left) / 64)):
        middle = x(year + 0.5)
        canvas.line("axis", (middle, bottom), (middle, bottom + 5))
        canvas.write(str(year), middle, bottom + 21, "middle")
    labelled = len(points) <= canvas.width / 80
    for place, one in enumerate(series):
        draw_series(canvas, one, place, x, y, labelled)
    canvas.bottom = bottom + 28
    if len(series) > 1:
        legend(canvas, series)


def draw_series(canvas, series, place, x, y, labelled) -> None:
    real = [p for p in series.points if p.kind != "target"]
    if series.joined:
        middles = [(x(p.middle), y((p.low + p.high) / 2)) for p in real]
        canvas.line(LINE_INKS[place % len(LINE_INKS)], *middles)
    for point in series.points:
        at, high = x(point.middle), y((point.low + point.high) / 2)
        if point.last - point.first > 1.1:
            canvas.line("axis", (x(point.first), high), (x(point.last), high))
        if point.high > point.low:
            canvas.line("axis", (at, y(point.low)), (at, y(point.high)))
        canvas.marker(POINT_INKS[point.kind], place, at, high)
        if labelled or point in (series.points[0], series.points[-1]):
            half = length(point.words) / 2
            middle = min(max(at, half), canvas.width - half)
            canvas.write(point.words, middle, y(point.high) - 12, "middle", strong=True)


def legend(canvas, series) -> None:
    for place, one in enumerate(series):
        y = canvas.bottom + LINE / 2
        if one.joined:
            canvas.line(LINE_INKS[place % len(LINE_INKS)], (0, y), (36, y))
        canvas.marker("marker", place, 18, y)
        for line in wrapped(one.label, canvas.width - 46):
            canvas.write(line, 46, canvas.bottom + LINE / 2 + 5, language=one.language)
            canvas.bottom += LINE
        canvas.bottom += 3


def round_years(first: float, last: float, most: int) -> list[int]:
    span = range(int(first), ceil(last))
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if len(span) / s <= most)
    return [year for year in span if year % step == 0] or list(span)[:1]
