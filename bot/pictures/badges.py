"""Badges: earned ones in colour, open ones in grey with how far they are."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.colours import WHITE
from bot.pictures import parts
from bot.pictures.canvas import Canvas
from bot.pictures.layout import Stack
from bot.pictures.medals import medal

_MOST = 15
"""Badges in a picture; who has more sees the earned ones, and how many there are beside. Photos are made smaller on
their way, so that the words of more rows could not be read."""
_SPACE = 24


def draw_one(data: Mapping[str, Any]) -> Stack:
    """``BadgeData``."""
    sheet = parts.sheet(data)
    panel = sheet.inner(parts.PADDING, WHITE)
    badge, colours = data["badge"], sheet.colours
    parts.whose(panel, data, colours.accent, align="center")
    panel.gap(48)
    panel.put(480, lambda canvas, x, y: medal(canvas, badge, x + (panel.width - 480) // 2, y, 480))
    panel.text(badge.get("name"), 72, colours.ink, bold=True, align="center", lines=2, gap=40)
    if not badge.get("earned"):
        panel.text(_counted(badge), 48, colours.accent, bold=True, align="center", gap=12)
    panel.text(badge.get("text"), 42, colours.muted, align="center", lines=3, gap=12)
    sheet.panel(panel, parts.PADDING, parts.ROUND)
    return sheet


def draw_all(data: Mapping[str, Any]) -> Stack:
    """``BadgesData``."""
    sheet = parts.sheet(data)
    panel = sheet.inner(parts.PADDING, WHITE)
    parts.whose(panel, data, sheet.colours.accent)
    panel.text(data.get("title"), 60, sheet.colours.ink, bold=True, lines=2, gap=8)
    panel.gap(40)
    put(panel, data["badges"], most=_MOST, size=220, across=2 if len(data["badges"]) in (2, 4) else 3)
    sheet.panel(panel, parts.PADDING, parts.ROUND)
    return sheet


def put(stack: Stack, badges: Sequence[Mapping[str, Any]], *, most: int, size: int, across: int) -> None:
    """Badges in rows; of too many the earned ones first, and how many more there are."""
    shown = badges if len(badges) <= most else sorted(badges, key=lambda one: not one.get("earned"))[:most]
    for start in range(0, len(shown), across):
        stack.gap(36 if start else 0)
        _row(stack, shown[start : start + across], across, size)
    if len(badges) > len(shown):
        stack.text(f"+ {len(badges) - len(shown)}", 44, stack.colours.accent, bold=True, align="center", gap=24)


def _row(stack: Stack, badges: Sequence[Mapping[str, Any]], across: int, size: int) -> None:
    column = (stack.width - (across - 1) * _SPACE) // across
    indent = (stack.width - len(badges) * (column + _SPACE) + _SPACE) // 2
    captions = [_caption(stack, badge, column) for badge in badges]

    def draw(canvas: Canvas, x: int, y: int) -> None:
        for number, (badge, caption) in enumerate(zip(badges, captions, strict=True)):
            left = x + indent + number * (column + _SPACE)
            medal(canvas, badge, left + (column - size) // 2, y, size)
            caption.draw(canvas, left, y + size + 12)

    stack.put(size + 12 + max(caption.height for caption in captions), draw)


def _caption(stack: Stack, badge: Mapping[str, Any], width: int) -> Stack:
    caption = Stack(stack.colours, stack.language, width, stack.ground)
    earned = bool(badge.get("earned"))
    colour = stack.colours.ink if earned else stack.colours.muted
    caption.text(badge.get("name"), 36, colour, bold=True, align="center", lines=2, least=30)
    caption.text("" if earned else _counted(badge), 34, stack.colours.accent, bold=True, align="center", gap=4)
    caption.text(badge.get("text"), 30, stack.colours.muted, align="center", lines=2, least=28, gap=4)
    return caption


def _counted(badge: Mapping[str, Any]) -> str:
    have, need = parts.amounts(badge)
    return f"{have} / {need}" if badge.get("need") else ""
