"""A business over weeks, months and years: what happens at which moment, and every number that must come of it.

The service is whole: its HTTP API with a key, the chat through the channels' own way in, the tick. Only the clock
stands still until the story moves it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from aiohttp.test_utils import TestClient, TestServer

from bot.actions import keys
from bot.actions.upkeep import upkeep
from bot.app import Service
from bot.messages import Inbound
from bot.storage import programmes
from campaigns.run import run_due
from channels.memory import MemoryChannel
from config.settings import read_settings
from tests.actions.asking import unbroken
from tests.cast import Watch
from tests.journeys.world import ROOT, SECRET
from tests.web.api import Answer, Api

BUDAPEST = ZoneInfo("Europe/Budapest")
_VOUCHER = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b")
Told = Sequence[str]
Deed = Callable[["Shop"], Awaitable[Told]]


class Person(NamedTuple):
    """Somebody, and where they chat; ``ref`` is how the till knows them."""

    channel: str
    address: str

    @property
    def ref(self) -> dict[str, str]:
        return {{"sms": "phone", "email": "email", "telegram": "telegram"}[self.channel]: self.address}


class Step(NamedTuple):
    """At ``at`` (of the clocks in Budapest) ``does`` happens and answers ``comes``, and then each of ``changes`` has
    this new in what they have. All else is as before."""

    at: str
    does: Deed
    comes: Told
    changes: Mapping[str, Mapping[str, Any]]


def on(at: str, does: Deed, *comes: str, **changes: Mapping[str, Any]) -> Step:
    """A line of the story."""
    return Step(at, does, comes, changes)


def has(*lines: str, **changed: Any) -> Mapping[str, Any]:
    """What is new for a member: lines of their ledger, the oldest first, and what else is different from before."""
    return {**changed, "ledger": lines} if lines else changed


def moment(at: str) -> datetime:
    """When the clocks in Budapest show that."""
    return datetime.fromisoformat(at).replace(tzinfo=BUDAPEST).astimezone(UTC)


@dataclass
class Shop:
    """A running service with people who come to it. Codes nobody can foresee have names: V1, V2 … in their order."""

    service: Service
    api: Api
    clock: Watch
    people: Mapping[str, Person]
    channels: Mapping[str, MemoryChannel]
    codes: dict[str, str] = field(default_factory=dict)
    expected: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))

    async def lives(self, story: Sequence[Step]) -> None:
        """Let everything happen, in its order, and hold each answer and everybody's standing to what was computed."""
        for step in story:
            self.clock.now = moment(step.at)
            where = f"{step.at}, {getattr(step.does, '__qualname__', '')}"
            assert [self.named(line) for line in await step.does(self)] == list(step.comes), where
            for who, new in step.changes.items():
                before = self.expected.setdefault(who, {"ledger": ()})
                self.expected[who] = {**before, **new, "ledger": (*before["ledger"], *new.get("ledger", ()))}
                assert await self.stands(who) == self.expected[who], f"{where}: {who}"
        for who, expected in self.expected.items():
            assert await self.stands(who) == expected, who
        await unbroken(self.service.core)

    async def stands(self, who: str) -> dict[str, Any]:
        """All that the API tells of a member, flat."""
        calls = ("balance", "tier", "badges", "vouchers?unused=true", "ledger?limit=500")
        have, tier, badges, vouchers, ledger = await asyncio.gather(*(self.get(who, what) for what in calls))
        to_tier, reward = have["to_next_tier"], have["next_reward"]
        assert (have["tier"], to_tier) == (tier["tier"] and tier["tier"]["key"], tier["next"])
        lines = tuple(map(_line, reversed(ledger["entries"])))
        assert sum(line["points"] for line in ledger["entries"]) == have["points"]
        return {
            **{name: have[name] for name in ("points", "pending", "credit", "tier")},
            "lifetime": have["lifetime_points"],
            "to_tier": to_tier and to_tier["missing"],
            "next": reward and f"{reward['key']} {reward['points_to_go']}",
            **{card["card"]: card["have"] for card in have["stamps"]},
            "badges": tuple(badge["badge"] for badge in badges["badges"]),
            "vouchers": tuple(sorted(voucher["reward"] for voucher in vouchers["vouchers"])),
            "ledger": lines,
        }

    async def get(self, who: str, what: str) -> Any:
        kind, address = next(iter(self.people[who].ref.items()))
        answer = await self.api.get(f"/api/v1/members/{kind}:{address}/{what}".rstrip("/"))
        assert answer.status == 200, answer.body
        return answer.body

    def named(self, text: str) -> str:
        """The text with names in place of codes."""
        for code in _VOUCHER.findall(text):
            if code not in self.codes.values():
                self.codes[f"V{1 + sum(name[1:].isdigit() for name in self.codes)}"] = code
        for name, code in self.codes.items():
            text = text.replace(code, name)
        return text

    def coded(self, text: str) -> str:
        """The text with codes in place of names."""
        return re.sub(r"\b(V\d+|[A-Z]{4,})\b", lambda found: self.codes.get(found[0], found[0]), text)

    def sent(self) -> list[str]:
        """What has left since anybody looked, and to whom."""
        names = {person.address: name for name, person in self.people.items()}
        messages = [message for channel in self.channels.values() for message in channel.sent]
        for channel in self.channels.values():
            channel.sent.clear()
        return [f"{names[one.address]}: {one.text}" for one in messages]


