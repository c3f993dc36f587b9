"""An invitation: the member's own link, for a friend to scan."""

from collections.abc import Mapping
from typing import Any

from bot.pictures import parts
from bot.pictures.layout import Stack


def draw(data: Mapping[str, Any]) -> Stack:
    """``InviteData``."""
    sheet = parts.sheet(data)
    colours = sheet.colours
    panel = sheet.inner(parts.PADDING, colours.brand)
    parts.whose(panel, data, colours.on_brand, align="center")
    panel.text(data.get("title"), 76, colours.on_brand, bold=True, align="center", lines=3, gap=20, least=48)
    panel.gap(44)
    parts.code(panel, data.get("link"), 640)
    panel.text(data.get("code"), 64, colours.on_brand, bold=True, align="center", gap=32)
    panel.text(data.get("text"), 44, colours.on_brand, align="center", lines=4, gap=24)
    sheet.panel(panel, parts.PADDING, parts.ROUND, parts.ornament(sheet, panel.height))
    return sheet
