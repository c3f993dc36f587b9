"""A web chat behind a real server, for visitors to come to."""

from collections.abc import AsyncIterator

import pytest

from channels.webchat.channel import WebChat
from tests.channels.webchat.windows import Client, served
from tests.fakes.chat_hub import ChatHub


@pytest.fixture
def hub() -> ChatHub:
    return ChatHub()


@pytest.fixture
async def service(hub: ChatHub) -> AsyncIterator[tuple[Client, WebChat]]:
    async with served(hub) as both:
        yield both


@pytest.fixture
def client(service: tuple[Client, WebChat]) -> Client:
    return service[0]


@pytest.fixture
def chat(service: tuple[Client, WebChat]) -> WebChat:
    return service[1]
