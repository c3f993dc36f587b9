"""Things below each other: each has its own height, so that nothing can lie on anything else."""

from collections.abc import Callable

from bot.colours import RGB
from bot.pictures.canvas import WIDTH, Canvas
from bot.pictures.colours import Colours
from bot.pictures.typesetting import Type, fitted

MARGIN = 48
Draw = Callable[[Canvas, int, int], None]
"""Draws at a left and a top."""


class Stack:
    """What is drawn from top to bottom within a width, on a ground that its texts are readable on."""

    def __init__(self, colours: Colours, language: str, width: int = WIDTH - 2 * MARGIN, ground: RGB | None = None):
        self.colours = colours
        self.language = language
        self.width = width
        self.height = 0
        self.ground = ground or colours.page
        self._parts: list[tuple[int, Draw]] = []

    def inner(self, padding: int, ground: RGB) -> "Stack":
        """An empty stack to be put on a panel of this one."""
        return Stack(self.colours, self.language, self.width - 2 * padding, ground)

    def gap(self, height: int) -> None:
        """Air; none at the very top."""
        if self._parts:
            self.height += height

    def put(self, height: int, draw: Draw) -> None:
        """Something that is drawn by itself."""
        self._parts.append((self.height, draw))
        self.height += height

    def text(
        self,
        text: object,
        size: int,
        colour: RGB,
        *,
        bold: bool = False,
        align: str = "left",
        lines: int = 1,
        gap: int = 0,
        least: int = 0,
    ) -> None:
        """A text, after a gap; nothing at all where it is empty."""
        set_ = fitted(
            str(text or ""),
            Type(self.language, size, bold),
            self.width,
            lines=lines,
            least=least,
            even=align == "center",
        )
        if set_.lines:
            self.gap(gap)
            self.put(
                set_.height,
                lambda canvas, x, y: canvas.paragraph(set_, x, y, self.width, colour, self.ground, align=align),
            )

    def panel(self, inner: "Stack", padding: int, radius: int, ornament: Draw | None = None) -> None:
        """Another stack, on a panel in the colour it was made for."""

        def draw(canvas: Canvas, x: int, y: int) -> None:
            canvas.panel(x, y, self.width, inner.height + 2 * padding, inner.ground, radius)
            if ornament is not None:
                ornament(canvas, x, y)
            inner.draw(canvas, x + padding, y + padding)

        self.put(inner.height + 2 * padding, draw)

    def draw(self, canvas: Canvas, left: int, top: int) -> None:
        """Draw everything."""
        for at, part in self._parts:
            part(canvas, left, top + at)

    def size(self) -> tuple[int, int]:
        """Width and height of the whole picture."""
        return WIDTH, self.height + 2 * MARGIN

    def page(self) -> Canvas:
        """The whole picture, with a margin around."""
        canvas = Canvas(self.size()[1], self.colours)
        self.draw(canvas, MARGIN, MARGIN)
        return canvas
