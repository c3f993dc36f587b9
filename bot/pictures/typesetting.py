"""Text that fits: fonts chosen per run of characters, made smaller, broken into lines, cut with an ellipsis."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from PIL import ImageDraw, ImageFont

from bot.colours import RGB
from bot.pictures.coverage import Face, cleaned, face_of

ELLIPSIS = "…"
_NOT_FIRST = "，。、；：？！）》」』】〕…—％”’,.;:?!)]}%"
"""What no line begins with."""
_NOT_LAST = "（《「『【〔“‘([{"
_LONGEST = 150
"""Characters looked at for a line; no line has room for more."""
_SMALLER = 6
"""Percent that a text shrinks by in one step."""


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set: in which language's forms, how big (pixels an em), how strong."""

    language: str
    size: int
    bold: bool = False

    def width(self, text: str) -> int:
        """Pixels from the pen's start to its end, rounded up."""
        return int(sum(_font(face.path, face.index, self.size).getlength(run) for face, run in self._runs(text))) + 1

    def draw(self, pen: ImageDraw.ImageDraw, left: int, baseline: int, text: str, colour: RGB) -> None:
        """Draw one line."""
        at: float = left
        for face, run in self._runs(text):
            font = _font(face.path, face.index, self.size)
            # Shipped Chinese fonts have one weight: two would be twice the size.
            stroke = self.size / 45 if self.bold and face.chinese else 0
            pen.text((at, baseline), run, colour, font, anchor="ls", stroke_width=stroke)
            at += font.getlength(run)

    def smaller(self) -> "Type":
        """The next size down."""
        return Type(self.language, min(self.size - 1, self.size * (100 - _SMALLER) // 100), self.bold)

    def _runs(self, text: str) -> Iterator[tuple[Face, str]]:
        known = ((face_of(c, self.language, bold=self.bold), c) for c in text)
        for face, run in groupby(known, key=lambda pair: pair[0]):
            if face is not None:
                yield face, "".join(character for _, character in run)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that fit a width, and how they are set."""

    lines: tuple[str, ...]
    type: Type
    leading: int
    """Pixels from one baseline to the next."""

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)

    @property
    def baseline(self) -> int:
        """Pixels from the top to the first baseline: ascenders and descenders are both within the height."""
        return (self.leading + self.type.size * 72 // 100) // 2

    @property
    def width(self) -> int:
        return max((self.type.width(line) for line in self.lines), default=0)


def fitted(text: str, type_: Type, width: int, *, lines: int = 1, least: int = 0, even: bool = False) -> Paragraph:
    """The text on at most so many lines, as big as it fits, down to ``least`` pixels; then cut with an ellipsis.

    ``even`` makes the lines about as long as each other; without it only those whose last is left with next to nothing.
    """
    text = cleaned(text, type_.language, _LONGEST * lines)
    least = least or type_.size * 3 // 4
    while True:
        whole = all(type_.width(piece.rstrip()) <= width for piece in _pieces(text))
        broken = _broken(text, type_, width) if whole or type_.size <= least else []
        if (whole and len(broken) <= lines) or type_.size <= least:
            break
        type_ = type_.smaller()
    lonely = len(broken) > 1 and type_.width(broken[-1].strip()) < width // 6
    if (even or lonely) and whole and 1 < len(broken) <= lines:
        broken = _even(text, type_, width, len(broken))
    if len(broken) > lines:
        broken = [*broken[: lines - 1], _cut("".join(broken[lines - 1 :]), type_, width)]
    return Paragraph(tuple(line.strip() for line in broken), type_, type_.size * 130 // 100)


def _even(text: str, type_: Type, width: int, lines: int) -> list[str]:
    """The text in the narrowest column that makes no more lines."""
    narrow = max(width // lines, *(type_.width(piece.rstrip()) for piece in _pieces(text)))
    while narrow < width:
        broken = _broken(text, type_, narrow)
        if len(broken) <= lines:
            return broken
        narrow += max(1, width // 40)
    return _broken(text, type_, width)


def _cut(line: str, type_: Type, width: int) -> str:
    while line and type_.width(line.rstrip() + ELLIPSIS) > width:
        # One character less at a time would be slow for the long ones, and these lose most of theirs.
        line = line[: min(len(line) - 1, len(line) * 2 * width // (2 * width + type_.width(line) - width))]
    return line.rstrip() + ELLIPSIS


def _broken(text: str, type_: Type, width: int) -> list[str]:
    lines = [""]
    for piece in _pieces(text):
        if type_.width((lines[-1] + piece).rstrip()) <= width:
            lines[-1] += piece
            continue
        if lines[-1]:
            lines.append("")
        for part in _slices(piece, type_, width):
            lines[-1] = part
            lines.append("")
        lines.pop()
    return [line for line in lines if line.strip()]


def _slices(piece: str, type_: Type, width: int) -> Iterator[str]:
    """A word, in as many parts as it takes for each to fit."""
    start = 0
    while start < len(piece):
        end = start + 1
        while end < len(piece) and type_.width(piece[start : end + 1].rstrip()) <= width:
            end += 1
        yield piece[start:end]
        start = end


def _pieces(text: str) -> Iterator[str]:
    """Where lines may break: after a space, and between Chinese characters but not before a comma."""
    piece = ""
    for character in text:
        ends = piece.endswith(" ") or _is_han(character) or (bool(piece) and _is_han(piece[-1]))
        stays = character in _NOT_FIRST or character == " " or (bool(piece) and piece[-1] in _NOT_LAST)
        if piece and ends and not stays:
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _is_han(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\uffef"


@lru_cache(maxsize=256)
def _font(path: str, index: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, index=index)
