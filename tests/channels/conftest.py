"""Servers that several tests of channels share."""

from collections.abc import Iterator

import pytest

from tests.fakes.dovecot import Dovecot, dovecot


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """A real IMAP and LMTP server."""
    with dovecot() as running:
        yield running
