"""``/redemptions``: points given for a reward."""

import secrets

from aiohttp import web
from typing_extensions import TypedDict

from bot.actions.core import Core
from bot.actions.intake import Closed, MemberRef, Word, check_json
from bot.actions.redeem import Redeemed, redeem
from bot.web.routes import Route, answer


class RedemptionIn(Closed):
    """Who wants what. ``id`` names the call: made again with the same, it has the effect of once."""

    member: MemberRef
    reward: Word
    id: Word | None = None


class RedemptionOut(TypedDict):
    id: str
    voucher: str
    reward: str
    points_left: int


def redeemed(name: str, done: Redeemed) -> web.Response:
    """What came of the call ``name``."""
    content: RedemptionOut = {
        "id": name,
        "voucher": done.voucher,
        "reward": done.reward,
        "points_left": done.points_left,
    }
    return answer(content, 200 if done.duplicate else 201)


def routes(core: Core) -> list[Route]:
    async def create(request: web.Request) -> web.Response:
        told = check_json(RedemptionIn, await request.read())
        name = told.id or secrets.token_urlsafe(16)
        # What is asked for in chats has names of its own, which no caller may meet by chance.
        done = await redeem(core, told.member, told.reward, f"api:{name}")
        return redeemed(name, done)

    answers = {201: RedemptionOut, 200: RedemptionOut}
    return [
        Route("POST", "/api/v1/redemptions", create, "Redeem a reward", answers, (404, 409), body=RedemptionIn),
    ]
