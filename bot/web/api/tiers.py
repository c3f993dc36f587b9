"""``/tiers``: what tiers there are, and which one a member has."""

from datetime import datetime
from decimal import Decimal

from aiohttp import web
from typing_extensions import TypedDict

from bot.actions import balance
from bot.actions.core import Core
from bot.actions.intake import check
from bot.actions.profile import parse_ref
from bot.loyalty.member import MemberState
from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme
from bot.loyalty.tiers import Qualification, Tier, standing, to_next
from bot.web.api.rewards import Language
from bot.web.routes import Route, answer
from bot.wording import negotiate


class BenefitsOut(TypedDict):
    """``multiplier`` of points as a decimal string; ``perks`` in words."""

    multiplier: str
    free_shipping: bool
    early_access_hours: int
    perks: list[str]


Much = str | int
"""Money as a decimal string, points and visits as a whole number: as the programme says ``by``."""
TierOut = TypedDict("TierOut", {"key": str, "name": str, "from": Much, "benefits": BenefitsOut})


class TiersOut(TypedDict):
    """From the lowest up."""

    by: str
    period: str
    grace_months: int
    tiers: list[TierOut]


class NextTier(TypedDict):
    """``missing`` is what the member still has to spend, earn or come by."""

    key: str
    name: str
    missing: Much


class MemberTierOut(TypedDict):
    """``progress`` is what counts now; ``until`` when the tier ends, null when it does not."""

    member: str
    tier: TierOut | None
    until: str | None
    progress: Much
    next: NextTier | None


def routes(core: Core) -> list[Route]:
    calls, one = Tiers(core), "/api/v1/members/{ref}/tier"
    return [
        Route("GET", one, calls.of_member, "A member's tier", {200: MemberTierOut}, (404,)),
        Route("GET", "/api/v1/tiers", calls.all, "The tiers there are", {200: TiersOut}, (422,), query=Language),
    ]


class Tiers:
    """The handlers, on one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def of_member(self, request: web.Request) -> web.Response:
        found = await balance.balance(self._core, parse_ref(request.match_info["ref"]))
        programme, now = found.programme, self._core.clock()
        language = negotiate(found.member.locale, programme.languages)
        where = standing(programme, found.state.progress, now)
        told: MemberTierOut = {
            "member": str(found.member.id),
            "tier": tier_out(programme, where.tier, language) if where and where.tier else None,
            "until": where.until.isoformat() if where and where.until else None,
            "progress": _much(programme, where.progress if where else 0),
            "next": next_out(programme, found.state, now, language),
        }
        return answer(told)

    async def all(self, request: web.Request) -> web.Response:
        asked = check(Language, dict(request.query)).locale
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
        language = negotiate(asked or str(request.headers.get("Accept-Language", "")), programme.languages)
        rules = programme.one(Qualification) or Qualification()
        told: TiersOut = {
            "by": rules.by,
            "period": rules.period,
            "grace_months": rules.grace,
            "tiers": [tier_out(programme, tier, language) for tier in programme.of(Tier).values()],
        }
        return answer(told)


def tier_out(programme: Programme, tier: Tier, language: str) -> TierOut:
    """A tier with what it brings, as told to callers."""
    times, one = tier.benefits.multiplier
    return {
        "key": tier.key,
        "name": programme.text(tier.names, language),
        "from": _much(programme, tier.start),
        "benefits": {
            "multiplier": str(Decimal(times) / one),
            "free_shipping": tier.benefits.free_shipping,
            "early_access_hours": tier.benefits.early_access_hours,
            "perks": [programme.text(perk, language) for perk in tier.benefits.perks],
        },
    }


def next_out(programme: Programme, state: MemberState, now: datetime, language: str) -> NextTier | None:
    """The next tier and what is missing to it; null at the top and without tiers."""
    upcoming = to_next(programme, state, now)
    if upcoming is None:
        return None
    tier, missing = upcoming
    return {"key": tier.key, "name": programme.text(tier.names, language), "missing": _much(programme, missing)}


def _much(programme: Programme, n: int) -> Much:
    rules = programme.one(Qualification)
    return from_minor(n, programme.exponent) if rules is None or rules.by == "spend" else n
