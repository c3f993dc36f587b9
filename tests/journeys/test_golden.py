"""Fifteen questions, five languages, every channel: the same member is told the same facts."""

import io
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from html import unescape
from importlib.resources import files
from pathlib import Path

import pytest
from rich.console import Console

from bot.actions.converse import converse_many
from bot.loyalty.document import parse
from bot.messages import Inbound
from bot.storage import members
from campaigns.delivery import Delivery
from channels.terminal import Terminal
from tests.cast import Watch
from tests.journeys.doors import Door, Mail, Sms, Telegram, WhatsApp, web_chat
from tests.journeys.golden import LANGUAGES, QUESTIONS, facts_in
from tests.journeys.world import Town

MORE = """
[[stamp_cards]]
key = "shoes"
name = { en = "Shoe card", hu = "Cipőkártya", ms = "Kad kasut", zh-Hans = "鞋履集章卡", zh-Hant = "鞋履集點卡" }
counts = { category = "shoes" }
need = 7
reward = "free_shipping"
"""
DOCUMENT = (files("config") / "presets" / "fashion.toml").read_text("utf-8") + MORE
PROGRAMME = parse(DOCUMENT)
START = datetime(2026, 1, 12, 10, tzinfo=UTC)
ANNA = {
    "external_id": "anna",
    "name": "Anna Kiss",
    "phone": "+36301234567",
    "email": "anna@ok.test",
    "telegram": "7400000001",
}

IN_REACH = {"reward:free_shipping", "reward:five_off"}
POINTS_LEFT = "658"  # 50 for joining, 225, 310, 123 as Silver (99 and a quarter), 100 for the challenge, less 150
CHOICE = re.compile(r"^  \[\d+\] .*$", re.MULTILINE)
"""What the terminal adds for buttons."""
LIST_OF_FIVE = {"1", "2", "3", "4", "5"}
FACTS: Mapping[str, set[str]] = {
    "balance": {POINTS_LEFT, "142", "reward:tote_bag", "2027-02-21", "364.60", "tier:silver", "tier:gold"}
    | {"card:shoes", "2", "7", "5", *IN_REACH},
    "rewards": {*LIST_OF_FIVE, *IN_REACH, "150", "250", "reward:tote_bag", "800", "142"}
    | {"reward:fifteen_percent", "1000", "342", "reward:preview_evening", "tier:gold"},
    "card": {"card:shoes", "2", "7", "5"},
    "challenges": {"challenge:first_month", "challenge:three_days", "0", "3", "badge:trendsetter"}
    | {"challenge:whole_outfit", "50", "badge:stylist", "2026-03-31"},
    "badges": {"badge:insider", "2026-02-21", "badge:trendsetter", "badge:stylist"},
    "tier": {"tier:silver", "2028-03-31", "1.25", "tier:gold", "364.60", "1.5", "reward:free_shipping", "48"},
    "history": {"2026-03-13", "150", "reward:free_shipping", "2026-02-21", "100", "123", "challenge:first_month"}
    | {"2026-02-01", "310", "2026-01-12", "225", "50"},
    "invite": {"200", "100"},
    "how": {"1", "50", "500", "1500", "2", "3", "4", "5", "6", "7"},
    "earn": {"1", "50", "500", "1500", "20", "2", "5", "14"} | {"word:new_collection", "word:gift_card"},
    "terms": {"100", "2", "12", "30"},
    "vouchers": {"reward:free_shipping", "2026-05-12"},
    "goal": {"1", "2", "3", "4", *IN_REACH, "150", "250", "reward:tote_bag", "800", "142"}
    | {"reward:fifteen_percent", "1000", "342"},
    "why": {"2026-03-13", "150", "reward:free_shipping", "60"},
    "language": {*LIST_OF_FIVE, *(f"language:{tag}" for tag in LANGUAGES)},
}
"""Worked out by hand from the programme and the past above."""


