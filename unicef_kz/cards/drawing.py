"""The picture of a share card: its words, the ornament and the hue of its kind. Never a photograph.

``art/`` holds the motifs of ``static/img/`` as masks and Source Sans 3 as Pillow reads it, in two
weights and under a name of its own, as its licence (``art/OFL.txt``) asks of a changed font.
"""

import io
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

#: To be raised with every change of the drawing, so that nobody keeps an older picture.
DESIGN = 1
SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN, BAND = 72, 80
TEXT_WIDTH = WIDTH - 2 * MARGIN
LINE = 1.14
ART = Path(__file__).parent / "art"
#: A hundred cards take about 3 MB.
KEPT = 100


@dataclass(frozen=True)
class Card:
    """Everything that stands on a card; two equal cards are the same picture."""

    kind: str
    site: str
    host: str
    title: str
    eyebrow: str = ""
    number: str = ""
    note: str = ""
    design: int = DESIGN

    @property
    def alt(self) -> str:
        """The same words for those who do not see the picture."""
        return ". ".join(filter(None, (self.eyebrow, self.title, self.number)))


@lru_cache(KEPT)
def drawn(card: Card) -> bytes:
    """A PNG of about 25 kB."""
    image = Image.new("RGB", SIZE, colour(card.kind, "-ground"))
    draw = ImageDraw.Draw(image)
    put_ornament(image, card.kind)
    if card.kind == "site":
        put_site(image, draw, card)
    else:
        put_head(image, draw, card)
        put_words(draw, card)
    buffer = io.BytesIO()
    palette = image.quantize(128, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


# Parts


def put_ornament(image, kind) -> None:
    """The running motif of the kind along the lower edge."""
    motif = mask(kind if (ART / f"{kind}.png").exists() else "page")
    tile = motif.resize((motif.width * BAND // motif.height, BAND)).point(lambda v: v * 6 // 10)
    for left in range(0, WIDTH, tile.width):
        image.paste(colour(kind), (left, HEIGHT - BAND - 12), tile)


def put_head(image, draw, card) -> None:
    sign = Image.open(ART / "sign.png")
    image.paste(sign, (MARGIN, 52), sign)
    draw.text((MARGIN + 76, 80), card.site, colour("action"), font(30, bold=True), anchor="lm")
    draw.text((WIDTH - MARGIN, 80), card.host, colour("soft"), font(26), anchor="rm")


def put_words(draw, card) -> None:
    """From the top: what it is, its title as large as fits, a number, and what the number is of."""
    bottom = HEIGHT - BAND - 48
    if card.note:
        size, lines = fitted(card.note, 30, 24, 2 * 30 * LINE)
        bottom -= round(len(lines) * size * LINE)
        write(draw, bottom, lines, size, "soft")
    if card.number:
        size, lines = fitted(card.number, 140, 56, 168, bold=True)
        bottom -= round(len(lines) * size * LINE) + 8
        write(draw, bottom, lines, size, card.kind, "-text", bold=True)
    write(draw, 148, [shortened(card.eyebrow, font(30, bold=True))], 30, card.kind, "-text", True)
    size, lines = fitted(card.title, 48 if card.number else 78, 34, bottom - 204, bold=True)
    write(draw, 196, lines, size, "ink", bold=True)


def put_site(image, draw, card) -> None:
    rosette = mask("rosette").point(lambda value: value // 2)
    image.paste(colour("accent"), (WIDTH - 420, 96), rosette)
    put_head(image, draw, card)
    size, lines = fitted(card.title, 66, 40, 350, bold=True, width=700)
    write(draw, 172, lines, size, "ink", bold=True)


def write(draw, top, lines, size, name, part="", bold=False) -> None:
    step = size * LINE
    for number, line in enumerate(lines):
        place = MARGIN, round(top + number * step)
        draw.text(place, line, colour(name, part), font(size, bold), anchor="la")


# Fitting words


def fitted(text, largest, smallest, height, bold=False, width=TEXT_WIDTH) -> tuple[int, list[str]]:
    """The largest size in which the text fits, and its lines; at the smallest it is cut short."""
    for size in range(largest, smallest - 1, -2):
        lines = wrapped(text, font(size, bold), width)
        if len(lines) * size * LINE <= height:
            return size, lines
    most = max(1, int(height / (smallest * LINE)))
    last = shortened(" ".join(lines[most - 1 :]), font(smallest, bold), width)
    return smallest, [*lines[: most - 1], last]


def wrapped(text, face, width) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
        while face.getlength(lines[-1]) > width:  # a word longer than a line
            end = next(
                n for n in range(len(lines[-1])) if face.getlength(lines[-1][: n + 1]) > width
            )
            lines[-1:] = [lines[-1][:end], lines[-1][end:]]
    return lines


def shortened(text, face, width=TEXT_WIDTH) -> str:
    if face.getlength(text) <= width:
        return text
    while face.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip(' ,;:–')}…"


# Art


@lru_cache(64)
def font(size: int, bold: bool = False):
    name = "card-sans-700.ttf" if bold else "card-sans-400.ttf"
    return ImageFont.truetype(ART / name, size)


@cache
def mask(name: str):
    """255 where the motif is."""
    return Image.open(ART / f"{name}.png").convert("L")


def colour(name: str, part: str = "") -> str:
    colours = tokens()
    return colours.get(name + part) or colours["hue" + part]


@cache
def tokens() -> dict[str, str]:
    """The colours of the light theme, which ``tokens.css`` names first."""
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    return dict(reversed(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", css)))
