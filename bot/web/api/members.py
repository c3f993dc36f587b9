"""``/members``: who joined, what they have, and how it came about."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from bot.actions import balance as standing
from bot.actions import enrol, merging
from bot.actions.core import Core
from bot.actions.intake import Closed, MemberRef, as_whole, check, check_json
from bot.actions.keys import Role
from bot.actions.profile import CHANNELS, MemberIn, ProfileIn, as_changes, as_new_member, parse_ref
from bot.loyalty.member import CREDIT
from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme
from bot.storage.ledger import Entry
from bot.storage.members import Member
from bot.storage.settlement import GIFT_IN
from bot.web.api.tiers import NextTier, next_out
from bot.web.auth import CALLER
from bot.web.routes import Route, answer
from bot.wording import negotiate

PATH = "/api/v1/members"


class MemberOut(TypedDict):
    """A member. ``consent`` is null where nobody asked yet, and has the channels there is an address on."""

    id: str
    code: str
    name: str
    phone: str | None
    email: str | None
    telegram: str | None
    birthday: str | None
    locale: str
    timezone: str
    external_id: str | None
    preferred_channel: str | None
    consent: dict[str, bool | None]
    joined_at: str


class NextReward(TypedDict):
    key: str
    name: str
    cost: int
    points_to_go: int


class Stamps(TypedDict):
    card: str
    have: int
    need: int


class Expiring(TypedDict):
    points: int
    at: str


class BalanceOut(TypedDict):
    """Where a member stands; the reward's name is in the member's language."""

    member: str
    points: int
    pending: int
    lifetime_points: int
    credit: str
    tier: str | None
    tier_until: str | None
    to_next_tier: NextTier | None
    next_reward: NextReward | None
    stamps: list[Stamps]
    expiring: list[Expiring]


class EntryOut(TypedDict):
    """A line moves points, or ``credit``: a sum of money, null when it is about points."""

    id: str
    kind: str
    points: int
    credit: str | None
    rule: str
    at: str


class LedgerOut(TypedDict):
    """Newest first; ``next`` is what to hand in as ``before`` to go on, null at the end."""

    entries: list[EntryOut]
    next: str | None


class MergeIn(Closed):
    """The member who becomes one with that of the path, and is found as that one from then on."""

    other: MemberRef


class Page(Closed):
    """Which part of the ledger."""

    limit: Annotated[int, Field(ge=1, le=500), BeforeValidator(as_whole)] = 50
    before: Annotated[int, Field(ge=1, lt=1 << 63), BeforeValidator(as_whole)] | None = None


def routes(core: Core) -> list[Route]:
    calls, one = Members(core), PATH + "/{ref}"
    return [
        Route("POST", PATH, calls.create, "Make a member", {201: MemberOut}, (409,), body=MemberIn),
        Route("GET", one, calls.get, "A member", {200: MemberOut}, (404,)),
        Route("PATCH", one, calls.change, "Change a member", {200: MemberOut}, (404, 409), body=ProfileIn),
        Route("DELETE", one, calls.erase, "Erase a member; sums stay", {204: None}, (404,), Role.OWNER),
        Route("POST", one + "/merge", calls.merge, "Make one of two members", {200: MemberOut}, (404,), body=MergeIn),
        Route("GET", one + "/balance", calls.balance, "Where a member stands", {200: BalanceOut}, (404,)),
        Route("GET", one + "/ledger", calls.ledger, "A member's ledger", {200: LedgerOut}, (404, 422), query=Page),
    ]


class Members:
    """The handlers, on one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def create(self, request: web.Request) -> web.Response:
        told = check_json(MemberIn, await request.read())
        programme = await self._programme()
        new = as_new_member(told, programme, self._core.clock())
        made = await enrol.enrol(self._core, new)
        return answer(member_out(made, programme), 201, {"Location": f"{PATH}/{made.id}"})

    async def get(self, request: web.Request) -> web.Response:
        found = await standing.member(self._core, _ref(request))
        return answer(member_out(found, await self._programme()))

    async def change(self, request: web.Request) -> web.Response:
        told = check_json(ProfileIn, await request.read())
        programme = await self._programme()
        changes = as_changes(told, programme, self._core.clock())
        return answer(member_out(await enrol.change(self._core, _ref(request), changes), programme))

    async def erase(self, request: web.Request) -> web.Response:
        await enrol.erase(self._core, _ref(request))
        return web.Response(status=204)

    async def merge(self, request: web.Request) -> web.Response:
        told = check_json(MergeIn, await request.read())
        kept = await merging.merge(self._core, _ref(request), told.other, request[CALLER])
        return answer(member_out(kept, await self._programme()))

    async def balance(self, request: web.Request) -> web.Response:
        return answer(balance_out(await standing.balance(self._core, _ref(request)), self._core.clock()))

    async def ledger(self, request: web.Request) -> web.Response:
        page = check(Page, dict(request.query))
        # One more than is shown tells whether there is anything after it.
        lines = await standing.history(self._core, _ref(request), page.limit + 1, page.before)
        shown = lines[: page.limit]
        more = str(shown[-1].id) if len(lines) > page.limit else None
        programme = await self._programme()
        told: LedgerOut = {"entries": [entry_out(line, programme) for line in shown], "next": more}
        return answer(told)

    async def _programme(self) -> Programme:
        async with self._core.database.read() as tx:
            return await self._core.programmes.current(tx)


