"""``/rewards``: what can be had, by anyone or by one member; partners' codes; waiting lists; what staff gives away."""

import secrets
from typing import Annotated

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from bot.actions import waiting
from bot.actions.catalogue import Catalogue, catalogue
from bot.actions.core import Core
from bot.actions.intake import Closed, MemberRef, Word, check, check_json
from bot.actions.keys import Role
from bot.actions.profile import parse_ref
from bot.actions.redeem import grant
from bot.actions.reward_codes import add_codes
from bot.loyalty.catalogue import NOTHING, Offer, left
from bot.loyalty.money import from_minor
from bot.loyalty.reward import Reward
from bot.loyalty.vouchers import value
from bot.web.api.redemptions import RedemptionOut, redeemed
from bot.web.routes import Route, answer
from bot.wording import negotiate

PATH = "/api/v1/rewards"
_MOST_CODES = 50_000


class RewardOut(TypedDict):
    """``cost`` is in points, ``credit`` in money; both are null for what is given and not bought. ``left`` is null
    where there are as many as are wanted."""

    key: str
    name: str
    kind: str
    value: str | None
    cost: int | None
    credit: str | None
    left: int | None


class OfferOut(RewardOut):
    """``why_not`` is the first reason why the member cannot have it; null when they can."""

    affordable: bool
    points_to_go: int
    why_not: str | None


class RewardsOut(TypedDict):
    """In the order of the programme; for a member, what can be had now first, then what is nearest."""

    rewards: list[RewardOut | OfferOut]


class Language(Closed):
    """The language of the names; without it, by ``Accept-Language``."""

    locale: Word | None = None


class Asked(Language):
    """``member`` is a reference as in paths."""

    member: Word | None = None


class CodesIn(Closed):
    codes: Annotated[list[Word], Field(min_length=1, max_length=_MOST_CODES)]


class CodesOut(TypedDict):
    """``duplicates`` were there already, or twice in the body; ``free`` are left to hand out."""

    added: int
    duplicates: list[str]
    free: int


class WaitingIn(Closed):
    member: MemberRef


class WaitingOut(TypedDict):
    reward: str
    place: int


class GrantIn(Closed):
    """What is given to whom and why. ``id`` names the call: made again with the same, it has the effect of once."""

    reward: Word
    reason: Word
    id: Word | None = None


def routes(core: Core) -> list[Route]:
    calls, line = Rewards(core), PATH + "/{key}/waiting"
    granted = {201: RedemptionOut, 200: RedemptionOut}
    return [
        Route("GET", PATH, calls.list, "What can be had", {200: RewardsOut}, (404, 422), query=Asked),
        Route(
            "POST",
            PATH + "/{key}/codes",
            calls.codes,
            "Add a partner's codes",
            {200: CodesOut},
            (404, 409),
            Role.MARKETER,
            body=CodesIn,
        ),
        Route("POST", line, calls.wait, "Wait for a seat", {200: WaitingOut}, (404, 409), body=WaitingIn),
        Route("DELETE", line + "/{ref}", calls.leave, "Wait no longer", {204: None}, (404,)),
        Route(
            "POST", "/api/v1/members/{ref}/grants", calls.grant, "Give a reward away", granted, (404, 409), body=GrantIn
        ),
    ]


class Rewards:
    """The handlers, on one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def list(self, request: web.Request) -> web.Response:
        asked = check(Asked, dict(request.query))
        shown = await catalogue(self._core, parse_ref(asked.member) if asked.member else None)
        wanted = asked.locale or str(request.headers.get("Accept-Language", ""))
        language = negotiate(wanted, shown.programme.languages)
        told: RewardsOut = {
            "rewards": [reward_out(shown, reward, language) for reward in shown.programme.rewards.values()]
            if shown.offers is None
            else [offer_out(shown, one, language) for one in shown.offers]
        }
        return answer(told)

    async def codes(self, request: web.Request) -> web.Response:
        told = check_json(CodesIn, await request.read())
        done = await add_codes(self._core, request.match_info["key"], told.codes)
        content: CodesOut = {"added": done.added, "duplicates": [*done.duplicates], "free": done.free}
        return answer(content)

    async def wait(self, request: web.Request) -> web.Response:
        told = check_json(WaitingIn, await request.read())
        stands = await waiting.join(self._core, told.member, request.match_info["key"])
        content: WaitingOut = {"reward": stands.reward, "place": stands.place}
        return answer(content)

    async def leave(self, request: web.Request) -> web.Response:
        await waiting.leave(self._core, parse_ref(request.match_info["ref"]), request.match_info["key"])
        return web.Response(status=204)

    async def grant(self, request: web.Request) -> web.Response:
        told = check_json(GrantIn, await request.read())
        name = told.id or secrets.token_urlsafe(16)
        ref = parse_ref(request.match_info["ref"])
        done = await grant(self._core, ref, told.reward, told.reason, f"grant:{name}")
        return redeemed(name, done)


def reward_out(shown: Catalogue, reward: Reward, language: str) -> RewardOut:
    """A reward as told to callers."""
    programme = shown.programme
    return {
        "key": reward.key,
        "name": programme.text(reward.names, language),
        "kind": reward.kind,
        "value": value(programme, reward),
        "cost": None if reward.grant_only or reward.credit else reward.cost,
        "credit": from_minor(reward.credit, programme.exponent) if reward.credit else None,
        "left": left(reward, shown.taken.get(reward.key, NOTHING)),
    }


def offer_out(shown: Catalogue, one: Offer, language: str) -> OfferOut:
    """A reward as one member sees it."""
    return {
        **reward_out(shown, one.reward, language),
        "affordable": one.why_not is None,
        "points_to_go": one.short if one.reward.cost else 0,
        "why_not": one.why_not,
    }
