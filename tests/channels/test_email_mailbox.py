"""Fetching mail by IMAP from a real Dovecot: nothing lost, nothing marked as read too early, whatever breaks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from aioimaplib import IMAP4

from bot.messages import Inbound
from channels.email import mailbox
from channels.email.listener import SIZE_LIMIT
from channels.email.mailbox import Fetcher
from channels.email.options import Fetching, Server, Tls
from tests.channels.email_world import Hub, channel
from tests.fakes.dovecot import PASSWORD, Dovecot
from tests.fakes.mail import CERTIFICATE, customer_mail
from tests.fakes.ports import PATIENCE, held_ports
from tests.fakes.wire import Wire

_numbers = count(1)


class Listening(Hub):
    """Lets the tests wait for what is said, and look in before it is committed."""

    def __init__(self) -> None:
        super().__init__()
        self.told = asyncio.Condition()
        self.before_commit: Callable[[], Awaitable[None]] | None = None

    async def receive(self, messages: Sequence[Inbound]) -> None:
        if self.before_commit:
            await self.before_commit()
        await super().receive(messages)
        async with self.told:
            self.told.notify_all()

    async def heard(self, times: int) -> list[str]:
        async with asyncio.timeout(PATIENCE), self.told:
            await self.told.wait_for(lambda: len(self.received) >= times)
        return [said.text for said in self.received]

    async def heard_all(self, ids: set[str]) -> None:
        """These mails, each once or more often."""
        async with asyncio.timeout(PATIENCE), self.told:
            await self.told.wait_for(lambda: {said.id for said in self.received} == ids)


class Log:
    """In place of the mailbox's own, to wait for what it tells."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.told: list[dict[str, Any]] = []

    def warning(self, event: str, **facts: Any) -> None:
        self.told.append({"event": event, **facts})
        self._lines.put_nowait(self.told[-1])

    info = exception = warning

    async def tells(self, reason: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            while not str((line := await self._lines.get()).get("reason")).startswith(reason):
                pass
        return line


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log()
    monkeypatch.setattr(mailbox, "log", log)
    return log


@pytest.fixture
def owner() -> str:
    return f"hello{next(_numbers)}@shop.test"


@pytest.fixture
def hub() -> Listening:
    return Listening()


def fetching(port: int, owner: str, tls: Tls = Tls.NEVER, folder: str = "INBOX", move_to: str = "") -> Fetching:
    return Fetching(Server("127.0.0.1", port, tls, owner, PASSWORD), folder, move_to)


@asynccontextmanager
async def listening(options: Fetching, hub: Hub) -> AsyncIterator[None]:
    mail = channel(fetching=options)
    await mail.start(hub, listen=True)
    try:
        yield
    finally:
        await mail.close()


def write(dovecot: Dovecot, owner: str, text: str) -> None:
    dovecot.put(owner, customer_mail(text, message_id=f"<{text}@ok.test>"))


def unread(dovecot: Dovecot, owner: str, folder: str = "INBOX") -> int:
    with dovecot.mailbox(owner) as imap:
        imap.select(folder)
        return len(imap.search(None, "UNSEEN")[1][0].split())


async def test_what_waits_and_what_comes_later_is_taken_in_order_and_then_read(
    dovecot_server: Dovecot, owner: str, hub: Listening
) -> None:
    write(dovecot_server, owner, "one")
    write(dovecot_server, owner, "two")
    async with listening(fetching(dovecot_server.imap, owner), hub):
        assert await hub.heard(2) == ["one", "two"]
        write(dovecot_server, owner, "three")
        await hub.heard(3)
        write(dovecot_server, owner, "four")
        assert await hub.heard(4) == ["one", "two", "three", "four"]
    assert unread(dovecot_server, owner) <= 1  # the last one may not have been marked when we hung up


async def test_years_of_unread_mail_are_left_alone(dovecot_server: Dovecot, owner: str) -> None:
    taken: asyncio.Queue[bytes] = asyncio.Queue()
    for text, came in (("old", "13-Mar-2026"), ("older", "01-Mar-2020"), ("a week ago", "14-Mar-2026")):
        dovecot_server.put(owner, customer_mail(text), f"{came} 23:00:00 +0000")
    today = datetime(2026, 3, 21, 12, tzinfo=UTC)
    fetcher = Fetcher(fetching(dovecot_server.imap, owner), taken.put, SIZE_LIMIT, lambda: today)
    fetcher.start()
    assert b"a week ago" in await asyncio.wait_for(taken.get(), PATIENCE)
    write(dovecot_server, owner, "new")
    assert b"new" in await asyncio.wait_for(taken.get(), PATIENCE)
    await fetcher.close()
    assert taken.empty()
    assert unread(dovecot_server, owner) in (2, 3)


async def test_a_mail_is_not_read_before_it_is_committed(dovecot_server: Dovecot, owner: str, hub: Listening) -> None:
    seen_at_commit: list[int] = []

    async def look() -> None:
        seen_at_commit.append(unread(dovecot_server, owner))

    hub.before_commit = look
    write(dovecot_server, owner, "one")
    async with listening(fetching(dovecot_server.imap, owner), hub):
        await hub.heard(1)
        write(dovecot_server, owner, "two")
        await hub.heard(2)
    assert seen_at_commit == [1, 1]


async def test_what_could_not_be_kept_stays_unread_and_comes_again(
    dovecot_server: Dovecot, owner: str, hub: Listening, log: Log
) -> None:
    hub.broken = True
    write(dovecot_server, owner, "one")
    async with listening(fetching(dovecot_server.imap, owner), hub):
        await log.tells("mail could not be taken")
        assert unread(dovecot_server, owner) == 1
        hub.received.clear()
        hub.broken = False
        assert await hub.heard(1) == ["one"]


async def test_a_connection_cut_between_commit_and_mark_brings_the_same_mail_again(
    dovecot_server: Dovecot, owner: str, hub: Listening
) -> None:
    async with Wire(dovecot_server.imap) as wire:

        async def cut() -> None:
            wire.cut()
            hub.before_commit = None

        hub.before_commit = cut
        write(dovecot_server, owner, "one")
        async with listening(fetching(wire.port, owner), hub):
            assert await hub.heard(2) == ["one", "one"]
            assert len({said.id for said in hub.received}) == 1
            write(dovecot_server, owner, "two")
            assert (await hub.heard(3))[2:] == ["two"]
    assert wire.connections == 2


async def test_a_connection_cut_while_nothing_happens_is_made_anew(
    dovecot_server: Dovecot, owner: str, hub: Listening
) -> None:
    async with Wire(dovecot_server.imap) as wire:
        async with listening(fetching(wire.port, owner), hub):
            write(dovecot_server, owner, "one")
            await hub.heard(1)
            wire.cut()
            write(dovecot_server, owner, "two")
            await hub.heard_all({"<one@ok.test>", "<two@ok.test>"})


async def test_a_folder_that_numbers_its_mails_anew_loses_and_doubles_nothing(
    dovecot_server: Dovecot, owner: str, hub: Listening
) -> None:
    async with Wire(dovecot_server.imap) as wire:
        with dovecot_server.mailbox(owner) as imap:
            imap.create("Post")
            imap.append("Post", "", "", customer_mail("one"))
        async with listening(fetching(wire.port, owner, folder="Post"), hub):
            await hub.heard(1)
            with dovecot_server.mailbox(owner) as imap:
                imap.delete("Post")
                imap.create("Post")
                imap.append("Post", "", "", customer_mail("two"))
            wire.cut()
            assert await hub.heard(2) == ["one", "two"]


async def test_what_was_taken_goes_to_its_own_folder(dovecot_server: Dovecot, owner: str, hub: Listening) -> None:
    write(dovecot_server, owner, "one")
    write(dovecot_server, owner, "two")
    async with listening(fetching(dovecot_server.imap, owner, move_to="Kész & jó"), hub):
        await hub.heard(2)
        write(dovecot_server, owner, "three")
        await hub.heard(3)
    with dovecot_server.mailbox(owner) as imap:
        assert imap.select('"K&AOk-sz &- j&APM-"')[1][0] in (b"2", b"3")
        assert imap.select("INBOX")[1][0] in (b"0", b"1")


async def test_a_mail_above_the_limit_is_not_fetched_and_stands_in_nobodys_way(
    dovecot_server: Dovecot, owner: str, log: Log
) -> None:
    taken: asyncio.Queue[bytes] = asyncio.Queue()
    write(dovecot_server, owner, "x" * 5000)
    write(dovecot_server, owner, "two")
    fetcher = Fetcher(fetching(dovecot_server.imap, owner), taken.put, 2000)
    fetcher.start()
    assert b"<two@ok.test>" in await asyncio.wait_for(taken.get(), PATIENCE)
    await fetcher.close()
    assert [line["limit"] for line in log.told if line["event"] == "email_too_large"] == [2000]
    assert unread(dovecot_server, owner) <= 1


async def test_a_large_mail_comes_in_whole(dovecot_server: Dovecot, owner: str) -> None:
    taken: asyncio.Queue[bytes] = asyncio.Queue()
    raw = customer_mail("balance\r\n\r\n" + ("x" * 900 + " (unmatched {5}\r\n") * 5000)
    dovecot_server.put(owner, raw)
    fetcher = Fetcher(fetching(dovecot_server.imap, owner), taken.put, SIZE_LIMIT)
    fetcher.start()
    assert await asyncio.wait_for(taken.get(), PATIENCE) == raw
    await fetcher.close()


async def test_a_refused_login_says_what_to_check_and_never_the_password(
    dovecot_server: Dovecot, owner: str, log: Log
) -> None:
    options = Fetching(Server("127.0.0.1", dovecot_server.imap, Tls.NEVER, owner, 'hunter2"\\'))
    async with listening(options, Hub()):
        line = await log.tells("the login was refused")
    assert line["retry_in"] == mailbox.REFUSED_PAUSE and "REGULARS_IMAP_URL" in line["hint"]
    assert "hunter2" not in str(log.told)


async def test_a_folder_that_is_not_there_or_a_server_that_is_away_is_told(
    dovecot_server: Dovecot, owner: str, log: Log
) -> None:
    async with listening(fetching(dovecot_server.imap, owner, folder="Nowhere"), Hub()):
        assert "path" in (await log.tells("the folder cannot be opened"))["hint"]
    with held_ports(1) as [nobody]:
        async with listening(fetching(nobody, owner), Hub()):
            assert "port" in (await log.tells("ConnectionRefusedError"))["hint"]


@pytest.mark.parametrize("tls", [Tls.IMPLICIT, Tls.STARTTLS])
async def test_the_connection_is_secured(
    dovecot_server: Dovecot, owner: str, hub: Listening, log: Log, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = dovecot_server.imaps if tls is Tls.IMPLICIT else dovecot_server.imap
    write(dovecot_server, owner, "one")
    async with listening(fetching(port, owner, tls), hub):
        assert "self-signed certificate" in (await log.tells("SSLCertVerificationError"))["reason"]
    assert hub.received == []
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    async with listening(fetching(port, owner, tls), hub):
        assert await hub.heard(1) == ["one"]


async def test_a_server_without_idle_is_asked_again_and_again(
    dovecot_server: Dovecot, owner: str, hub: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IMAP4, "has_capability", lambda *_: False)
    monkeypatch.setattr(mailbox, "POLL", 0.01)
    async with listening(fetching(dovecot_server.imap, owner, move_to="Done"), hub):
        write(dovecot_server, owner, "one")
        await hub.heard(1)
        write(dovecot_server, owner, "two")
        assert await hub.heard(2) == ["one", "two"]


async def test_two_processes_on_one_mailbox_take_every_mail_under_one_name(
    dovecot_server: Dovecot, owner: str, hub: Listening
) -> None:
    options = fetching(dovecot_server.imap, owner)
    async with listening(options, hub), listening(options, hub):
        for text in ("one", "two", "three"):
            write(dovecot_server, owner, text)
        await hub.heard_all({"<one@ok.test>", "<two@ok.test>", "<three@ok.test>"})


async def test_a_mail_being_taken_is_finished_before_we_leave(
    dovecot_server: Dovecot, owner: str, hub: Listening
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await may_end.wait()

    hub.before_commit = slow
    write(dovecot_server, owner, "one")
    mail = channel(fetching=fetching(dovecot_server.imap, owner))
    await mail.start(hub, listen=True)
    await asyncio.wait_for(begun.wait(), PATIENCE)
    closing = asyncio.create_task(mail.close())
    asyncio.get_running_loop().call_soon(may_end.set)
    await asyncio.wait_for(closing, PATIENCE)
    assert [said.text for said in hub.received] == ["one"]
