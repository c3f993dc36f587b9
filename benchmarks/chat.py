"""(a) Telegram: "balance" by webhook until the reply reaches the Bot API server, against a bare aiogram echo bot."""

import asyncio
import json
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import orjson

from benchmarks.installation import free_port, prepared, service
from benchmarks.report import ROUNDS, Goal, show
from benchmarks.wire import Caller, port_of, serve
from bot.actions.enrol import NewMember, enrol_in
from bot.storage.members import Address

TOKEN, SECRET = "123456:" + "a" * 35, "bench-secret"
CHATS = 500
CLIENTS = 32
MESSAGES = 3000
_numbers = count(1)
_CHAT = re.compile(rb"(?:^|&)chat_id=(\d+)")


class BotApi:
    """Answers every call and wakes whoever waits for a message to a chat."""

    def __init__(self) -> None:
        self.waiting: dict[bytes, asyncio.Event] = {}

    def answer(self, first: bytes, body: bytes) -> bytes:
        if b"/sendMessage" not in first:
            ok = {"id": 123456, "is_bot": True, "first_name": "B", "username": "b"} if b"/getMe" in first else True
            return orjson.dumps({"ok": True, "result": ok})
        [chat] = _CHAT.findall(body)
        if chat in self.waiting:
            self.waiting.pop(chat).set()
        sent = {"message_id": next(_numbers), "date": 1, "chat": {"id": int(chat), "type": "private"}, "text": "x"}
        return orjson.dumps({"ok": True, "result": sent})


def update(chat: int) -> bytes:
    number = next(_numbers)
    person = {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "en"}
    message = {
        "message_id": number,
        "from": person,
        "chat": {"id": chat, "type": "private", "first_name": "Anna"},
        "date": int(time.time()),
        "text": "balance",
    }
    return json.dumps({"update_id": number, "message": message}).encode()


async def load(port: int, api: BotApi) -> tuple[float, float]:
    """Requests a second and the 99th percentile in ms, from the webhook's post to the reply's arrival."""
    head = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    callers = [await Caller.open(port, "/webhooks/telegram", head) for _ in range(CLIENTS)]
    times: list[float] = []
    share = MESSAGES // CLIENTS

    async def one(caller: Caller, first: int) -> None:
        for turn in range(share):
            chat = 1000 + (first + turn * CLIENTS) % CHATS
            arrived = api.waiting[b"%d" % chat] = asyncio.Event()
            began = time.perf_counter()
            status = await caller.post(update(chat))
            if status != 200:
                raise RuntimeError(f"the webhook answered {status}")
            await arrived.wait()
            times.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(one(caller, i) for i, caller in enumerate(callers)))
    took = time.perf_counter() - began
    for caller in callers:
        caller.close()
    return len(times) / took, sorted(times)[int(len(times) * 0.99)] * 1000


@asynccontextmanager
async def _echo(api_url: str) -> AsyncIterator[int]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.echo_bot", str(port), api_url, TOKEN, SECRET
    )
    try:
        await _listening(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def _listening(port: int) -> None:
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise RuntimeError("the echo bot did not start")


async def run() -> None:
    """Print the figures of (a)."""
    api = BotApi()
    server = await serve(api.answer)
    api_url = f"http://127.0.0.1:{port_of(server)}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder}/regulars.db"
        async with prepared(url) as core, core.database.write() as tx:
            programme = await core.programmes.current(tx)
            for chat in range(1000, 1000 + CHATS):
                new = NewMember(name="Anna", addresses=(Address("telegram", str(chat), True),))
                await enrol_in(tx, programme, new, core.clock(), core.secret)
        telegram = {
            "telegram_token": TOKEN,
            "telegram_api_url": api_url,
            "telegram_mode": "webhook",
            "telegram_webhook_secret": SECRET,
        }
        async with _echo(api_url) as echo, service(folder, url, **telegram) as ours:
            for port in (echo, ours.port):
                await load(port, api)
            rounds = [(await load(ours.port, api), await load(echo, api)) for _ in range(ROUNDS)]
    middle = ROUNDS // 2
    (rate, floor_rate), (slow, floor_slow) = (
        [sorted(pair[who][what] for pair in rounds)[middle] for who in (0, 1)] for what in (0, 1)
    )
    show('(a) Telegram "balance" answered, whole service', rate, floor_rate, "/s", Goal(1.0))
    show('(a) Telegram "balance" answered, p99', slow, floor_slow, "ms", Goal(0.5, at_least=False))
    server.close()
