"""What a purchase would cost and bring: the rules that record it are asked, and nothing is kept."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.intake import QuoteIn
from bot.actions.recording.record import CLOCKS_DIFFER
from bot.actions.told import as_activity
from bot.errors import bad_field
from bot.loyalty import tiers
from bot.loyalty.activity import Activity
from bot.loyalty.engine import decide
from bot.loyalty.member import CREDIT, POINTS, Decision, Draft, MemberState
from bot.loyalty.prices import Priced, as_bought, priced
from bot.loyalty.programme import Programme
from bot.loyalty.worth import worth
from bot.storage import standings


class Quote(NamedTuple):
    """A basket at its prices and what buying it earns, pending or not; money in minor units.

    ``worth`` is the money value of the points, None when the programme states none.
    """

    programme: Programme
    basket: Priced
    points: int
    credit: int
    worth: int | None


async def quote(core: Core, told: QuoteIn) -> Quote:
    """What the purchase would be for the member, or for a guest who joins with it.

    Raises:
        BadInput: when it could not be told as a purchase, or its total cannot be known.
        NotFound: when there is no such member.
    """
    now = core.clock()
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        activity = as_activity(told, programme, now, now + CLOCKS_DIFFER)
        state = await _state(tx, programme, told)
    basket = _basket(programme, state, activity, guest=told.member is None)
    decision = decide(programme, state, as_bought(activity, basket), now)
    points = _earned(decision, POINTS)
    return Quote(programme, basket, points, _earned(decision, CREDIT), worth(programme, points))


async def _state(tx: AsyncConnection, programme: Programme, told: QuoteIn) -> MemberState:
    if told.member is None:
        return MemberState()
    member_id = await refs.find_one(tx, told.member, programme)
    return (await standings.load(tx, [member_id]))[member_id]


def _basket(programme: Programme, state: MemberState, activity: Activity, *, guest: bool) -> Priced:
    draft = Draft(programme, tiers.in_force(programme, state, activity.occurred_at), activity, activity.occurred_at)
    basket = priced(draft, guest=guest)
    if basket is None:
        raise bad_field("amount", "is missing; without it every item needs a price")
    return basket


def _earned(decision: Decision, wallet: str) -> int:
    return sum(p.points for p in decision.postings if p.kind == "earn" and p.wallet == wallet)
