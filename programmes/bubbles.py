"""How large the circles of a map are, and how they make room for each other."""

from dataclasses import dataclass
from itertools import product
from math import hypot, sqrt

from .geography import HEIGHT, WIDTH

#: Radii in em of the map, 16 px on a phone and 24 px on a wide screen (map.css): a target has 24 px
#: at least (WCAG 2.5.8), and the narrowest map of 290 px is 18 em wide.
TARGET, LARGEST, EMPTY = 0.75, 2.1, 0.25
NARROW = 18, 18 * HEIGHT / WIDTH
#: A wide map in em, and a name on it: only wide screens show names.
WIDE = 30, 30 * HEIGHT / WIDTH
LETTER, LINE = 0.32, 0.75
STEPS = 80
ROOM = 0.85  # of the sum of two radii: circles may touch and overlap a little


@dataclass
class Bubble:
    """``x`` and ``y`` in per cent of the map, ``r`` in em; its area stands for the value."""

    x: float
    y: float
    r: float

    @property
    def target(self) -> float:
        return max(self.r, TARGET)


def radius(value: float, values: list[float]) -> float:
    """In proportion to the root; the smallest is a full target where the range allows it."""
    largest, smallest = max(values), min(v for v in values if v > 0)
    most = min(LARGEST, TARGET * sqrt(largest / smallest))
    return round(most * sqrt(value / largest), 2)


def draw(points: list[tuple[tuple[float, float], float]]) -> list[Bubble]:
    """From ((x, y) in per cent, value) for each."""
    values = [value for _place, value in points]
    bubbles = [
        Bubble(x, y, radius(value, values) if value > 0 else EMPTY) for (x, y), value in points
    ]
    make_room(bubbles)
    return bubbles


def make_room(bubbles: list[Bubble]) -> None:
    """Moves circles apart until each can be hit on the narrowest screen."""
    width, height = (side / 100 for side in NARROW)
    pairs = [(a, b) for i, a in enumerate(bubbles) for b in bubbles[i + 1 :]]
    for _step in range(STEPS):
        still = True
        for a, b in pairs:
            dx, dy = (b.x - a.x) * width, (b.y - a.y) * height
            apart = hypot(dx, dy)
            missing = distance_needed(a, b) - apart
            if missing > 0.01:
                still = False
                dx, dy = (dx / apart, dy / apart) if apart else (1, 0)
                push = missing / 2
                a.x, a.y = a.x - dx * push / width, a.y - dy * push / height
                b.x, b.y = b.x + dx * push / width, b.y + dy * push / height
        if still:
            break
    for bubble in bubbles:
        bubble.x, bubble.y = round(bubble.x, 1), round(bubble.y, 1)


def distance_needed(a: Bubble, b: Bubble) -> float:
    targets = 2.05 * TARGET if min(a.r, b.r) > EMPTY else 0
    return max(targets, ROOM * (a.r + b.r))


def legend(values: list[float]) -> list[tuple[float, float]]:
    """(value, width) of the largest and of a quarter of it, in a round number."""
    values = [value for value in values if value > 0]
    if not values:
        return []
    largest = max(values)
    small = float(f"{largest / 4:.1g}")
    if all(value == int(value) for value in values):
        small = max(1, round(small))
    return [(value, 2 * radius(value, values)) for value in sorted({small, largest}, reverse=True)]


def name_box(
    bubble: Bubble, letters: int, below: bool, shift: float
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a name on a wide map, in em."""
    width = letters * LETTER
    x, y = bubble.x * WIDE[0] / 100, bubble.y * WIDE[1] / 100
    left = max(0, min(x + (shift - 0.5) * width, WIDE[0] - width))
    top = y + bubble.r if below else y - bubble.r - LINE
    return left, top, left + width, top + LINE


def touches(box, bubble: Bubble) -> bool:
    left, top, right, bottom = box
    x, y = bubble.x * WIDE[0] / 100, bubble.y * WIDE[1] / 100
    return hypot(x - min(max(x, left), right), y - min(max(y, top), bottom)) < bubble.r


def place_name(name: str, bubble: Bubble, others: list[Bubble]) -> tuple[float, float] | None:
    """The middle of its foot in per cent, below or above its circle; None where no room is."""
    others = [other for other in others if other is not bubble]
    for shift, below in product((0, -0.2, 0.2), (True, False)):
        box = name_box(bubble, len(name), below, shift)
        if not any(touches(box, other) for other in others):
            left, _top, right, bottom = box
            x, y = (left + right) / 2 / WIDE[0], (bottom - LINE / 5) / WIDE[1]
            return round(100 * x, 1), round(100 * y, 1)
    return None