@asynccontextmanager
async def shop(database_url: str, preset: str, opens: str, people: Mapping[str, Person]) -> AsyncIterator[Shop]:
    """The business of a preset, open since a moment."""
    clock = Watch(moment(opens))
    channels = {name: MemoryChannel(name) for name in ("sms", "email", "telegram")}
    settings = read_settings(database_url=database_url, secret_key=SECRET, public_url="http://shop.test")
    service = Service(settings, roles=(), clock=clock, stand_ins=channels)
    document = (ROOT / f"config/presets/{preset}.toml").read_text("utf-8")
    try:
        async with service.core.database.write() as tx:
            await programmes.publish(tx, document, clock())
        await service.start()
        key = await keys.create_key(service.core, "till", "owner")
        async with TestClient(TestServer(service.application())) as client:
            yield Shop(service, Api(client, key), clock, people, channels)
    finally:
        await service.close()


def joins(who: str, **more: Any) -> Deed:
    """Become a member by the API; ``referred_by`` is the name of a member's code."""

    async def deed(shop: Shop) -> Told:
        body = {**shop.people[who].ref, "name": who.capitalize(), **more}
        if "referred_by" in body:
            body["referred_by"] = shop.coded(body["referred_by"])
        answer = await shop.api.post("/api/v1/members", body)
        if answer.status == 201:
            shop.codes[who.upper()] = answer.body["code"]
        return _brief(answer, lambda body: ())

    return deed


def does(
    who: str | None, kind: str, id_: str | None = None, amount: str | None = None, *items: Any, **more: Any
) -> Deed:
    """An activity as the till tells it. ``items`` are (category, quantity, price of all), the last may be left out."""

    async def deed(shop: Shop) -> Told:
        member = shop.people[who].ref if who else None
        body = {"type": kind, "source": "till", "id": id_ or f"{kind} {next(shop.numbers)}", "member": member}
        return _brief(await shop.api.post("/api/v1/activities", body | _told(amount, items, more)), _outcomes)

    return deed


def buys(who: str, id_: str, amount: str, *items: Any, **attributes: Any) -> Deed:
    return does(who, "purchase", id_, amount, *items, **attributes)


def refunds(who: str, id_: str, amount: str | None = None, *items: Any) -> Deed:
    """The whole purchase ``id_``, or a part of it."""
    return does(who, "refund", None, amount, *items, refunds=id_)


def quotes(who: str, amount: str, *items: Any, **attributes: Any) -> Deed:
    async def deed(shop: Shop) -> Told:
        body = {"member": shop.people[who].ref, **_told(amount, items, attributes)}
        return _brief(
            await shop.api.post("/api/v1/quote", body), lambda b: [f"{b['points']} {b['credit']} {b['total']}"]
        )

    return deed


def redeems(who: str, reward: str) -> Deed:
    async def deed(shop: Shop) -> Told:
        body = {"member": shop.people[who].ref, "reward": reward, "id": f"r{next(shop.numbers)}"}
        answer = await shop.api.post("/api/v1/redemptions", body)
        return _brief(answer, lambda body: [f"{body['voucher']}, {body['points_left']} left"])

    return deed


