"""The web chat's visitors and pages: whom it knows, what it shows, who may open a window."""

import json
from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError

from bot import wording
from bot.conversation.intents import read
from bot.errors import SetupError
from channels.webchat import from_settings
from channels.webchat.channel import WebChat
from channels.webchat.identity import COOKIE, Identity
from channels.webchat.languages import best
from config.settings import read_settings
from tests.channels.webchat.windows import Client, connect, own_origin, served
from tests.fakes.chat_hub import ChatHub

# who somebody is


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting from the machine that the tests run on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGULARS_SECRET_KEY", raising=False)


@pytest.mark.usefixtures("bare")
def test_it_is_on_without_any_account() -> None:
    web = from_settings(read_settings(secret_key="k"))
    assert web is not None
    assert (web.name, web.sender) == ("web", "web")


@pytest.mark.usefixtures("bare")
def test_without_a_secret_key_it_does_not_start() -> None:
    with pytest.raises(SetupError, match="REGULARS_SECRET_KEY"):
        from_settings(read_settings())


async def test_a_first_visit_gets_a_cookie_that_later_visits_keep(client: Client, chat: WebChat) -> None:
    cookie = (await client.get("/chat")).cookies[COOKIE]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["secure"]) == ("Lax", "/", "")
    visitor = chat.identity.read(cookie.value)
    assert visitor
    assert len(visitor) == 22
    again = (await client.get("/chat")).cookies[COOKIE]
    assert again.value == cookie.value


@pytest.mark.parametrize(
    "cookie",
    ["", "anna", "anna.", "anna.AAAA", "anná.x", "..", Identity("another secret", secure=False).sign("anna")],
)
async def test_a_forged_cookie_makes_a_new_visitor(client: Client, chat: WebChat, cookie: str) -> None:
    answered = await client.get("/chat", headers={"Cookie": f"{COOKIE}={cookie}"})
    visitor = chat.identity.read(answered.cookies[COOKIE].value)
    assert visitor
    assert visitor != "anna"


def test_a_signature_of_one_visitor_is_none_for_another(chat: WebChat) -> None:
    signature = chat.identity.sign("anna").partition(".")[2]
    assert chat.identity.read(f"bence.{signature}") is None
    assert chat.identity.read(f"anna.{signature}") == "anna"


def test_only_plain_ids_are_signed(chat: WebChat) -> None:
    with pytest.raises(ValueError, match="visitor id"):
        chat.identity.sign("anna; Path=/console")


async def test_over_https_the_cookie_is_secure(hub: ChatHub) -> None:
    async with served(hub, public_url="https://loyal.example") as (client, _):
        assert (await client.get("/chat")).cookies[COOKIE]["secure"]


async def test_a_window_without_a_cookie_gets_one_with_the_handshake(client: Client, chat: WebChat) -> None:
    async with client.ws_connect("/chat/socket", headers={"Origin": own_origin(client)}) as socket:
        handed = client.session.cookie_jar.filter_cookies(client.make_url("/chat"))[COOKIE]
        assert chat.identity.read(handed.value)
        assert await socket.receive_json() == {"lines": []}


# the page


async def test_the_page_names_the_programme_and_lets_nothing_foreign_run(client: Client, hub: ChatHub) -> None:
    hub.name = "Bean & <Leaf>"
    answered = await client.get("/chat", headers={"Accept-Language": "de, hu;q=0.8, en;q=0.7"})
    body = await answered.text()
    assert "<title>Bean &amp; &lt;Leaf&gt;</title>" in body
    assert '<html lang="hu">' in body
    policy = answered.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("header", ["", "fr", "en-GB", "*", "hu;q=0, en", "x" * 9000])
async def test_a_language_that_it_has_not_gets_english(client: Client, header: str) -> None:
    assert '<html lang="en">' in await (await client.get("/chat", headers={"Accept-Language": header[:8000]})).text()


