"""Pictures for customers: member card, stamps, badges, vouchers, invitations, goals.

What each shows is in ``bot.pictures.data``. Nothing here brings in Pillow before the first picture is drawn.
"""

from bot.messages import Picture
from bot.pictures.coverage import covers, drawable, undrawable
from bot.pictures.gallery import Gallery

__all__ = ["Gallery", "covers", "drawable", "render", "undrawable"]


def render(picture: Picture) -> bytes:
    """The picture as PNG: the same bytes for the same picture. ``ValueError`` for a kind that is none."""
    from bot.pictures.drawing import render as draw

    return draw(picture)
