"""Talking in the web chat: nothing is lost, nothing doubled, nobody hears another."""

import asyncio

import pytest
from aiohttp import WSServerHandshakeError

from bot.messages import Button, Line, Picture
from channels.webchat.channel import SAYS, SAYS_SECONDS, WebChat
from channels.webchat.says import Pace
from channels.webchat.window import LOOK_BACK, PAGE
from tests.channels.webchat.windows import Client, answer, close_code, connect, lines_until, served, texts
from tests.fakes.chat_hub import FIRST_ID, START, ChatHub
from tests.fakes.ports import PATIENCE

# talking


async def test_what_is_said_is_taken_under_the_windows_own_id(client: Client, chat: WebChat, hub: ChatHub) -> None:
    async with await connect(client, chat, headers={"Accept-Language": "fr;q=0.3, hu-HU, en;q=0.5"}) as socket:
        assert await answer(socket, "balance\n\x00", "a-1") == {"took": "a-1"}
    [said] = hub.said
    assert (said.channel, said.address, said.id) == ("web", "anna", "anna:a-1")
    assert (said.text, said.locale) == ("balance", "hu-HU")


async def test_the_answer_is_pushed_with_its_buttons(client: Client, chat: WebChat, hub: ChatHub) -> None:
    hub.reply = lambda said: ("Which one?", (Button("Cake", "redeem 2"),))
    async with await connect(client, chat) as socket:
        await socket.send_json({"say": "rewards", "id": "1"})
        said, replied = await lines_until(socket, 2)
    assert (said["ours"], said["text"], said["buttons"]) == (False, "rewards", [])
    assert (replied["ours"], replied["buttons"]) == (True, [{"label": "Cake", "says": "redeem 2"}])
    assert replied["id"] == str(FIRST_ID + 10)
    assert replied["at"] == "2026-03-02T09:30:01+00:00"


async def test_what_a_browser_cannot_do_is_not_offered_and_what_opens_says_where(
    client: Client, chat: WebChat, hub: ChatHub
) -> None:
    hub.write(
        "anna", "?", (Button("Open", "voucher 1", opens="https://a.example"), Button("P", "p", shares_phone=True))
    )
    async with await connect(client, chat) as socket:
        [line] = await lines_until(socket, 1)
    assert line["buttons"] == [{"label": "Open", "says": "voucher 1", "opens": "https://a.example"}]


async def test_a_picture_comes_with_its_words_its_size_and_a_path_on_our_own_host(
    client: Client, chat: WebChat, hub: ChatHub
) -> None:
    line = hub.write("anna", "Your card.", picture=Picture("card", {"size": (1080, 928)}, "Anna's card"))
    async with await connect(client, chat) as socket:
        [told] = await lines_until(socket, 1)
    assert told["picture"] == {"url": f"/p/{line.id}.png", "alt": "Anna's card", "width": 1080, "height": 928}


async def test_a_picture_that_nothing_here_can_draw_is_told_in_words(
    client: Client, chat: WebChat, hub: ChatHub
) -> None:
    hub.write("anna", "Your card.", picture=Picture("card", {}, "Anna's card: K7M2-9QXA"))
    async with await connect(client, chat) as socket:
        [told] = await lines_until(socket, 1)
    assert told["text"] == "Your card.\nAnna's card: K7M2-9QXA"
    assert "picture" not in told


async def test_every_window_of_the_visitor_and_no_other_sees_it(client: Client, chat: WebChat, hub: ChatHub) -> None:
    async with (
        await connect(client, chat) as phone,
        await connect(client, chat) as laptop,
        await connect(client, chat, "bence") as stranger,
    ):
        assert await hub.deliver("anna", "28 beans to go") == f"web:{FIRST_ID}"
        assert texts(await lines_until(phone, 1)) == texts(await lines_until(laptop, 1)) == ["28 beans to go"]
        await hub.deliver("bence", "Hello Bence")
        assert texts(await lines_until(stranger, 1)) == ["Hello Bence"]


async def test_a_line_that_is_told_of_again_is_not_read_again(client: Client, chat: WebChat, hub: ChatHub) -> None:
    async with await connect(client, chat) as socket:
        shown = hub.write("anna", "Welcome")
        await hub.announce("anna", shown)
        await lines_until(socket, 1)
        assert "error" in await answer(socket, "")
        before = hub.reads
        await hub.announce("anna", shown)
        # A round trip, in which the window had its turn.
        assert "error" in await answer(socket, "")
        await hub.deliver("anna", "Your card")
        assert texts(await lines_until(socket, 1)) == ["Your card"]
        assert hub.reads == before + 1


