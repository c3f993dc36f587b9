"""Servers that several tests of channels share."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.fakes.dovecot import Dovecot, dovecot
from tests.fakes.postfix import Postfix, postfix
from tests.fakes.telegram import TelegramServer


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """A real IMAP and LMTP server."""
    with dovecot() as running:
        yield running


@pytest.fixture(scope="session")
def postfix_server(dovecot_server: Dovecot) -> Iterator[Postfix]:
    """A real mail system that brings its mail to ``dovecot_server``."""
    with postfix(dovecot_server) as running:
        yield running


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """A Bot API server."""
    async with TelegramServer() as server:
        yield server
