"""(i) Pictures: cards and vouchers drawn in a second on one core, and handed out once more.

The floor is the same voucher's QR code alone, drawn by segno without Pillow.
"""

import time
from io import BytesIO

import segno

from benchmarks.report import Goal, show, side_by_side
from bot.collector import settle_down
from bot.messages import Picture
from bot.pictures import Gallery, render

DRAWN, AGAIN = 10, 5_000
_LOOK = {"language": "en", "programme": "Bean & Leaf", "colour": "#6f4e37"}
_NEAR = {"have": 40, "need": 100, "text": "60 beans to go to the next reward: any drink."}
_STAMPS = {"name": "Coffee card", "have": 7, "need": 10, "text": "Any drink"}
_BADGES = [{"name": name, "earned": True} for name in ("Regular", "Early bird", "Century club")]


def card(n: int) -> Picture:
    """The card of one of many members."""
    code = f"7K2M-{n:04}"
    shown = {"code": code, "number": code, "name": f"Anna {n}", "points": f"{n} beans", "tier": "Gold"}
    return Picture("card", {**_LOOK, **shown, "progress": _NEAR, "stamp_cards": [_STAMPS], "badges": _BADGES}, code)


def voucher(n: int) -> Picture:
    """One of many vouchers."""
    code = f"7KQ2-{n:04}"
    return Picture("voucher", {**_LOOK, "code": code, "reward": "Any drink", "valid": "Good until 31 December"}, code)


async def cards() -> float:
    """Cards a second, each of another member."""
    began = time.perf_counter()
    for n in range(DRAWN):
        render(card(n))
    return DRAWN / (time.perf_counter() - began)


async def vouchers() -> float:
    """Vouchers a second, each another."""
    began = time.perf_counter()
    for n in range(DRAWN):
        render(voucher(n))
    return DRAWN / (time.perf_counter() - began)


async def codes() -> float:
    """QR codes alone a second."""
    began = time.perf_counter()
    for n in range(DRAWN):
        segno.make_qr(f"7KQ2-{n:04}", error="m", boost_error=False).save(BytesIO(), kind="png", scale=20)
    return DRAWN / (time.perf_counter() - began)


async def again() -> float:
    """Cards a second of a member who asks again."""
    gallery = Gallery()
    await gallery.png(card(0))
    began = time.perf_counter()
    for _ in range(AGAIN):
        await gallery.png(card(0))
    return AGAIN / (time.perf_counter() - began)


async def run() -> None:
    """Print the figures of (i)."""
    for warm in (card(0), voucher(0)):
        render(warm)
    settle_down()
    carded, vouched, floor, kept = await side_by_side(cards, vouchers, codes, again)
    show("(i) member cards drawn, one core", carded, None, "/s", Goal(10))
    show("(i) vouchers drawn, one core", vouched, floor, "/s", Goal(0.1))
    show("(i) member cards from the gallery", kept, None, "/s", Goal(5_000))