async def test_a_line_that_shows_a_moment_after_the_wake_is_pushed(client: Client, chat: WebChat, hub: ChatHub) -> None:
    async with await connect(client, chat) as socket:
        assert await socket.receive_json() == {"lines": []}
        hub.read.clear()
        await hub.announce("anna", Line(FIRST_ID, True, "settled late", START))
        await asyncio.wait_for(hub.read.wait(), PATIENCE)
        hub.write("anna", "settled late")
        assert texts(await lines_until(socket, 1)) == ["settled late"]


async def test_the_same_said_twice_goes_to_the_hub_under_one_id(client: Client, chat: WebChat, hub: ChatHub) -> None:
    async with await connect(client, chat) as socket:
        await answer(socket, "balance", "same")
    async with await connect(client, chat) as socket:
        assert await answer(socket, "balance", "same") == {"took": "same"}
        assert texts(await lines_until(socket, 0)) == []
    assert hub.times_told == 2
    assert [said.id for said in hub.said] == ["anna:same"]


async def test_nothing_is_confirmed_that_the_hub_did_not_take(client: Client, chat: WebChat, hub: ChatHub) -> None:
    hub.broken = True
    async with await connect(client, chat) as socket:
        await socket.receive_json()
        await socket.send_json({"say": "balance", "id": "1"})
        assert await close_code(socket) == 1011
    assert hub.said == []


# coming back


async def test_a_window_that_comes_back_gets_only_what_it_has_not(client: Client, chat: WebChat, hub: ChatHub) -> None:
    for number in range(4):
        hub.write("anna", f"line {number}")
    async with await connect(client, chat) as socket:
        seen = await lines_until(socket, 4)
    hub.write("anna", "while away")
    async with await connect(client, chat, after=seen[-1]["id"]) as socket:
        assert texts(await lines_until(socket, 1)) == ["while away"]


@pytest.mark.parametrize("after", ["", "-1", "one", "٣", "9" * 30])
async def test_a_senseless_after_shows_all(client: Client, chat: WebChat, hub: ChatHub, after: str) -> None:
    hub.write("anna", "first")
    async with await connect(client, chat, after=after) as socket:
        assert texts(await lines_until(socket, 1)) == ["first"]


async def test_a_long_conversation_comes_page_by_page_the_newest_first(
    client: Client, chat: WebChat, hub: ChatHub
) -> None:
    written = [str(hub.write("anna", "word").id) for _ in range(2 * PAGE + 1)]
    async with await connect(client, chat) as socket:
        first = await socket.receive_json()
        assert first["more"]
        got = [line["id"] for line in first["lines"]]
        for expected in (True, False):
            await socket.send_json({"before": got[0]})
            page = await socket.receive_json()
            assert page.get("more", False) is expected
            got = [line["id"] for line in page["earlier"]] + got
        await hub.deliver("anna", "the end")
        got += [line["id"] for line in await lines_until(socket, 1) if line["text"] != "the end"]
    assert got == written


async def test_nobody_asks_for_what_was_said_to_another(client: Client, chat: WebChat, hub: ChatHub) -> None:
    line = hub.write("bence", "for Bence alone")
    async with await connect(client, chat) as socket:
        assert await socket.receive_json() == {"lines": []}
        for before in (str(line.id + 1), "9" * 19, "nonsense", ""):
            await socket.send_json({"before": before})
            assert await socket.receive_json() == {"earlier": []}


async def test_a_window_that_missed_more_than_a_page_is_told_so(client: Client, chat: WebChat, hub: ChatHub) -> None:
    seen = hub.write("anna", "seen")
    missed = [str(hub.write("anna", "missed").id) for _ in range(PAGE + 1)]
    async with await connect(client, chat, after=seen.id) as socket:
        frame = await socket.receive_json()
        assert frame["more"]
        assert [line["id"] for line in frame["lines"]] == missed[1:]


async def test_what_we_say_is_marked_with_its_language(client: Client, chat: WebChat, hub: ChatHub) -> None:
    hub.write("anna", "egyenleg", ours=False)
    hub.write("anna", "72 babod van.", language="hu")
    async with await connect(client, chat) as socket:
        assert [line["language"] for line in await lines_until(socket, 2)] == ["", "hu"]


async def test_what_another_process_wrote_shows_at_the_next_look(hub: ChatHub) -> None:
    async with served(hub, poll=0.01) as (client, chat), await connect(client, chat) as socket:
        assert await socket.receive_json() == {"lines": []}
        hub.write("anna", "from the worker")
        assert texts(await lines_until(socket, 1)) == ["from the worker"]


