"""Sending with the real client against a Bot API server, and what each refusal means."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AddressGone, Rejected, RetryLater, SendError
from bot.messages import Button
from channels.base import Channel
from channels.telegram.texts import split
from tests.channels.telegram_world import ANNA, BENCE, open_channel, outbound
from tests.fakes.telegram import TelegramServer
from tests.fakes.telegram_replies import Refusal, refused

SAMPLES = Path(__file__).parents[1] / "samples"
REFUSALS = {body["description"]: Refusal(body) for body in json.loads((SAMPLES / "telegram-errors.json").read_text())}


@pytest.fixture
async def channel(telegram: TelegramServer) -> AsyncIterator[Channel]:
    opened = open_channel(telegram.url)
    yield opened
    await opened.close()


@contextmanager
def raising(kind: type[SendError]) -> Iterator[pytest.ExceptionInfo[SendError]]:
    """The refusal is of exactly this kind and names neither the chat nor aiogram's own words."""
    with pytest.raises(SendError) as caught:
        yield caught
    assert type(caught.value) is kind
    assert str(ANNA) not in str(caught.value)


async def test_a_text_arrives_as_written_and_its_id_is_answered(telegram: TelegramServer, channel: Channel) -> None:
    text = "50% off & <b>beans</b> + köszi, 謝謝 😀\n*not bold*"
    provider_id = await channel.send(outbound(text))
    [sent] = telegram.messages[ANNA]
    assert (sent.text, str(sent.id)) == (text, provider_id)
    assert set(telegram.calls[0][1]) == {"chat_id", "text"}  # no parse mode: nothing in it is markup


async def test_short_choices_share_a_row_and_long_ones_have_their_own(
    telegram: TelegramServer, channel: Channel
) -> None:
    labels = ["Balance", "Rewards", "A drink of your choice", "Help", "Stop", "Card"]
    await channel.send(outbound(buttons=tuple(Button(label, label.lower()) for label in labels)))
    [sent] = telegram.messages[ANNA]
    assert [[label for label, _ in row] for row in sent.rows] == [
        *(["Balance", "Rewards"], ["A drink of your choice"], ["Help", "Stop"], ["Card"])
    ]
    assert sent.buttons["Help"] == "help"