@pytest.mark.parametrize(("name", "kind"), [("chat.js", "text/javascript"), ("chat.css", "text/css")])
async def test_static_files_have_their_type(client: Client, name: str, kind: str) -> None:
    answered = await client.get(f"/chat/static/{name}")
    assert answered.status == 200
    assert answered.content_type == kind


async def test_static_files_come_compressed_and_only_when_they_changed(client: Client) -> None:
    first = await client.get("/chat/static/chat.css", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert int(first.headers["Content-Length"]) * 2 < len(await first.read())
    again = await client.get("/chat/static/chat.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    assert (await client.get("/chat/static/chat.css", headers={"If-None-Match": '"other"'})).status == 200


@pytest.mark.parametrize("name", ["..%2Fpage.html", "page.html", "none.js", "%2e%2e%2fchannel.py"])
async def test_nothing_else_is_served(client: Client, name: str) -> None:
    assert (await client.get(f"/chat/static/{name}")).status == 404


async def test_the_page_is_in_the_language_that_was_chosen_else_the_browsers(client: Client) -> None:
    asked = {"Accept-Language": "hu, en;q=0.5"}
    assert '<html lang="hu">' in await (await client.get("/chat", headers=asked)).text()
    assert '<html lang="zh-Hant">' in await (await client.get("/chat?lang=zh-HK", headers=asked)).text()
    assert '<html lang="hu">' in await (await client.get("/chat?lang=%3Cb%3E", headers=asked)).text()


async def test_the_page_has_the_programmes_name_in_its_language(client: Client, hub: ChatHub) -> None:
    hub.names["zh-Hans"] = "豆与叶"
    for path in ("/chat?lang=zh", "/chat?lang=zh&embed=1"):
        page = await (await client.get(path)).text()
        assert "豆与叶" in page and "Bean" not in page


@pytest.mark.parametrize("language", wording.languages())
async def test_the_words_of_the_page_are_those_of_the_catalogue(client: Client, language: str) -> None:
    answered = await client.get(f"/chat/words/{language}.js")
    assert answered.content_type == "text/javascript"
    module = (await answered.text()).removeprefix("export default ").removesuffix(";\n")
    assert json.loads(module) == {**wording.texts("web chat", language), "language": language}


@pytest.mark.parametrize("language", wording.languages())
def test_what_the_empty_chat_offers_is_understood(language: str) -> None:
    for intent in ("balance", "rewards", "join", "help"):
        chip = wording.texts("web chat", language)[f"chip {intent}"]
        assert read(chip, language, tuple(wording.languages())).name == intent


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("zh-TW", "zh-Hant"), ("zh", "zh-Hans"), ("zh-Hant-CN", "zh-Hant"), ("zh-Hans-HK", "zh-Hans"), ("MS-my", "ms"),
     ("de", "en")],
)  # fmt: skip
def test_a_tag_finds_its_language_and_its_script(wanted: str, found: str) -> None:
    assert best([wanted], ("en", "hu", "ms", "zh-Hans", "zh-Hant")) == found


# who may open a window


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1.evil.example"])
async def test_a_foreign_page_may_not_talk(client: Client, chat: WebChat, origin: str) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await connect(client, chat, headers={"Origin": origin})
    assert refused.value.status == 403


async def test_what_a_proxy_says_of_the_address_makes_no_page_our_own(client: Client, chat: WebChat) -> None:
    told = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    with pytest.raises(WSServerHandshakeError, match="403"):
        await connect(client, chat, headers={"Origin": "https://evil.example", **told})


async def test_the_public_address_is_an_own_page_behind_a_proxy(hub: ChatHub) -> None:
    async with served(hub, public_url="https://loyal.example") as (client, chat):
        async with await connect(client, chat, headers={"Origin": "https://loyal.example"}) as socket:
            assert await socket.receive_json() == {"lines": []}
        with pytest.raises(WSServerHandshakeError, match="403"):
            await connect(client, chat)  # its own host, but not over https