async def test_a_line_with_a_smaller_id_that_comes_later_is_not_lost(
    client: Client, chat: WebChat, hub: ChatHub
) -> None:
    async with await connect(client, chat) as socket:
        early = [hub.write("anna", "early", number=1000 + 10 * number) for number in range(LOOK_BACK + 5)]
        await hub.announce("anna", early[-1])
        assert len(await lines_until(socket, len(early))) == len(early)
        late = hub.write("anna", "committed late", number=early[-1].id - 5)
        await hub.announce("anna", late)
        assert texts(await lines_until(socket, 1)) == ["committed late"]


# limits


@pytest.mark.parametrize("say", ["", "  \n ", "x" * 4001, "\x00"])
async def test_an_empty_or_endless_message_is_refused(client: Client, chat: WebChat, hub: ChatHub, say: str) -> None:
    async with await connect(client, chat) as socket:
        refused = await answer(socket, say, "7")
        assert refused["id"] == "7"
        assert "1 to 4000 characters" in refused["error"]
        assert "retry" not in refused
        assert await answer(socket, "á" * 4000, "8") == {"took": "8"}
    assert len(hub.said) == 1


@pytest.mark.parametrize(
    "frame", ["", "no json", "[]", '{"say": 1, "id": "a"}', '{"say": "hi"}', '{"say": "hi", "id": "a b"}', "[" * 9000]
)
async def test_a_frame_without_sense_is_answered_and_forgotten(
    client: Client, chat: WebChat, hub: ChatHub, frame: str
) -> None:
    async with await connect(client, chat) as socket:
        await socket.receive_json()
        await socket.send_str(frame)
        assert await socket.receive_json() == {"error": "not understood"}
        assert await answer(socket, "balance") == {"took": "1"}


async def test_half_a_character_reaches_nobody(client: Client, chat: WebChat, hub: ChatHub) -> None:
    async with await connect(client, chat) as socket:
        await socket.receive_json()
        await socket.send_str(r'{"say": "hi\ud83d", "id": "1"}')
        await lines_until(socket, 1)
    assert hub.said[0].text == "hi"


@pytest.mark.parametrize(("frame", "code"), [("x" * 32 * 1024 + "x", 1009), (b"bytes", 1003)])
async def test_a_huge_or_binary_frame_ends_the_window(
    client: Client, chat: WebChat, hub: ChatHub, frame: str | bytes, code: int
) -> None:
    async with await connect(client, chat) as socket:
        await socket.receive_json()
        await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
        assert await close_code(socket) == code
    assert hub.said == []


async def test_who_talks_too_fast_is_asked_to_wait_in_all_windows(hub: ChatHub) -> None:
    now = [100.0]
    async with served(hub, monotonic=lambda: now[0]) as (client, chat):
        async with await connect(client, chat) as socket:
            for number in range(SAYS):
                assert "took" in await answer(socket, "hi", str(number))
        async with await connect(client, chat) as socket, await connect(client, chat, "bence") as other:
            slower = await answer(socket, "hi", "last")
            assert slower == {"error": "slow down, please", "id": "last", "retry": SAYS_SECONDS}
            assert "took" in await answer(other, "hi")
            now[0] += SAYS_SECONDS
            assert await answer(socket, "hi", "last") == {"took": "last"}
    assert len(hub.said) == SAYS + 2


def test_the_pace_forgets_who_is_silent() -> None:
    now = [0.0]
    pace = Pace(1, 10, lambda: now[0])
    assert [pace.wait("anna"), pace.wait("bence"), pace.wait("anna")] == [0.0, 0.0, 10.0]
    now[0] = 10.0
    assert pace.wait("cecil") == 0.0
    assert len(pace) == 1


async def test_one_visitor_opens_no_hundred_windows(client: Client, chat: WebChat) -> None:
    windows = [await connect(client, chat) for _ in range(10)]
    with pytest.raises(WSServerHandshakeError, match="429"):
        await connect(client, chat)
    await asyncio.gather(*(window.close() for window in windows))


# the end


async def test_closing_sends_every_window_away_and_lets_none_in(client: Client, chat: WebChat, hub: ChatHub) -> None:
    windows = [await connect(client, chat, visitor) for visitor in ("anna", "bence")]
    closing = asyncio.create_task(chat.close())
    for window in windows:
        await window.receive_json()
        assert await close_code(window) == 1001
    await asyncio.wait_for(closing, PATIENCE)
    async with await connect(client, chat) as late:
        assert await close_code(late) == 1001


async def test_a_closed_window_leaves_nothing_behind(client: Client, chat: WebChat) -> None:
    async with await connect(client, chat) as socket:
        await socket.receive_json()
        assert chat.open_windows == 1
    await chat.close()
    await client.server.close()
    assert chat.open_windows == 0
