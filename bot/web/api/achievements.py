"""``/members/{ref}/challenges`` and ``/badges``: how far a member has come, and what they have won."""

from typing import Any

from aiohttp import web
from typing_extensions import TypedDict

from bot.actions import balance as standing
from bot.actions.balance import Balance
from bot.actions.challenges import take_up
from bot.actions.core import Core
from bot.actions.profile import parse_ref
from bot.loyalty import streaks
from bot.loyalty.badges import Badge, won
from bot.loyalty.challenge_stand import stand
from bot.loyalty.challenges import Challenge
from bot.loyalty.money import from_minor
from bot.loyalty.parts import Names
from bot.loyalty.streaks import Streak
from bot.web.routes import Route, answer
from bot.wording import negotiate

_ONE = "/api/v1/members/{ref}"


class ChallengeOut(TypedDict):
    """``have`` and ``need`` are of the level to come; sums of money are decimal strings. ``until`` is the last day."""

    key: str
    name: str
    have: int | str
    need: int | str
    level: int
    levels: int
    completed: bool
    running: bool
    until: str | None
    joined: bool


class StreakOut(TypedDict):
    """``counted``: the member has come today (this week). ``missed`` is the day that ended the streak before."""

    key: str
    name: str
    length: int
    best: int
    freezes: int
    counted: bool
    next: int | None
    missed: str | None


class ChallengesOut(TypedDict):
    challenges: list[ChallengeOut]
    streaks: list[StreakOut]


class BadgeOut(TypedDict):
    """``period`` is null for one that is won once ever, ``level`` for one without levels."""

    badge: str
    name: str
    level: int | None
    period: str | None
    day: str


class BadgesOut(TypedDict):
    badges: list[BadgeOut]


def routes(core: Core) -> list[Route]:
    calls = Achievements(core)
    return [
        Route("GET", _ONE + "/challenges", calls.challenges, "A member's challenges", {200: ChallengesOut}, (404,)),
        Route(
            "POST",
            _ONE + "/challenges/{key}/join",
            calls.join,
            "Take up a challenge for a member",
            {200: ChallengeOut},
            (404, 409),
        ),
        Route("GET", _ONE + "/badges", calls.badges, "A member's badges", {200: BadgesOut}, (404,)),
    ]


class Achievements:
    """The handlers, on one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def challenges(self, request: web.Request) -> web.Response:
        balance = await self._balance(request)
        programme = balance.programme
        told: ChallengesOut = {
            "challenges": [self._challenge(balance, one) for one in programme.of(Challenge).values()],
            "streaks": [self._streak(balance, one) for one in programme.of(Streak).values()],
        }
        return answer(told)

    async def join(self, request: web.Request) -> web.Response:
        key = request.match_info["key"]
        await take_up(self._core, parse_ref(request.match_info["ref"]), key)
        balance = await self._balance(request)
        return answer(self._challenge(balance, balance.programme.of(Challenge)[key]))

    async def badges(self, request: web.Request) -> web.Response:
        balance = await self._balance(request)
        found: list[BadgeOut] = [
            {
                "badge": badge.key,
                "name": _name(balance, badge.names),
                "level": one.level if badge.levels else None,
                "period": one.period or None,
                "day": one.day,
            }
            for badge in balance.programme.of(Badge).values()
            for one in won(balance.state.progress, badge.key)
        ]
        return answer({"badges": found})

    async def _balance(self, request: web.Request) -> Balance:
        return await standing.balance(self._core, parse_ref(request.match_info["ref"]))

    def _challenge(self, balance: Balance, challenge: Challenge) -> ChallengeOut:
        programme, state = balance.programme, balance.state
        place = stand(programme, challenge, state.progress, state.profile, self._core.clock())

        def told(n: int) -> Any:
            return from_minor(n, programme.exponent) if challenge.goal.is_money else n

        return {
            "key": challenge.key,
            "name": _name(balance, challenge.names),
            "have": told(place.have),
            "need": told(place.need),
            "level": place.level,
            "levels": len(challenge.levels),
            "completed": place.completed,
            "running": place.running,
            "until": place.until.isoformat() if place.until else None,
            "joined": place.taken_up,
        }

    def _streak(self, balance: Balance, streak: Streak) -> StreakOut:
        state = balance.state
        place = streaks.stand(balance.programme, streak, state.progress, state.profile, self._core.clock())
        return {
            "key": streak.key,
            "name": _name(balance, streak.names),
            "length": place.length,
            "best": place.best,
            "freezes": place.freezes,
            "counted": place.counted,
            "next": place.next.reach if place.next else None,
            "missed": place.missed.isoformat() if place.missed else None,
        }


def _name(balance: Balance, names: Names) -> str:
    return balance.programme.text(names, negotiate(balance.member.locale, balance.programme.languages))
