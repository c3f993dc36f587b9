"""The demo from its door: real purchases behind Anna's balance, real campaigns behind the messages, nothing left."""

import asyncio
import csv
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar
from pydantic import SecretStr

import bot.demo
from bot.demo import opened, sample
from bot.demo.people import ANNA, people
from bot.doctor import examine
from bot.errors import SetupError
from channels.memory import MemoryChannel
from config.settings import Settings
from tests.cast import Watch
from tests.fakes.ports import PATIENCE, held_ports

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, 23, 10, tzinfo=UTC)
"""Ten past, in the café's zone."""
LEAP_DAY = datetime(2028, 2, 29, 9, 30, tzinfo=UTC)
FILE = Path(bot.demo.__file__).parent / "data" / "cdnow_sample.csv"
ACCOUNT = Settings(telegram_token=SecretStr("123456:a-real-token"))


class Visitor:
    """Somebody with a browser."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self.session, self.url = session, url

    async def sees(self, path: str = "/") -> str:
        async with self.session.get(f"{self.url}{path}") as response:
            assert response.status == 200
            return " ".join(unescape(re.sub(r"<[^>]+>", " ", await response.text())).split())

    async def buys(self, origin: str | None = None) -> int:
        """Presses the button on a page of ``origin``, our own when none is named; the status that comes back."""
        headers = {"Origin": origin or self.url}
        async with self.session.post(f"{self.url}/demo/purchase", headers=headers) as response:
            return response.status

    @asynccontextmanager
    async def chat(self) -> AsyncIterator[ClientWebSocketResponse]:
        async with self.session.ws_connect(f"{self.url}/chat/socket", headers={"Origin": self.url}) as ws:
            yield ws


@asynccontextmanager
async def visitor(port: int) -> AsyncIterator[Visitor]:
    # An address without a name gets cookies only from a lenient jar.
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Visitor(session, f"http://127.0.0.1:{port}")


async def answer_to(ws: ClientWebSocketResponse, text: str) -> str:
    await ws.send_json({"say": text, "id": text})
    return await next_of_ours(ws)


async def next_of_ours(ws: ClientWebSocketResponse) -> str:
    """The next thing that the café says."""
    while True:
        lines: list[dict[str, Any]] = (await ws.receive_json(timeout=PATIENCE)).get("lines", [])
        for line in lines:
            if line["ours"]:
                return str(line["text"])


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def anna_in_the_file() -> tuple[int, int]:
    """Her points and stamps, by nothing but the file: she spends every full hundred on a drink."""
    with FILE.open(newline="") as file:
        hers = [row for row in csv.DictReader(file) if row["customer_id"] == ANNA]
    points = sum(int(Decimal(row["dollar_value"])) for row in hers)
    return points % 100, sum(int(row["number_of_cds"]) for row in hers) % 10


async def test_anna_hears_the_balance_that_the_file_adds_up_to() -> None:
    points, stamps = anna_in_the_file()
    async with opened(ACCOUNT, 0, Watch(NOON)) as service, visitor(service.port) as someone:
        page = await someone.sees()
        assert "You are Anna Kovács" in page
        assert f"Points {points}" in page
        async with someone.chat() as ws:
            said = await answer_to(ws, "balance")
        assert f"You have {points} points." in said
        assert f"{100 - points} points to go to the next reward: Any drink." in said
        assert f"{stamps} of 10, {10 - stamps} stamps to go" in said
        assert all(isinstance(service.channels[name], MemoryChannel) for name in ("telegram", "sms", "email"))
        findings = await examine(service.settings)
    assert [finding.what for finding in findings if not finding.well] == []


@pytest.mark.parametrize("now", [NOON, MIDNIGHT, LEAP_DAY], ids=["noon", "midnight", "leap day"])
async def test_the_messages_are_those_of_real_campaigns_at_any_hour(now: datetime) -> None:
    async with opened(Settings(), 0, Watch(now)) as service, visitor(service.port) as someone:
        page = await someone.sees("/demo/messages")
        for words in ("Birthday", "Win-back", "Near a reward", "Would have left", "Held back: no consent"):
            assert words in page
        assert "Happy birthday" in page
        assert "We have not seen you for a while" in page
        mails = await someone.sees("/demo/messages?channel=email")
        assert "@example.com" in mails
        assert "+3620" not in mails
        assert "Nothing here yet" in await someone.sees("/demo/messages?before=1")


async def test_what_anna_buys_shows_on_the_page_and_in_the_chat_at_once() -> None:
    points, stamps = anna_in_the_file()
    async with opened(Settings(), 0, Watch(NOON)) as service, visitor(service.port) as someone:
        await someone.sees()
        assert await someone.buys(origin="https://elsewhere.example") == 403
        assert f"Points {points} " in await someone.sees()
        async with someone.chat() as ws:
            assert await someone.buys() == 200
            assert await next_of_ours(ws) == "Only 1 stamp to go, Anna, and it is yours: Any drink."
        page = await someone.sees("/?bought=1")
        assert f"Points {points + 6} " in page
        assert f"Coffee card {stamps + 2} of 10" in page
        assert "Bought: +6 points, +2 stamps." in page


async def test_a_port_that_is_taken_is_told_with_the_fix() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SetupError, match=f"port {port} is taken; choose another: regulars demo --port {port + 1}"):
            async with opened(Settings(), port):
                pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_when_asked_to_and_leaves_nothing_even_with_a_chat_open(
    tmp_path: Path, number: signal.Signals
) -> None:
    with held_ports(1) as [port]:
        demo = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "demo", "--port", str(port), cwd=Path(bot.demo.__file__).parents[2],
            env={**os.environ, "TMPDIR": str(tmp_path)}, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert demo.stdout is not None
        async with asyncio.timeout(PATIENCE):
            told = await demo.stdout.readline()
            assert told.decode() == f"The demo is at http://127.0.0.1:{port} (stop with Ctrl-C)\n"
            assert [name[:14] for name in names_in(tmp_path)] == ["regulars-demo-"]
            async with visitor(port) as someone:
                await someone.sees()
                async with someone.chat() as ws:
                    demo.send_signal(number)
                    assert await demo.wait() == 0
                    await ws.close()
    assert names_in(tmp_path) == []


def test_the_sample_ends_today_and_nothing_lies_ahead() -> None:
    told = sample.purchases(sample.rows(), MIDNIGHT, ZoneInfo("Europe/Budapest"), "EUR")
    assert len({one.id for one in told}) == len(told) == len(FILE.read_text().splitlines()) - 1
    assert max(map(sample.at, told)) == MIDNIGHT
    assert MIDNIGHT - min(map(sample.at, told)) > timedelta(days=400)


def test_the_people_are_the_same_each_time_and_no_two_share_an_address() -> None:
    customers = {row.customer: None for row in sample.rows()}
    crowd = list(people(customers, LEAP_DAY.date()))
    assert crowd == list(people(customers, LEAP_DAY.date()))
    assert len(crowd) == len({one.external_id for one in crowd}) == 300
    ways = [(way.channel, way.address) for one in crowd for way in one.addresses]
    assert len(ways) == len(set(ways))
    assert {one.locale for one in crowd} == {"en", "hu"}
