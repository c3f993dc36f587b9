"""The member card: who it is, what a till scans, and what there is to look forward to."""

from collections.abc import Mapping
from typing import Any

from bot.colours import WHITE
from bot.pictures import badges, parts, stamps
from bot.pictures.layout import Stack

_STAMP_CARDS = 4
_BADGES = 4


def draw(data: Mapping[str, Any]) -> Stack:
    """``CardData``."""
    sheet = parts.sheet(data)
    _identity(sheet, data)
    if data.get("progress"):
        panel = sheet.inner(48, WHITE)
        parts.progress(panel, data["progress"])
        _put(sheet, panel)
    for card in list(data.get("stamp_cards") or ())[:_STAMP_CARDS]:
        panel = sheet.inner(48, WHITE)
        stamps.put(panel, card, across=10, size=76, title=44)
        _put(sheet, panel)
    if data.get("badges"):
        panel = sheet.inner(48, WHITE)
        # In columns this narrow there is room for names alone.
        named = [{**badge, "text": ""} for badge in data["badges"]]
        badges.put(panel, named, most=_BADGES, size=160, across=4)
        _put(sheet, panel)
    return sheet


def _identity(sheet: Stack, data: Mapping[str, Any]) -> None:
    colours = sheet.colours
    panel = sheet.inner(parts.PADDING, colours.brand)
    parts.whose(panel, data, colours.on_brand)
    panel.text(data.get("points"), 96, colours.on_brand, bold=True, gap=36, lines=2, least=64)
    panel.text(data.get("tier"), 42, colours.on_brand, gap=4, lines=2)
    panel.gap(44)
    parts.code(panel, data.get("code"), 520)
    panel.text(data.get("name"), 56, colours.on_brand, bold=True, align="center", lines=2, gap=32)
    panel.text(data.get("number"), 44, colours.on_brand, align="center", gap=4)
    sheet.panel(panel, parts.PADDING, parts.ROUND, parts.ornament(sheet, panel.height))


def _put(sheet: Stack, panel: Stack) -> None:
    sheet.gap(28)
    sheet.panel(panel, 48, 44)
