"""From what a picture shows to its pixels: one function for each kind."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.messages import Picture
from bot.pictures import badges, card, goal, invite, stamps, voucher
from bot.pictures.canvas import Canvas
from bot.pictures.layout import Stack

KINDS: Mapping[str, Callable[[Mapping[str, Any]], Stack]] = {
    "card": card.draw,
    "stamps": stamps.draw,
    "badge": badges.draw_one,
    "badges": badges.draw_all,
    "voucher": voucher.draw,
    "invite": invite.draw,
    "progress": goal.draw,
}


def laid_out(picture: Picture) -> Stack:
    """What is where, and nothing drawn yet."""
    if picture.kind not in KINDS:
        raise ValueError(f"{picture.kind!r} is no kind of picture; there are {', '.join(KINDS)}")
    return KINDS[picture.kind](picture.data)


def draw(picture: Picture) -> Canvas:
    """The picture, still knowing what was put where."""
    return laid_out(picture).page()


def render(picture: Picture) -> bytes:
    """The picture as PNG."""
    return draw(picture).png()