def _ref(request: web.Request) -> MemberRef:
    return parse_ref(request.match_info["ref"])


def member_out(member: Member, programme: Programme) -> MemberOut:
    """A member as told to callers: in the language that they are talked to where none is known."""
    return {
        "id": str(member.id),
        "code": member.code,
        "name": member.name,
        "phone": member.phone,
        "email": member.address("email"),
        "telegram": member.address("telegram"),
        "birthday": member.birthday.isoformat() if member.birthday else None,
        "locale": member.locale or programme.languages[0],
        "timezone": member.timezone,
        "external_id": member.external_id,
        "preferred_channel": member.preferred_channel,
        "consent": {a.channel: a.marketing for a in member.addresses if a.channel in CHANNELS},
        "joined_at": member.joined_at.isoformat(),
    }


def balance_out(balance: standing.Balance, now: datetime) -> BalanceOut:
    """Where a member stands, as told to callers."""
    programme, points = balance.programme, balance.state.points
    reward = balance.next_reward
    language = negotiate(balance.member.locale, programme.languages)
    return {
        "member": str(balance.member.id),
        "points": points,
        "pending": balance.pending,
        "lifetime_points": balance.state.lifetime_points,
        "credit": from_minor(balance.state.credit, programme.exponent),
        "tier": balance.state.tier or None,
        "tier_until": balance.state.tier_until.isoformat() if balance.state.tier_until else None,
        "to_next_tier": next_out(programme, balance.state, now, language),
        "next_reward": {
            "key": reward.key,
            "name": programme.text(reward.names, language),
            "cost": reward.cost,
            "points_to_go": reward.cost - points,
        }
        if reward
        else None,
        "stamps": [{"card": card, "have": have, "need": need} for card, have, need in balance.stamps],
        "expiring": [{"points": one.points, "at": one.at.isoformat()} for one in balance.expiring],
    }


def entry_out(line: Entry, programme: Programme) -> EntryOut:
    """A line of the ledger, as told to callers."""
    money = line.wallet == CREDIT
    return {
        "id": str(line.id),
        "kind": line.kind,
        "points": 0 if money else line.points,
        "credit": from_minor(line.points, programme.exponent) if money else None,
        # What comes by a gift is kept with the number of the lot that paid, which says nothing outside.
        "rule": "gift" if line.kind == GIFT_IN else line.rule,
        "at": line.at.isoformat(),
    }