def calls(method: str, path: str, body: Any = None, *show: str) -> Deed:
    """Any call; what is shown of its answer are the fields named, dots leading into tables."""

    async def deed(shop: Shop) -> Told:
        sent = {name: shop.coded(value) if isinstance(value, str) else value for name, value in (body or {}).items()}
        answer = await shop.api.call(method, shop.coded(path), sent if body is not None else None)
        return _brief(answer, lambda body: [str(_at(body, name)) for name in show])

    return deed


def gives(who: str, to: str, points: int) -> Deed:
    async def deed(shop: Shop) -> Told:
        parties = {"from": shop.people[who].ref, "to": shop.people[to].ref}
        answer = await shop.api.post("/api/v1/gifts", {**parties, "points": points, "id": f"g{next(shop.numbers)}"})
        return _brief(answer, lambda body: [f"{body['points_left']} left"])

    return deed


def says(who: str, *texts: str, lines: int | None = None) -> Deed:
    """In the chat, one after the other; what is answered to the last, line by line, or its first ``lines``."""

    async def deed(shop: Shop) -> Told:
        channel, address = shop.people[who]
        way, now = shop.channels[channel], shop.clock()
        for text in texts:
            way.sent.clear()
            way.tried.clear()
            said = Inbound(channel, address, f"said {next(shop.numbers)}", shop.coded(text), now, name=who.capitalize())
            await shop.service.receive([said])
            await way.tried.wait()
            await shop.service.delivery.flush()
        if who.upper() not in shop.codes:
            shop.codes[who.upper()] = (await shop.get(who, ""))["code"]
        heard = [text.removeprefix(f"{who}: ").replace("\u00a0", " ") for text in shop.sent()]
        return [line for text in heard for line in text.splitlines()][:lines]

    return deed


def publishes(old: str, new: str) -> Deed:
    """The programme with ``new`` in place of ``old``; answers what changes, in words."""

    async def deed(shop: Shop) -> Told:
        document = (await shop.api.get("/api/v1/programme")).body["document"]
        assert document.count(old) == 1
        answer = await shop.api.call("PUT", "/api/v1/programme", {"document": document.replace(old, new)})
        return _brief(answer, lambda body: list(body["changes"]))

    return deed


def expiring(who: str) -> Deed:
    """How many points end when, as the balance tells it."""

    async def deed(shop: Shop) -> Told:
        ends = (await shop.get(who, "balance"))["expiring"]
        return [
            f"{end['points']} {datetime.fromisoformat(end['at']).astimezone(BUDAPEST):%Y-%m-%d %H:%M}" for end in ends
        ]

    return deed


def ticks() -> Deed:
    """What the schedules have due: a line for each campaign that found anybody, then what was sent."""

    async def deed(shop: Shop) -> Told:
        service, now = shop.service, shop.clock()
        await upkeep(service.core, now)
        programme, campaigns = await service.in_force()
        reports = await run_due(service.core.database, programme, campaigns, now, channels=shop.channels)
        await service.delivery.drain(now)
        return [*(str(report) for report in reports if report.audience), *shop.sent()]

    return deed


def _told(amount: str | None, items: Sequence[Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an activity; what is none of them is an attribute."""
    fields = {name: more[name] for name in ("refunds", "location", "occurred_at") if name in more}
    attributes = {name: value for name, value in more.items() if name not in fields}
    lines = [dict(zip(("category", "quantity", "price"), item, strict=False)) for item in items]
    told = {"amount": amount, "items": lines or None, "attributes": attributes or None}
    return fields | {name: value for name, value in told.items() if value is not None}


def _brief(answer: Answer, shown: Callable[[Any], Told]) -> Told:
    if answer.status >= 400:
        return [f"{answer.status} {answer.body['detail']}"]
    return shown(answer.body)


def _outcomes(body: Mapping[str, Any]) -> Told:
    """Each outcome as its values, in the order in which they are told."""
    return [" ".join(map(str, outcome.values())) for outcome in body["outcomes"]]


def _at(body: Any, name: str) -> Any:
    for part in name.split("."):
        body = body[int(part)] if part.isdecimal() else body[part]
    return body


def _line(entry: Mapping[str, Any]) -> str:
    """A line of the ledger: ``earn spend +3``, or the same with money."""
    much = f"{entry['points']:+}" if entry["credit"] is None else f"{entry['credit']} EUR"
    return " ".join(filter(None, (entry["kind"], entry["rule"], much)))