class AtTheTerminal(Door):
    """``regulars chat``, typed: the same number as by text message."""

    channel = "sms"

    def __init__(self, town: Town, number: str) -> None:
        super().__init__(town, {})
        self.address, self._shown, self._screen = number, list[str](), io.StringIO()
        terminal = Terminal("sms", Console(file=self._screen))
        self._delivery = Delivery(town.database, {"sms": terminal}, town.clock)

    async def tell(self, text: str) -> None:
        said = Inbound("sms", self.address, f"terminal:{next(self.ids)}", text, self.town.clock())
        [replies] = await converse_many(self.town.core(), [said])
        await self._delivery.send_now(replies)
        self._shown.append(CHOICE.sub("", self._screen.getvalue()))
        self._screen.seek(self._screen.truncate(0))

    async def heard(self, at_least: int) -> list[str]:
        return self._shown


def watch(town: Town) -> Watch:
    assert isinstance(town.clock, Watch)
    return town.clock


async def anna_with_a_past(town: Town) -> dict[str, set[str]]:
    """Bought three times and redeemed once; her codes, by the questions that tell them."""
    anna = await town.post("/api/v1/members", ANNA)
    shoes = [{"category": "shoes", "quantity": 2, "price": "180.00"}, {"category": "top", "price": "45.50"}]
    for n, (amount, items) in enumerate((("225.50", shoes), ("310.00", []), ("99.90", []))):
        await town.sale({"external_id": "anna"}, f"s{n}", amount, items=items, occurred_at=town.clock().isoformat())
        watch(town).moves(days=20)
    had = await town.post(
        "/api/v1/redemptions", {"member": {"external_id": "anna"}, "reward": "free_shipping", "id": "r1"}
    )
    return {"card": {anna["code"]}, "invite": {anna["code"]}, "vouchers": {had["voucher"]}}


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(sqlite_url, tmp_path, programme=DOCUMENT, clock=Watch(START)) as town:
        yield town


def doors(town: Town) -> dict[str, Door]:
    """Anna at every one of them but the web."""
    return {
        "telegram": Telegram(town),
        "sms": Sms(town),
        "whatsapp": WhatsApp(town),
        "mail": Mail(town),
        "terminal": AtTheTerminal(town, ANNA["phone"]),
    }


async def in_a_new_browser(town: Town, open_: AsyncExitStack) -> Door:
    """On the web, told who she is; one browser may not say so much in a minute."""
    web = await open_.enter_async_context(web_chat(town))
    await web.ask("hello")
    [visitor] = [row.address for row in await town.rows("addresses") if row.channel == "web" and not row.member_id]
    await linked(town, members.Address("web", visitor))
    return web


async def linked(town: Town, address: members.Address) -> None:
    async with town.database.write() as tx:
        anna = (await members.find(tx, "external_id", ["anna"]))["anna"]
        await members.put_address(tx, anna, address)


async def test_every_channel_tells_the_same_facts_in_every_language(town: Town) -> None:
    async with AsyncExitStack() as open_:
        await open_.enter_async_context(town.service())
        codes = await anna_with_a_past(town)
        await linked(town, members.Address("whatsapp", ANNA["phone"]))
        anna = doors(town)
        for n, language in enumerate(LANGUAGES):
            anna["web"] = await in_a_new_browser(town, open_)
            watch(town).moves(hours=1)  # in which only so many mails are answered
            await anna["telegram"].ask(f"/language {language}")
            for question, asked in QUESTIONS.items():
                expected = FACTS[question] | codes.get(question, set())
                for channel, door in anna.items():
                    answer = await door.ask(asked[n])
                    assert facts_in(answer, PROGRAMME, language) == expected, (
                        f"{question}, {language}, {channel}: {answer}"
                    )
            mail = (await town.mail.received(0))[-1]
            assert PROGRAMME.called(language) in unescape(mail.html)
