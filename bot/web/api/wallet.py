"""Store credit spent, points or credit given by hand, and activities confirmed."""

from typing import Annotated

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from bot.actions.confirm import confirm
from bot.actions.core import Core
from bot.actions.credit import Moved, adjust, spend_credit
from bot.actions.intake import Closed, Money, Word, check_json
from bot.actions.keys import Role
from bot.actions.profile import parse_ref
from bot.web.auth import CALLER
from bot.web.routes import Route, answer

_MEMBER = "/api/v1/members/{ref}"
MOST = 1_000_000_000


class CreditSpentIn(Closed):
    """``id`` names the call: made again with the same, it has the effect of once."""

    amount: Money
    id: Word
    location: Word | None = None


class AdjustIn(Closed):
    """Points or credit, less than 0 to take away. ``id`` as everywhere."""

    points: Annotated[int, Field(ge=-MOST, le=MOST, strict=True)] | None = None
    credit: Money | None = None
    reason: Word
    id: Word


class WalletOut(TypedDict):
    """What is in both wallets afterwards."""

    id: str
    points: int
    credit: str


class ConfirmIn(Closed):
    source: Word
    id: Word


class ConfirmedOut(TypedDict):
    """The points that this call made available: 0 when none waited any more."""

    id: str
    points: int


def routes(core: Core) -> list[Route]:
    async def spend(request: web.Request) -> web.Response:
        told = check_json(CreditSpentIn, await request.read())
        ref = parse_ref(request.match_info["ref"])
        return _told(told.id, await spend_credit(core, ref, told.amount, told.id, told.location or ""))

    async def by_hand(request: web.Request) -> web.Response:
        told = check_json(AdjustIn, await request.read())
        ref, by = parse_ref(request.match_info["ref"]), request[CALLER]
        return _told(told.id, await adjust(core, ref, told.points, told.credit, told.reason, told.id, by))

    async def confirmed(request: web.Request) -> web.Response:
        told = check_json(ConfirmIn, await request.read())
        done: ConfirmedOut = {"id": told.id, "points": (await confirm(core, told.source, told.id)).points}
        return answer(done)

    wallet = {201: WalletOut, 200: WalletOut}
    return [
        Route(
            "POST", _MEMBER + "/credit/spend", spend, "Pay with store credit", wallet, (404, 409), body=CreditSpentIn
        ),
        Route(
            "POST",
            _MEMBER + "/adjust",
            by_hand,
            "Give or take points or credit by hand",
            wallet,
            (404, 409),
            Role.MARKETER,
            body=AdjustIn,
        ),
        Route(
            "POST",
            "/api/v1/activities/confirm",
            confirmed,
            "Give the points that wait for an activity to be confirmed",
            {200: ConfirmedOut},
            (404,),
            body=ConfirmIn,
        ),
    ]


def _told(request: str, moved: Moved) -> web.Response:
    content: WalletOut = {"id": request, "points": moved.points, "credit": moved.credit}
    return answer(content, 200 if moved.duplicate else 201)
