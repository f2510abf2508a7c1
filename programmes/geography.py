"""Where a point of the Earth lies on ``static/img/kazakhstan.svg``.

Albers' equal-area conic projection, standard parallels 43° and 53° N, middle meridian 67° E. How
the outline was drawn in it is told in LICENSE-CONTENT.md.
"""

from math import cos, radians, sin, sqrt

WIDTH, HEIGHT, MARGIN = 1000, 569, 10  # the outline's viewBox, and the paper around the country
SCALE, LEFT, TOP = 2117.13565, -0.23408400, 0.13012452  # units per Earth radius; edges of the land

_SOUTH, _NORTH, _MIDDLE, _ORIGIN = (radians(degrees) for degrees in (43, 53, 67, 48))
_CONE = (sin(_SOUTH) + sin(_NORTH)) / 2


def _distance_from_pole(latitude: float) -> float:
    return sqrt(cos(_SOUTH) ** 2 + 2 * _CONE * (sin(_SOUTH) - sin(latitude))) / _CONE


def on_map(latitude, longitude) -> tuple[float, float]:
    """Degrees → per cent of the map's width from the left and of its height from the top."""
    distance = _distance_from_pole(radians(latitude))
    angle = _CONE * (radians(longitude) - _MIDDLE)
    x = distance * sin(angle)
    y = _distance_from_pole(_ORIGIN) - distance * cos(angle)
    return (
        100 * ((x - LEFT) * SCALE + MARGIN) / WIDTH,
        100 * ((TOP - y) * SCALE + MARGIN) / HEIGHT,
    )
