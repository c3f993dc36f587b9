"""``/gifts``: points from one member to another."""

from typing import Annotated

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from bot.actions.core import Core
from bot.actions.give import give
from bot.actions.intake import Closed, MemberRef, Word, check_json
from bot.web.routes import Route, answer

MOST = 1_000_000_000


class GiftIn(Closed):
    """Who gives what to whom. ``id`` names the call: made again with the same, it has the effect of once."""

    giver: MemberRef = Field(alias="from")
    receiver: MemberRef = Field(alias="to")
    points: Annotated[int, Field(ge=1, le=MOST, strict=True)]
    id: Word


GiftOut = TypedDict("GiftOut", {"id": str, "from": str, "to": str, "points": int, "points_left": int})
GiftOut.__doc__ = "A gift; ``from`` and ``to`` are members' ids, ``points_left`` what the giver had afterwards."


def routes(core: Core) -> list[Route]:
    async def create(request: web.Request) -> web.Response:
        told = check_json(GiftIn, await request.read())
        # What is given in chats has names of its own, which no caller may meet by chance.
        done = await give(core, told.giver, told.receiver, told.points, f"api:{told.id}")
        gift = done.gift
        content: GiftOut = {
            "id": told.id,
            "from": str(gift.from_id),
            "to": str(gift.to_id),
            "points": gift.points,
            "points_left": gift.points_left,
        }
        return answer(content, 200 if done.duplicate else 201)

    answers = {201: GiftOut, 200: GiftOut}
    return [Route("POST", "/api/v1/gifts", create, "Give points away", answers, (404, 409), body=GiftIn)]
