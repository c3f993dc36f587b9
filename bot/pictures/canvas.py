"""What pictures are drawn on: text, panels, bars, discs and QR codes, in pixels from the top left."""

from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from operator import sub

import segno
from PIL import Image, ImageDraw

from bot.colours import BLACK, RGB, WHITE
from bot.pictures import shapes
from bot.pictures.colours import Colours
from bot.pictures.typesetting import Paragraph

WIDTH = 1080
_QUIET = 4
"""Light modules around a QR code (ISO/IEC 18004, 9.1)."""
_MOST = 600
"""Bytes in a code; one with more has modules that a phone's screen shows too small to scan."""
_PALETTE = 256
_COUNTED = 2**15
"""Colours counted at most; a picture has about a thousand."""
_APART = 9
"""Levels of a colour between a flat area's and any other: Pillow measures from up to three levels beside the colour."""

Modules = list[list[int]]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn, and the box it keeps to: text, code or shape."""

    what: str
    left: int
    top: int
    right: int
    bottom: int
    ground: RGB = WHITE
    colour: RGB = BLACK


class Canvas:
    """An image in the making; ``marks`` tells what was put where."""

    def __init__(self, height: int, colours: Colours) -> None:
        self.colours = colours
        self.marks: list[Mark] = []
        self._flat = {WHITE, BLACK, colours.page}
        self.image = Image.new("RGB", (WIDTH, height), colours.page)
        self._pen = ImageDraw.Draw(self.image)

    def paragraph(
        self, text: Paragraph, left: int, top: int, width: int, colour: RGB, ground: RGB, *, align: str
    ) -> None:
        """Draw a text within a width: ``left``, ``center`` or ``right``."""
        self._flat.add(colour)
        for number, line in enumerate(text.lines):
            long = text.type.width(line)
            x = left + {"left": 0, "center": (width - long) // 2, "right": width - long}[align]
            y = top + number * text.leading
            text.type.draw(self._pen, x, y + text.baseline, line, colour)
            self.marks.append(Mark(f"text {line}", x, y, x + long, y + text.leading, ground, colour))

    def panel(self, left: int, top: int, width: int, height: int, colour: RGB, radius: int) -> None:
        """A rectangle with round corners."""
        self._flat.add(colour)
        radius = min(radius, width // 2, height // 2)
        right, bottom = left + width, top + height
        if width > 2 * radius:
            self._pen.rectangle((left + radius, top, right - radius - 1, bottom - 1), fill=colour)
        if height > 2 * radius:
            self._pen.rectangle((left, top + radius, right - 1, bottom - radius - 1), fill=colour)
        for x in (left, right - 2 * radius) if radius else ():
            for y in (top, bottom - 2 * radius):
                self.image.paste(colour, (x, y), shapes.disc(2 * radius))

    def shape(self, mask: Image.Image, left: int, top: int, colour: RGB) -> None:
        """Anything for which there is a mask."""
        self._flat.add(colour)
        self.image.paste(colour, (left, top), mask)

    def bar(self, left: int, top: int, width: int, height: int, have: int, need: int) -> None:
        """How much of something is there; a little always shows."""
        self.panel(left, top, width, height, self.colours.track, height // 2)
        if have > 0:
            share = width if have >= need else max(height, width * have // need)
            self.panel(left, top, share, height, self.colours.accent, height // 2)
        self.marks.append(Mark("bar", left, top, left + width, top + height))

    def code(self, modules: Modules, left: int, top: int, size: int) -> None:
        """A QR code at most so wide, on white that is there already; each module is whole pixels."""
        small = Image.new("1", (len(modules), len(modules)))
        small.putdata([1 if dark else 0 for row in modules for dark in row])
        wide = len(modules) * max(1, size // len(modules))
        x, y = left + (size - wide) // 2, top + (size - wide) // 2
        # Only the dark modules: the code's white border is square, and would stick out of a round panel.
        self.image.paste(BLACK, (x, y), small.resize((wide, wide), Image.Resampling.NEAREST))
        self.marks.append(Mark("code", x, y, x + wide, y + wide))

    def png(self) -> bytes:
        """The image in its most frequent colours: flat areas stay exact, and soft edges need no more."""
        out = BytesIO()
        palette = Image.new("P", (1, 1))
        palette.putpalette(b"".join(bytes(colour) for colour in self._palette()))
        # Level 9 takes five times as long and saves a fifth.
        self.image.quantize(palette=palette, dither=Image.Dither.NONE).save(out, "PNG", compress_level=6)
        return out.getvalue()

    def _palette(self) -> list[tuple[int, ...]]:
        counted = sorted(self.image.getcolors(_COUNTED) or (), reverse=True)
        flat = sorted(self._flat)
        # Pillow looks colours up by their upper six bits, so that one close to a flat colour could take its place.
        others = (
            colour
            for _, colour in counted
            if isinstance(colour, tuple) and all(max(map(abs, map(sub, colour, one))) >= _APART for one in flat)
        )
        return [*flat, *islice(others, _PALETTE - len(flat))]


def modules(content: str) -> Modules | None:
    """A QR code (level M) with its quiet zone, 1 where it is dark; None where there is nothing to hold, or too much."""
    content = content.encode(errors="replace").decode()
    if not content or len(content.encode()) > _MOST:
        return None
    code = segno.make_qr(content, error="m", boost_error=False)
    return [list(row) for row in code.matrix_iter(scale=1, border=_QUIET)]
