"""Hostile requests to the webhooks over a real connection: never a 500, and nothing kept of what was not signed."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from random import Random
from urllib.parse import parse_qsl

import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import func, select

from bot.actions.batching import Batcher
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import NewMember
from bot.messages import Inbound, Receipt
from bot.storage.members import Address
from bot.storage.tables import metadata
from bot.web import server
from channels.email.reading import read_mail
from channels.telegram.channel import PATH, PROOF_HEADER
from channels.telegram.updates import read_updates
from channels.twilio.channel import SmsChannel
from channels.twilio.webhooks import MESSAGES_PATH, SIGNATURE, STATUS_PATH
from tests import cast, volley
from tests.channels import telegram_world, twilio_world
from tests.channels.email_world import NOW, RULES
from tests.channels.hostile import FORMS, UPDATES, blamed, little_is_kept, quiet
from tests.channels.test_email_hostile import SEEDS as MAILS
from tests.fakes.chat_hub import ChatHub
from tests.fakes.twilio import AUTH_TOKEN, signature
from tests.mutated_values import as_json, forms, values
from tests.mutations import mutants

__all__ = ["quiet"]
pytestmark = pytest.mark.usefixtures("quiet")


class Hub(ChatHub):
    """Answers what it is told as the service does."""

    def __init__(self, core: Core) -> None:
        super().__init__()
        self.settled: list[Receipt] = []
        self.answer: Callable[[Inbound], Awaitable[object]] = Batcher(partial(converse_many, core))

    async def receive(self, messages: Sequence[Inbound]) -> None:
        for message in messages:
            self.said.append(message)
            await self.answer(message)

    async def settle(self, receipts: Sequence[Receipt]) -> None:
        self.settled += receipts


@asynccontextmanager
async def served(core: Core, hub: Hub) -> AsyncIterator[tuple[str, int]]:
    """The webhooks of Telegram and Twilio, under the middlewares of the service; nobody answers them back."""
    telegram = telegram_world.open_channel("http://127.0.0.1:9")
    sms = SmsChannel(twilio_world.settings(), cast.Watch(NOW))
    for channel in (telegram, sms):
        await channel.start(hub, listen=False)
    app = server.build(core, extra_routes=[*telegram.routes(), *sms.routes()])
    try:
        async with TestServer(app) as running:
            yield running.host, running.port or 0
    finally:
        for channel in (telegram, sms):
            await channel.close()


@pytest.fixture
async def cafe(database_url: str) -> AsyncIterator[Core]:
    """Anna can be met on each channel."""
    ways = (("telegram", str(telegram_world.ANNA)), ("sms", "+14155552345"), ("email", "anna@ok.test"), ("web", "anna"))
    async with cast.core(database_url, cast.Watch(NOW)) as core:
        await cast.joins(core, NewMember(name="Anna", addresses=tuple(Address(*way, True) for way in ways)))
        yield core


async def counts(core: Core) -> dict[str, int]:
    async with core.database.read() as tx:
        queries = {name: select(func.count()).select_from(table) for name, table in metadata.tables.items()}
        return {name: (await tx.execute(query)).scalar_one() for name, query in queries.items()}


def signed(path: str, body: bytes) -> volley.Request:
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True)
    except UnicodeDecodeError:
        fields = []
    return path, body, {SIGNATURE: signature(AUTH_TOKEN, twilio_world.PUBLIC_URL + path, fields)}


def unsigned(random: Random, path: str, body: bytes) -> volley.Request:
    wrong = random.choice((None, "", "AAAA", "\u00e9", signature("another", twilio_world.PUBLIC_URL + path, [])))
    return path, body, {} if wrong is None else {SIGNATURE: wrong, "X-Forwarded-Host": "evil.example"}


async def test_of_ten_thousand_forms_and_updates_that_nobody_signed_nothing_is_recorded(sqlite_url: str) -> None:
    random, shown = Random(1), (None, "", "wrong", telegram_world.SECRET[:-1], telegram_world.SECRET + " x")
    requests = [unsigned(random, random.choice((MESSAGES_PATH, STATUS_PATH)), form) for form in forms(FORMS, 9_000, 1)]
    for update in values(UPDATES, 1_000, 1):
        secret = random.choice(shown)
        requests.append((PATH, as_json(random, update), {} if secret is None else {PROOF_HEADER: secret}))
    async with cast.core(sqlite_url) as core:
        hub, before = Hub(core), await counts(core)
        async with served(core, hub) as (host, port):
            with little_is_kept():
                statuses = await volley.send(host, port, requests)
        for request, status in zip(requests, statuses, strict=True):
            assert status in (403, 413), request
        assert (hub.said, hub.settled, await counts(core)) == ([], [], before)


async def test_of_five_thousand_signed_forms_none_breaks_anything(sqlite_url: str) -> None:
    requests = [signed(MESSAGES_PATH if n % 10 else STATUS_PATH, form) for n, form in enumerate(forms(FORMS, 5_000, 2))]
    async with cast.core(sqlite_url) as core:
        hub = Hub(core)
        hub.answer = ignored
        async with served(core, hub) as (host, port):
            with little_is_kept():
                statuses = await volley.send(host, port, requests)
    for request, status in zip(requests, statuses, strict=True):
        assert status in (200, 400, 403, 413), request
    assert len(hub.said) > 500 and len(hub.settled) > 20
    kept = [(one.id, one.text, one.name) for one in hub.said] + [(one.provider_id, one.reason) for one in hub.settled]
    assert "\0" not in str(kept).replace("\\x00", "\0")


async def ignored(message: Inbound) -> None:
    """Answering is looked at on its own."""


async def test_a_thousand_hostile_words_are_answered_by_the_database(cafe: Core) -> None:
    random = Random(3)
    requests: list[volley.Request] = [
        (PATH, as_json(random, update), {PROOF_HEADER: telegram_world.SECRET}) for update in values(UPDATES, 1_000, 5)
    ]
    requests += [signed(MESSAGES_PATH, form) for form in forms(FORMS, 600, 6)]
    hub = Hub(cafe)
    async with served(cafe, hub) as (host, port):
        statuses = await volley.send(host, port, requests)
    for request, status in zip(requests, statuses, strict=True):
        assert status in (200, 400, 403, 413), request
    mails = [read_mail(raw, RULES, NOW) for raw in mutants(MAILS, 300, seed=7)]
    said = [one for update in values(UPDATES, 600, 8) for one in read_updates([update], NOW)]
    said += [one for one in mails if isinstance(one, Inbound)]
    for at in range(0, len(said), 50):
        with blamed(said[at : at + 50]):
            await converse_many(cafe, said[at : at + 50])
