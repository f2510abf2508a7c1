"""Growth curves as SVG: CPU per request over the number of stories, both scales logarithmic."""

from math import ceil, floor, log10
from xml.sax.saxutils import escape

from .pages import PAGES

WIDTH, HEIGHT, MARGIN = 360, 260, 48
COLOURS = {"textbook": "#8a8a8a", "cold": "#00708c"}
NAMES = {"textbook": "textbook", "cold": "our site, cold"}


def curves(points: dict[str, dict[str, dict[int, float]]]) -> str:
    """``points``: page → site → number of stories → ms of CPU."""
    panels = [panel(PAGES[page], sites, n) for n, (page, sites) in enumerate(points.items())]
    size = f'width="{WIDTH * len(panels)}" height="{HEIGHT}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">'
    )
    return "\n".join([head, '<rect width="100%" height="100%" fill="#fff"/>', *panels, "</svg>\n"])


def panel(title: str, sites: dict[str, dict[int, float]], place: int) -> str:
    every = [(n, ms) for values in sites.values() for n, ms in values.items() if ms > 0]
    if not every:
        return ""
    left, right = scale([n for n, _ms in every])
    low, high = scale([ms for _n, ms in every])

    def x(n):
        return MARGIN + (log10(n) - left) / (right - left) * (WIDTH - MARGIN - 24)

    def y(ms):
        return HEIGHT - MARGIN + 8 - (log10(ms) - low) / (high - low) * (HEIGHT - 2 * MARGIN)

    parts = [f'<g transform="translate({WIDTH * place} 0)">']
    parts.append(f'<text x="{MARGIN}" y="20" font-size="14">{escape(title)}</text>')
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(f'<path d="M{MARGIN} {at:.0f}H{WIDTH - 24}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{MARGIN - 6}" y="{at + 4:.0f}" text-anchor="end">{10.0**power:g}</text>'
        )
    for power in range(left, right + 1):
        at = f'x="{x(10**power):.0f}" y="{HEIGHT - 22}"'
        parts.append(f'<text {at} text-anchor="middle">{10**power:,}</text>')
    parts.append(f'<text x="{MARGIN}" y="{HEIGHT - 6}">stories; ms of CPU for a request</text>')
    for row, (site, values) in enumerate(sites.items()):
        line = [(x(n), y(ms)) for n, ms in sorted(values.items()) if ms > 0]
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in line)
        colour = COLOURS[site]
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in line]
        at = f'x="{WIDTH - 24}" y="{20 + 14 * row}"'
        parts.append(f'<text {at} text-anchor="end" fill="{colour}">{NAMES[site]}</text>')
    return "\n".join([*parts, "</g>"])


def scale(values: list[float]) -> tuple[int, int]:
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)