async def test_a_long_text_goes_in_parts_with_the_buttons_on_the_last(
    telegram: TelegramServer, channel: Channel
) -> None:
    lines = [f"{number:4} points for coffee" for number in range(400)]
    provider_id = await channel.send(outbound("\n".join(lines), buttons=(Button("More", "history 2"),)))
    parts = telegram.messages[ANNA]
    assert "\n".join(part.text for part in parts).split("\n") == lines
    assert [bool(part.rows) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert provider_id == str(parts[-1].id)


@given(st.text(alphabet=st.sampled_from("ab \n😀謝"), max_size=300), st.integers(2, 40))
def test_a_split_loses_nothing_but_white_space_and_no_part_is_too_long(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part.encode("utf-16-le")) // 2 <= limit for part in parts)
    assert all(part.strip() for part in parts) or not text.strip()


@given(st.text(alphabet=st.sampled_from("ab \n😀"), max_size=300), st.integers(2, 20))
def test_the_first_part_may_have_less_room(text: str, first: int) -> None:
    head, *rest = split(text.lstrip(), 40, first=first)
    assert len(head.encode("utf-16-le")) // 2 <= first
    assert "".join((head + "".join(rest)).split()) == "".join(text.split())


@pytest.mark.parametrize("reason", [name for name in REFUSALS if name.startswith("Forbidden")])
async def test_forbidden_means_the_address_is_gone(telegram: TelegramServer, channel: Channel, reason: str) -> None:
    telegram.fail("sendMessage", REFUSALS[reason])
    with raising(AddressGone):
        await channel.send(outbound())


async def test_somebody_who_blocked_the_bot_is_gone_until_they_unblock_it(
    telegram: TelegramServer, channel: Channel
) -> None:
    telegram.block(BENCE)
    with raising(AddressGone):
        await channel.send(outbound(to=BENCE))
    telegram.unblock(BENCE)
    await channel.send(outbound(to=BENCE))


async def test_a_chat_that_does_not_exist_is_gone(telegram: TelegramServer, channel: Channel) -> None:
    telegram.forget(ANNA)
    with raising(AddressGone):
        await channel.send(outbound())


async def test_flood_control_holds_the_whole_bot_for_as_long_as_telegram_says(
    telegram: TelegramServer, channel: Channel
) -> None:
    telegram.fail("sendMessage", REFUSALS["Too Many Requests: retry after 35"])
    with raising(RetryLater) as caught:
        await channel.send(outbound())
    assert isinstance(caught.value, RetryLater)
    assert (caught.value.after, caught.value.whole_sender) == (35, True)


async def test_a_chat_that_moved_gets_the_message_at_once(telegram: TelegramServer, channel: Channel) -> None:
    moved = REFUSALS["Bad Request: group chat was upgraded to a supergroup chat"]
    telegram.fail("sendMessage", moved)
    provider_id = await channel.send(outbound())
    [sent] = telegram.messages[moved.body["parameters"]["migrate_to_chat_id"]]
    assert provider_id == str(sent.id)


async def test_a_chat_that_moved_and_then_refuses_is_translated_too(telegram: TelegramServer, channel: Channel) -> None:
    moved = REFUSALS["Bad Request: group chat was upgraded to a supergroup chat"]
    telegram.fail("sendMessage", moved, refused(403, "Forbidden: bot was kicked from the supergroup chat"))
    with raising(AddressGone):
        await channel.send(outbound())


async def test_a_message_that_telegram_cannot_take_is_rejected(telegram: TelegramServer, channel: Channel) -> None:
    with raising(Rejected):
        await channel.send(outbound(" "))
    assert telegram.messages[ANNA] == []


@pytest.mark.parametrize(("status", "code"), [(500, "5xx"), (502, "5xx")])
async def test_a_fault_at_telegram_is_tried_again(
    telegram: TelegramServer, channel: Channel, status: int, code: str
) -> None:
    telegram.fail("sendMessage", refused(status, "Internal Server Error"))
    with raising(RetryLater) as caught:
        await channel.send(outbound())
    assert caught.value.code == code


async def test_a_refused_token_holds_the_whole_bot(telegram: TelegramServer, channel: Channel) -> None:
    telegram.fail("sendMessage", REFUSALS["Unauthorized"])
    with raising(RetryLater) as caught:
        await channel.send(outbound())
    assert isinstance(caught.value, RetryLater)
    assert caught.value.whole_sender


async def test_a_server_out_of_reach_never_had_the_message() -> None:
    async with TelegramServer() as gone:
        channel = open_channel(gone.url)
    with raising(RetryLater) as caught:
        await channel.send(outbound())
    await channel.close()
    assert caught.value.code == "unreachable"


async def code_behind(answer: Callable[[web.Request], Awaitable[web.Response]]) -> str:
    """How sending by a server ends that answers everything so."""
    app = web.Application()
    app.router.add_post("/{any:.*}", answer)
    async with TestServer(app) as server:
        channel = open_channel(str(server.make_url("/")))
        with raising(RetryLater) as caught:
            await channel.send(outbound())
        await channel.close()
    return caught.value.code


async def test_a_connection_that_breaks_before_the_answer_leaves_it_unknown() -> None:
    async def hang_up(request: web.Request) -> web.Response:
        await request.read()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    assert await code_behind(hang_up) == "unknown"


async def test_a_proxys_page_in_place_of_an_answer_leaves_it_unknown() -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=502, text="<h1>Bad gateway</h1>", content_type="text/html")

    assert await code_behind(page) == "unknown"
