"""The web chat in a shop's page: who may frame it, how visitors are known there, how it is dressed."""

import json
import re

import pytest

from bot import wording
from bot.colours import RGB, contrast, parsed
from channels.webchat import channel
from channels.webchat.channel import WebChat
from channels.webchat.identity import FRAMED_COOKIE
from config.settings import SettingsFault, read_settings
from tests.channels.webchat.windows import Client, close_code, connect, own_origin, served
from tests.fakes.chat_hub import ChatHub

SHOPS = ("https://shop.example", "https://other.example:8443")


def test_the_shops_are_read_from_the_settings() -> None:
    settings = read_settings(secret_key="k", chat_origins=" https://Shop.example/ ,https://other.example:443,")
    assert settings.chat_origins == "https://shop.example,https://other.example"


@pytest.mark.parametrize(
    "wrong", ["http://shop.example", "shop.example", "https://*.example", "https://a.example/b", "*"]
)
def test_an_origin_is_https_and_a_host(wrong: str) -> None:
    with pytest.raises(SettingsFault, match="REGULARS_CHAT_ORIGINS: write https://host"):
        read_settings(chat_origins=f"https://shop.example,{wrong}")


async def test_only_pages_of_the_shops_may_frame_the_chat(hub: ChatHub) -> None:
    async with served(hub, origins=SHOPS) as (client, _):
        framed, alone = await client.get("/chat?embed=1"), await client.get("/chat")
        assert framed.headers["Content-Security-Policy"].endswith(f"; frame-ancestors 'self' {' '.join(SHOPS)}")
        assert alone.headers["Content-Security-Policy"].endswith("; frame-ancestors 'self'")
        assert f'data-embedded="{" ".join(SHOPS)}"' in await framed.text()
        assert "data-embedded" not in await alone.text()


async def test_over_https_a_frame_gets_a_cookie_that_holds_on_that_shops_pages_alone(hub: ChatHub) -> None:
    async with served(hub, public_url="https://loyal.example", origins=SHOPS) as (client, chat):
        handed = (await client.get("/chat?embed=1")).headers.getall("Set-Cookie")
        assert len(handed) == 1
        name, _, rest = handed[0].partition("=")
        value, *attributes = rest.split("; ")
        assert name == FRAMED_COOKIE
        assert chat.identity.read(value)
        assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/chat"} < set(attributes)


async def introduced(client: Client, chat: WebChat, frame: str, cookie: str = "") -> str | None:
    """Who a window in a frame is taken for that says ``frame`` first."""
    headers = {"Origin": own_origin(client), "Cookie": f"{FRAMED_COOKIE}={cookie}"}
    async with client.ws_connect("/chat/socket?embed=1", headers=headers) as socket:
        await socket.send_str(frame)
        told = await socket.receive_json()
        assert await socket.receive_json() == {"lines": []}
        return chat.identity.read(told["visitor"])


async def test_a_frame_is_who_it_proves_to_be_else_whom_its_cookie_names(client: Client, chat: WebChat) -> None:
    anna, bence = chat.identity.sign("anna"), chat.identity.sign("bence")
    assert await introduced(client, chat, json.dumps({"visitor": anna})) == "anna"
    assert await introduced(client, chat, json.dumps({"visitor": anna}), bence) == "anna"
    assert await introduced(client, chat, '{"visitor": ""}', bence) == "bence"


@pytest.mark.parametrize("frame", ['{"visitor": "anna.AAAA"}', '{"visitor": 1}', "[]", "anna", "", "[" * 9000])
async def test_a_frame_that_proves_nothing_is_somebody_new(client: Client, chat: WebChat, frame: str) -> None:
    first, second = await introduced(client, chat, frame), await introduced(client, chat, frame)
    assert first
    assert second
    assert len({first, second, "anna"}) == 3


async def test_a_frame_that_says_nothing_is_let_go(
    client: Client, chat: WebChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "_INTRODUCTION", 0.01)
    async with client.ws_connect("/chat/socket?embed=1", headers={"Origin": own_origin(client)}) as socket:
        assert await close_code(socket) == 1008
    assert chat.open_windows == 0


async def test_a_proof_of_who_one_is_counts_only_in_a_frame(client: Client, chat: WebChat, hub: ChatHub) -> None:
    async with await connect(client, chat, "bence") as socket:
        await socket.send_json({"visitor": chat.identity.sign("anna")})
        assert await socket.receive_json() == {"lines": []}
        assert await socket.receive_json() == {"error": "not understood"}


async def test_the_launcher_has_its_words_in_every_language_and_is_for_any_page(client: Client) -> None:
    answered = await client.get("/chat/embed.js")
    script = await answered.text()
    assert answered.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    words = json.loads(script[script.index("const WORDS = ") + 14 : script.index(";\n", script.index("const WORDS"))])
    assert words.keys() == set(wording.languages())
    assert words["hu"]["open chat"] == "Csevegés megnyitása"


@pytest.mark.parametrize("colour", ["000000", "ffffff", "ffd54a", "b4602a", "14655A", "808080", "0000ff"])
async def test_a_shops_colour_can_be_read_on_light_and_dark(client: Client, colour: str) -> None:
    page = await (await client.get(f"/chat?embed=1&colour={colour}")).text()
    assert f'href="/chat/colours/{colour.lower()}.css"' in page
    sheet = await (await client.get(f"/chat/colours/{colour}.css")).text()
    found = re.findall(r"--accent:(#\w+);--on-accent:(#\w+);--tint:(#\w+)", sheet)
    assert len(found) == 2
    for (accent, on, tint), ground in zip(found, ("#f4f1ea", "#222a28"), strict=True):
        for behind, before in ((accent, on), (ground, accent), (tint, accent)):
            assert contrast(rgb(behind), rgb(before)) >= 4.5


async def test_without_one_the_chat_wears_the_programmes_own(client: Client, hub: ChatHub) -> None:
    hub.colour = "#B4602A"
    assert 'href="/chat/colours/b4602a.css"' in await (await client.get("/chat")).text()
    assert 'href="/chat/colours/14655a.css"' in await (await client.get("/chat?embed=1&colour=14655a")).text()


def rgb(colour: str) -> RGB:
    found = parsed(colour)
    assert found
    return found


@pytest.mark.parametrize("colour", ["red", "12345", "%22%3E%3Cscript%3E", "1234567", "../x"])
async def test_no_colour_dresses_nothing(client: Client, colour: str) -> None:
    assert "/chat/colours" not in await (await client.get(f"/chat?embed=1&colour={colour}")).text()
    assert (await client.get(f"/chat/colours/{colour.replace('/', '')}.css")).status == 404
