"""Opening chat windows against a served web chat: shared by its tests."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer

from channels.webchat.channel import WebChat
from channels.webchat.identity import COOKIE
from tests.fakes.chat_hub import ChatHub
from tests.fakes.ports import PATIENCE

Client = TestClient[web.Request, web.Application]
Socket = ClientWebSocketResponse
NEVER = 3600.0
"""Seconds between two looks at the transcript: what arrives was pushed."""


@asynccontextmanager
async def served(
    hub: ChatHub,
    *,
    public_url: str = "http://127.0.0.1",
    poll: float = NEVER,
    monotonic: Callable[[], float] = time.monotonic,
    origins: Sequence[str] = (),
) -> AsyncIterator[tuple[Client, WebChat]]:
    """A web chat behind a real HTTP server, and a client of it."""
    chat = WebChat(
        secret="a secret of the test", public_url=public_url, poll=poll, monotonic=monotonic, origins=origins
    )
    hub.channel = chat
    app = web.Application()
    app.add_routes(chat.routes())
    await chat.start(hub, listen=True)
    async with TestClient(TestServer(app)) as client:
        yield client, chat
        await chat.close()


def own_origin(client: Client) -> str:
    return f"http://{client.host}:{client.port}"


async def connect(client: Client, chat: WebChat, visitor: str = "anna", **more: Any) -> Socket:
    headers = {"Cookie": f"{COOKIE}={chat.identity.sign(visitor)}", "Origin": own_origin(client)}
    headers |= more.get("headers", {})
    return await client.ws_connect(f"/chat/socket?after={more.get('after', 0)}{more.get('query', '')}", headers=headers)


async def lines_until(socket: Socket, count: int) -> list[dict[str, Any]]:
    """The next lines, however they were packed; what else arrives is read over."""
    lines: list[dict[str, Any]] = []
    while len(lines) < count:
        lines += (await socket.receive_json(timeout=PATIENCE)).get("lines", [])
    return lines


async def answer(socket: Socket, say: object, name: str = "1") -> dict[str, Any]:
    """What is said of a message: taken or refused."""
    await socket.send_json({"say": say, "id": name})
    while True:
        frame: dict[str, Any] = await socket.receive_json(timeout=PATIENCE)
        if "lines" not in frame:
            return frame


async def close_code(socket: Socket) -> int | None:
    """How the server ended it; lines that came before are read over."""
    while (await socket.receive(timeout=PATIENCE)).type is not WSMsgType.CLOSE:
        pass
    return socket.close_code


def texts(lines: list[dict[str, Any]]) -> list[str]:
    return [line["text"] for line in lines]
