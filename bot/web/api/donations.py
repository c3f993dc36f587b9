"""``/causes`` and ``/donations``: what members give to good causes, in points and by rounding up."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from bot.actions.core import Core
from bot.actions.donate import Giving, choose_round_up, donate, giving, statement
from bot.actions.intake import Closed, Key, MemberRef, Word, check, check_json
from bot.actions.profile import parse_ref
from bot.loyalty.causes import Cause
from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme
from bot.loyalty.worth import worth
from bot.storage.donations import BY_PURCHASE, ROUNDED_UP, Donation, Total
from bot.web.api.gifts import MOST
from bot.web.api.members import PATH, Page
from bot.web.routes import Route, answer
from bot.wording import negotiate


class Language(Closed):
    """The language of the names; without it, by ``Accept-Language``."""

    locale: Word | None = None


class DonationIn(Closed):
    """Who gives what to which cause. ``id`` names the call: made again with the same, it has the effect of once."""

    member: MemberRef
    cause: Word
    points: Annotated[int, Field(ge=1, le=MOST, strict=True)]
    id: Word


class ChoicesIn(Closed):
    """The cause to round purchases up for from now on; null for none."""

    round_up: Key | None


class ChoicesOut(TypedDict):
    round_up: str | None


class TotalOut(TypedDict):
    """``worth`` is what the points are worth in money, null when the programme does not say."""

    points: int
    worth: str | None
    money: str


class CauseOut(TotalOut):
    """A cause, with what it was given so far."""

    key: str
    name: str
    about: str | None
    per_purchase: str | None


class CausesOut(TypedDict):
    currency: str
    causes: list[CauseOut]


class DonationOut(TotalOut):
    """``how``: points ``given``, a purchase ``rounded_up``, or what the business gives ``by_purchase``."""

    id: str
    member: str
    cause: str
    how: Literal["given", "rounded_up", "by_purchase"]
    at: str


class StatementOut(TypedDict):
    """A member's donations, newest first, and their sums; ``next`` as in a ledger."""

    currency: str
    totals: dict[str, TotalOut]
    donations: list[DonationOut]
    next: str | None


def routes(core: Core) -> list[Route]:
    calls, one = Donations(core), PATH + "/{ref}"
    given = {201: DonationOut, 200: DonationOut}
    shown = {200: StatementOut}
    return [
        Route("POST", "/api/v1/donations", calls.create, "Donate points", given, (404, 409), body=DonationIn),
        Route("GET", "/api/v1/causes", calls.causes, "The causes", {200: CausesOut}, (422,), query=Language),
        Route("GET", one + "/donations", calls.statement, "A member's donations", shown, (404, 422), query=Page),
        Route("GET", one + "/choices", calls.choices, "A member's choices", {200: ChoicesOut}, (404,)),
        Route("PUT", one + "/choices", calls.choose, "Choose for a member", {200: ChoicesOut}, (404,), body=ChoicesIn),
    ]


class Donations:
    """The handlers, on one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def create(self, request: web.Request) -> web.Response:
        told = check_json(DonationIn, await request.read())
        done = await donate(self._core, told.member, told.cause, told.points, f"api:{told.id}")
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
        content: DonationOut = {**donation_out(done.donation, programme), "id": told.id}
        return answer(content, 200 if done.duplicate else 201)

    async def causes(self, request: web.Request) -> web.Response:
        asked = check(Language, dict(request.query)).locale
        shown = await giving(self._core)
        language = negotiate(asked or str(request.headers.get("Accept-Language", "")), shown.programme.languages)
        told: CausesOut = {
            "currency": shown.programme.currency,
            "causes": [cause_out(cause, shown, language) for cause in shown.programme.of(Cause).values()],
        }
        return answer(told)

    async def statement(self, request: web.Request) -> web.Response:
        page, ref = check(Page, dict(request.query)), parse_ref(request.match_info["ref"])
        # One more than is shown tells whether there is anything after it.
        programme, found = await statement(self._core, ref, page.limit + 1, page.before)
        mine = (await giving(self._core, ref)).mine
        shown = found[: page.limit]
        told: StatementOut = {
            "currency": programme.currency,
            "totals": {cause: total_out(total, programme) for cause, total in mine.items()},
            "donations": [donation_out(one, programme) for one in shown],
            "next": str(shown[-1].id) if len(found) > page.limit else None,
        }
        return answer(told)

    async def choices(self, request: web.Request) -> web.Response:
        shown = await giving(self._core, parse_ref(request.match_info["ref"]))
        return answer(ChoicesOut(round_up=shown.round_up))

    async def choose(self, request: web.Request) -> web.Response:
        told = check_json(ChoicesIn, await request.read())
        await choose_round_up(self._core, parse_ref(request.match_info["ref"]), told.round_up)
        return answer(ChoicesOut(round_up=told.round_up))


def total_out(total: Total, programme: Programme) -> TotalOut:
    """What was given, as told to callers."""
    value = worth(programme, total.points)
    return {
        "points": total.points,
        "worth": None if value is None else from_minor(value, programme.exponent),
        "money": from_minor(total.money, programme.exponent),
    }


def cause_out(cause: Cause, giving: Giving, language: str) -> CauseOut:
    """A cause in a language, as told to callers."""
    programme = giving.programme
    return {
        "key": cause.key,
        "name": programme.text(cause.names, language),
        "about": programme.text(cause.about, language) if cause.about else None,
        "per_purchase": from_minor(cause.per_purchase, programme.exponent) if cause.per_purchase else None,
        **total_out(giving.totals.get(cause.key, Total()), programme),
    }


def donation_out(one: Donation, programme: Programme) -> DonationOut:
    """A donation, as told to callers."""
    return {
        "id": str(one.id),
        "member": str(one.member_id),
        "cause": one.cause,
        "how": _how(one),
        "at": one.at.isoformat(),
        **total_out(Total(one.points, one.money), programme),
    }


def _how(one: Donation) -> Literal["given", "rounded_up", "by_purchase"]:
    if one.request.startswith(ROUNDED_UP):
        return "rounded_up"
    return "by_purchase" if one.request.startswith(BY_PURCHASE) else "given"
