"""``/rewards``: what can be had."""

from aiohttp import web
from typing_extensions import TypedDict

from bot.actions.core import Core
from bot.actions.intake import Closed, Word, check
from bot.web.routes import Route, answer
from bot.wording import negotiate


class RewardOut(TypedDict):
    key: str
    name: str
    kind: str
    cost: int


class RewardsOut(TypedDict):
    """In the order of the programme, which is in points."""

    rewards: list[RewardOut]


class Language(Closed):
    """The language of the names; without it, by ``Accept-Language``."""

    locale: Word | None = None


def routes(core: Core) -> list[Route]:
    async def rewards(request: web.Request) -> web.Response:
        asked = check(Language, dict(request.query)).locale
        async with core.database.read() as tx:
            programme = await core.programmes.current(tx)
        language = negotiate(asked or str(request.headers.get("Accept-Language", "")), programme.languages)
        told: RewardsOut = {
            "rewards": [
                {"key": r.key, "name": programme.text(r.names, language), "kind": r.kind, "cost": r.cost}
                for r in programme.rewards.values()
            ]
        }
        return answer(told)

    return [Route("GET", "/api/v1/rewards", rewards, "What can be had", {200: RewardsOut}, (422,), query=Language)]
