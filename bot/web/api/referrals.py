"""``/referrals``: who brought whom, and a person's word on what looked odd."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.intake import Closed, as_whole, check
from bot.actions.keys import Role
from bot.actions.profile import parse_ref
from bot.actions.referral_bonus import decide
from bot.storage import referrals
from bot.storage.referrals import Referral
from bot.web.routes import Handler, Route, answer

PATH = "/api/v1/referrals"
ONE = PATH + "/{ref}"
State = Literal["waiting", "held", "review", "paid", "refused", "reversed"]


class Listed(Closed):
    """Which referrals, in the order of the friends' ids; ``after`` is the last id of the page before."""

    state: State = "review"
    limit: Annotated[int, Field(ge=1, le=500), BeforeValidator(as_whole)] = 50
    after: Annotated[int, Field(ge=0, lt=1 << 63), BeforeValidator(as_whole)] = 0


class ReferralOut(TypedDict):
    """``at`` is since when it is in this state; the bonuses are due at ``due_at``."""

    friend: str
    referrer: str
    state: str
    reason: str
    at: str
    due_at: str | None


class ReferralsOut(TypedDict):
    referrals: list[ReferralOut]


def routes(core: Core) -> list[Route]:
    async def listed(request: web.Request) -> web.Response:
        asked = check(Listed, dict(request.query))
        async with core.database.read() as tx:
            found = await referrals.in_state(tx, asked.state, asked.limit, asked.after)
        return answer(ReferralsOut(referrals=[referral_out(one) for one in found]))

    def decided(*, approve: bool) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            async with core.database.read() as tx:
                programme = await core.programmes.current(tx)
                friend = await refs.find_one(tx, parse_ref(request.match_info["ref"]), programme)
            return answer(referral_out(await decide(core, friend, approve=approve)))

        return handle

    found, one, role = {200: ReferralsOut}, {200: ReferralOut}, Role.MARKETER
    return [
        Route("GET", PATH, listed, "Referrals, those to review first", found, (422,), role, query=Listed),
        Route("POST", ONE + "/approve", decided(approve=True), "Let a referral count", one, (404, 409), role),
        Route("POST", ONE + "/refuse", decided(approve=False), "Refuse a referral", one, (404, 409), role),
    ]


def referral_out(one: Referral) -> ReferralOut:
    """A referral, as told to callers."""
    return {
        "friend": str(one.friend_id),
        "referrer": str(one.referrer_id),
        "state": one.state,
        "reason": one.reason,
        "at": one.at.isoformat(),
        "due_at": one.due_at.isoformat() if one.due_at else None,
    }
