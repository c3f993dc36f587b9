"""``/settlement``: what partners owe each other for points earned at one and spent at another."""

from typing import Annotated

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from bot.actions.core import Core
from bot.actions.intake import Closed, Moment, check
from bot.actions.keys import Role
from bot.actions.settlement import Settlement, settle_partners
from bot.loyalty.money import from_minor
from bot.web.routes import Route, answer


class Period(Closed):
    """From the one moment up to, and without, the other."""

    since: Annotated[Moment, Field(alias="from")]
    until: Annotated[Moment, Field(alias="to")]


class LineOut(TypedDict):
    """A null partner is whoever runs the programme; ``value`` is of the points and the credit."""

    earned_at: str | None
    spent_at: str | None
    points: int
    credit: str
    value: str


class NetOut(TypedDict):
    """What a partner is to get, or to pay when negative; all of them add up to 0."""

    partner: str | None
    net: str


class SettlementOut(TypedDict):
    currency: str
    lines: list[LineOut]
    nets: list[NetOut]


def routes(core: Core) -> list[Route]:
    async def settle(request: web.Request) -> web.Response:
        asked = check(Period, dict(request.query))
        return answer(settlement_out(await settle_partners(core, asked.since, asked.until)))

    told = {200: SettlementOut}
    return [
        Route("GET", "/api/v1/settlement", settle, "Settle with partners", told, (422,), Role.MARKETER, query=Period)
    ]


def settlement_out(settled: Settlement) -> SettlementOut:
    """A settlement, as told to callers."""
    programme = settled.programme
    return {
        "currency": programme.currency,
        "lines": [
            {
                "earned_at": line.earned_at or None,
                "spent_at": line.spent_at or None,
                "points": line.points,
                "credit": from_minor(line.credit, programme.exponent),
                "value": from_minor(line.value, programme.exponent),
            }
            for line in settled.lines
        ],
        "nets": [
            {"partner": key or None, "net": from_minor(net, programme.exponent)} for key, net in settled.nets.items()
        ],
    }
