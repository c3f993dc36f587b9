"""The terminal as a customer's screen: for trying out, on any channel's name."""

import io
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterable
from itertools import count
from pathlib import Path

import segno
from aiohttp import web
from rich.box import ROUNDED
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from bot.messages import Button, Outbound, Picture
from channels.base import Hub

WIDEST = 76
"""Columns of a message, as on a small window; a file or a pipe gets lines as they are."""
_ITEM = re.compile(r"^(\d{1,3})\. (.*)", re.MULTILINE)
Png = Callable[[Picture], Awaitable[bytes | None]]


class Terminal:
    """Prints what would be sent. Buttons have numbers, and ``means`` tells which one was typed.

    Pictures are put into ``folder`` as ``png`` draws them; without one, a code that they show is drawn with letters.
    """

    rate = 1000.0
    contact = None

    def __init__(
        self, name: str, console: Console | None = None, *, png: Png | None = None, folder: Path | None = None
    ) -> None:
        self.name = name
        self.sender = f"terminal:{name}"
        self._console = console or Console()
        self._png, self._folder = png, folder
        self._offered: dict[str, str] = {}

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Nothing to begin: what is typed comes from the command."""

    def routes(self) -> list[web.RouteDef]:
        """None."""
        return []

    async def send(self, message: Outbound) -> str:
        """Print the message."""
        choices = numbered(message)
        self._offered = {number: button.says for number, button in choices.items()}
        parts = [Text(_harmless(part)) for part in (message.text, await self._in_words(message)) if part]
        lines = [_line(number, button) for number, button in choices.items()]
        if self._console.is_terminal:
            self._show(parts, message.picture, lines)
        else:
            for part in (*parts, *lines):
                self._console.print(part, soft_wrap=True)
        return f"terminal:{message.id}"

    async def close(self) -> None:
        """Nothing to give back."""

    def means(self, typed: str) -> str:
        """What was said: the number of a choice of the last message stands for it."""
        return self._offered.get(typed.strip(), typed)

    def _show(self, parts: list[Text], picture: Picture | None, lines: list[Text]) -> None:
        inside: list[RenderableType] = [*parts]
        if picture and not self._folder and (code := code_of(picture)):
            # Dark on light whatever the terminal's colours are: not every reader knows the other way round.
            inside += [Text(), Text(code, style="white on black", no_wrap=True)]
        width = min(WIDEST, self._console.width)
        self._console.print(Panel(Group(*inside), box=ROUNDED, width=width, border_style="dim"))
        for line in lines:
            self._console.print(line)

    async def _in_words(self, message: Outbound) -> str:
        """Where the picture lies, else what it shows."""
        picture = message.picture
        if picture is None:
            return ""
        drawn = await self._png(picture) if self._png and self._folder else None
        if drawn and self._folder:
            path = self._folder / f"{message.id}-{picture.kind}.png"
            path.write_bytes(drawn)
            return f"[{picture.alt}]\n{path}"
        return "" if picture.alt in message.text else f"[{picture.alt}]"


def numbered(message: Outbound) -> dict[str, Button]:
    """The choices by number, after those of a list in the text, whose items are answered by their own."""
    items = dict(_ITEM.findall(message.text))
    numbers = count(max(map(int, items), default=0) + 1)
    listed = tuple(button for button in message.buttons if button.says in items or _heads(button, items.values()))
    return {str(next(numbers)): button for button in message.buttons if button not in listed}


def code_of(picture: Picture) -> str:
    """The QR code that the picture shows, written with half blocks; empty when it shows none."""
    content = picture.data.get("link") or picture.data.get("code")
    if not isinstance(content, str) or not content:
        return ""
    written = io.StringIO()
    segno.make_qr(content, error="m").terminal(written, compact=True, border=2)
    return written.getvalue().rstrip("\n")


def _heads(button: Button, lines: Iterable[str]) -> bool:
    return any(line.startswith(button.label) for line in lines)


def _line(number: str, button: Button) -> Text:
    opens = Text(f"  {_harmless(button.opens)}", style="underline") if button.opens else Text()
    return Text.assemble("  ", (f"[{number}]", "bold cyan"), f" {_harmless(button.label)}", opens)


def _harmless(text: str) -> str:
    """Without what would steer the terminal: names and texts are written by strangers."""
    return "".join(one for one in text if one == "\n" or unicodedata.category(one) != "Cc")
