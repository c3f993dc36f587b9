"""(e) The engine alone: decisions a second on one core, under the full programme of a fashion shop, without a floor."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.report import Goal, show, side_by_side
from bot.cli.setup import PRESETS
from bot.collector import settle_down
from bot.loyalty.activity import Activity, Attributes, Item
from bot.loyalty.document import parse
from bot.loyalty.engine import decide
from bot.loyalty.member import MemberState, Profile

MEMBERS, EACH = 2_000, 10
_FIRST = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
_KINDS = ("top", "bottom", "shoes", "new_collection", "gift_card")


def history(member: int) -> list[Activity]:
    """What a member does in a year: nine purchases of one to three items, and a review."""
    done = []
    for n in range(EACH - 1):
        items = tuple(
            Item(_KINDS[(member + n + k) % len(_KINDS)], 1 + k % 2, f"sku-{(member * 7 + k) % 90}", "", 1990 + 500 * k)
            for k in range(1 + n % 3)
        )
        amount = sum(item.price or 0 for item in items)
        at = _FIRST + timedelta(days=37 * n + member % 30, hours=member % 9)
        done.append(Activity("purchase", "shop", f"{member}-{n}", at, amount, items, "web", {"shipping": "4.90"}))
    about: Attributes = {"verified": True, "product": f"sku-{member % 90}"}
    done.append(Activity("review", "shop", f"{member}-r", _FIRST + timedelta(days=350), None, (), "web", about))
    return done


def bought(member: int) -> MemberState:
    return MemberState(profile=Profile(_FIRST - timedelta(days=member % 200), ZoneInfo("Europe/Budapest")))


async def rate() -> float:
    """Decisions a second."""
    programme = parse((PRESETS / "fashion.toml").read_text(encoding="utf-8"))
    work = [(bought(member), history(member)) for member in range(MEMBERS)]
    began = time.perf_counter()
    for state, activities in work:
        for activity in activities:
            state = decide(programme, state, activity, activity.occurred_at).state
    return MEMBERS * EACH / (time.perf_counter() - began)


async def run() -> None:
    settle_down()
    [figure] = await side_by_side(rate)
    show("(e) decisions of the engine, fashion preset, one core", figure, None, "/s", Goal(20_000))
