"""A customer's mail through a real mail system to a running service, and its answer into the customer's mailbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiosmtplib
import pytest
from pydantic import SecretStr

from channels.email.dkim import new_key, read_signer
from channels.email.listener import SIZE_LIMIT
from channels.email.mailbox import Fetcher
from channels.email.options import Fetching, Server, Tls
from tests.channels.dkim_verifying import verified
from tests.fakes.dovecot import PASSWORD, Dovecot
from tests.fakes.mail import customer_mail
from tests.fakes.ports import PATIENCE
from tests.fakes.postfix import Postfix
from tests.fakes.wire import Wire
from tests.journeys.world import Town, until

_numbers = count(1)


class MailSystem:
    """Customers and a shop whose mail goes through Postfix and lies with Dovecot."""

    def __init__(self, town: Town, postfix: Postfix, dovecot: Dovecot) -> None:
        self.town = town
        self.postfix = postfix
        self.dovecot = dovecot
        self.shop = f"hello-{next(_numbers)}@shop.test"
        self.anna = self.shop.replace("hello", "anna").replace("shop", "ok")

    def settings(self, shop: str) -> dict[str, Any]:
        return {
            "smtp_url": f"smtp://127.0.0.1:{self.postfix.port}?starttls=never",
            "email_from": f"Bean & Leaf <{shop}>",
            "smtp_listen": None,
            "http_port": 0,
        }

    def by_imap(self, port: int | None = None) -> dict[str, Any]:
        login = f"{quote(self.shop)}:{quote(PASSWORD, safe='')}"
        url = f"imap://{login}@127.0.0.1:{port or self.dovecot.imap}/?starttls=never&move=Done"
        return self.settings(self.shop) | {"imap_url": url, "email_bounces": self.shop}

    def by_lmtp(self) -> dict[str, Any]:
        return self.settings("hello@door.test") | {"smtp_listen": f"lmtp://127.0.0.1:{self.postfix.door}"}

    async def write(self, to: str, text: str, sender: str) -> None:
        raw = customer_mail(text, sender=f"Anna <{sender}>", to=to, message_id=f"<{next(_numbers)}@ok.test>")
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.postfix.port, start_tls=False) as smtp:
            await smtp.sendmail(sender, [to], raw)

    @asynccontextmanager
    async def mail_program(self, owner: str) -> AsyncIterator["asyncio.Queue[bytes]"]:
        """What arrives in somebody's mailbox, as it arrived."""
        arrived: asyncio.Queue[bytes] = asyncio.Queue()
        fetcher = Fetcher(
            Fetching(Server("127.0.0.1", self.dovecot.imap, Tls.NEVER, owner, PASSWORD)), arrived.put, SIZE_LIMIT
        )
        fetcher.start()
        yield arrived
        await fetcher.close()


@pytest.fixture
async def mail(
    sqlite_url: str, tmp_path: Path, postfix_server: Postfix, dovecot_server: Dovecot
) -> AsyncIterator[MailSystem]:
    async with Town(sqlite_url, tmp_path, channels=("email",)) as town:
        yield MailSystem(town, postfix_server, dovecot_server)


async def test_our_signature_survives_a_real_mail_system(mail: MailSystem, tmp_path: Path) -> None:
    pem = new_key("rsa")[1]
    signer = read_signer(pem, "regulars", "shop.test", "shop.test")
    async with mail.town.service(**mail.by_imap(), dkim_key=SecretStr(pem), dkim_selector="regulars"):
        async with mail.mail_program(mail.anna) as arrived:
            await mail.write(mail.shop, "kártya", mail.anna)
            raw = await asyncio.wait_for(arrived.get(), PATIENCE)
    now = datetime.now(UTC)
    assert raw.count(b"DKIM-Signature:") == 1
    assert verified(raw, signer, at=now)
    body = raw.index(b"\r\n\r\n") + 4
    assert not verified(raw[:body] + b"Send your money here.\r\n" + raw[body:], signer, at=now)


async def next_mail(arrived: "asyncio.Queue[bytes]") -> EmailMessage:
    raw = await asyncio.wait_for(arrived.get(), PATIENCE)
    return message_from_bytes(raw, _class=EmailMessage, policy=default)


@pytest.mark.parametrize("door", ["imap", "lmtp"])
async def test_a_question_by_mail_is_answered_by_mail(mail: MailSystem, door: str) -> None:
    settings, shop = (mail.by_imap(), mail.shop) if door == "imap" else (mail.by_lmtp(), "hello@door.test")
    async with mail.town.service(**settings), mail.mail_program(mail.anna) as arrived:
        await mail.write(shop, "help\n\nOn Sat, Bean & Leaf wrote:\n> stop\n", mail.anna)
        answer = await next_mail(arrived)
    plain = answer.get_body(("plain",))
    assert plain is not None and "You can write" in plain.get_content()
    assert (answer["To"], answer["Auto-Submitted"]) == (mail.anna, "auto-replied")
    assert answer["In-Reply-To"].endswith("@ok.test>")
    assert ("+" in answer["Return-Path"]) == (door == "imap")


async def test_one_mail_to_two_processes_is_answered_once(mail: MailSystem) -> None:
    async with mail.town.service(**mail.by_imap()), mail.town.service(**mail.by_imap()):
        async with mail.mail_program(mail.anna) as arrived:
            await mail.write(mail.shop, "help", mail.anna)
            await next_mail(arrived)
            await mail.write(mail.shop, "language", mail.anna)
            await next_mail(arrived)
            await until(mail.town.settled)
            assert arrived.empty()
    assert len(await mail.town.rows("messages")) == 2


async def test_over_a_line_that_is_cut_again_and_again_every_mail_is_answered_once(mail: MailSystem) -> None:
    texts = ("help", "language", "rewards", "how", "badges")
    async with Wire(mail.dovecot.imap, lasts=range(1500, 5000, 350)) as wire, mail.mail_program(mail.anna) as arrived:
        for number, text in enumerate(texts):
            mail.dovecot.put(mail.shop, customer_mail(text, sender=mail.anna, message_id=f"<cut{number}@ok.test>"))
        async with mail.town.service(**mail.by_imap(wire.port)):
            for _ in texts:
                await next_mail(arrived)

            async def all_put_away() -> bool:
                with mail.dovecot.mailbox(mail.shop) as imap:
                    return imap.select("Done")[1] == [b"5"]

            await until(all_put_away)
    assert arrived.empty() and wire.connections > 3
    assert len(await mail.town.rows("messages")) == len(await mail.town.rows("inbound")) == len(texts)


async def test_a_real_bounce_closes_the_address(mail: MailSystem) -> None:
    async with mail.town.service(**mail.by_imap()):
        await mail.write(mail.shop, "help", "nobody@ok.test")

        async def closed() -> bool:
            return any(row.gone_at is not None for row in await mail.town.rows("addresses"))

        await until(closed)
    [message] = await mail.town.rows("messages")
    assert (message.state, message.reason) == ("failed", "bounced 5.1.1")
