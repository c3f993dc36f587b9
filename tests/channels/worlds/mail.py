"""E-mail: out to the customers' mail server, in by each of its doors."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from html import unescape
from itertools import count
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import aiosmtplib

from channels.base import Channel
from channels.email import from_settings
from channels.email.channel import EmailChannel
from config.settings import read_settings
from tests.channels.worlds.world import KEY, Called, Listening, Refusing, Seen, eventually
from tests.fakes.dovecot import PASSWORD, Dovecot
from tests.fakes.mail import Mail, MailServer, customer_mail
from tests.fakes.wire import Wire

SECRET = "a secret of sixteen or more letters"
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_REFUSALS = {
    "busy": "451 4.2.1 <anna@ok.test>: mailbox is busy",
    "flood": "421 4.7.0 Too much mail to anna@ok.test, try later",
    "gone": "550 5.1.1 <anna@ok.test>: no such user",
    "rejected": "550 5.7.1 Mail to anna@ok.test refused",
}


class Email(Called, Refusing):
    """Customers' mail comes by the webhook."""

    name = "email"
    address = "anna@ok.test"
    contact = "hello@shop.test"
    secrets: Sequence[str] = (SECRET, KEY)
    settings: Mapping[str, str] = MappingProxyType({})

    async def opened(self, stack: AsyncExitStack) -> Channel:
        self.server = await stack.enter_async_context(MailServer())
        self.ids = count(1)
        settings = read_settings(
            smtp_url=self.server.url, email_from="Bean & Leaf <hello@shop.test>", secret_key=SECRET, **self.settings
        )
        channel = from_settings(settings)
        assert isinstance(channel, EmailChannel)
        self.mail = channel
        return channel

    async def seen(self, at_least: int) -> list[Seen]:
        return [_seen(mail) for mail in await self.server.received(at_least)]

    def written(self, text: str) -> Any:
        """With a name, and the address as some programs write it."""
        number = next(self.ids)
        return customer_mail(text, sender="Anna Kiss <Anna@OK.Test>", message_id=f"<{number}@ok.test>")

    async def bring(self, told: Any) -> bool:
        return await self._posted(told, f"Bearer {KEY}") == 200

    async def forged(self) -> list[int]:
        return [await self._posted(self.written("balance"), shown) for shown in ("", "Bearer", f"Bearer {KEY[:-1]}")]

    async def _posted(self, raw: bytes, authorization: str) -> int:
        headers = {"Content-Type": "message/rfc822", "Authorization": authorization}
        async with self.client.post(f"{self.url}/webhooks/email", data=raw, headers=headers) as answer:
            return answer.status

    async def refuse(self, kind: str) -> None:
        if kind == "silent":
            self.server.hang_up_at.add("DATA")
        else:
            self.server.refusals[self.address] = _REFUSALS[kind]

    async def relents(self) -> None:
        self.server.refusals.clear()
        self.server.hang_up_at.clear()


class EmailListener(Email, Listening):
    """Customers' mail comes by SMTP."""

    settings = MappingProxyType({"smtp_listen": "127.0.0.1:0"})

    async def bring(self, told: Any) -> bool:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.mail.listening_on, start_tls=False) as smtp:
            try:
                await smtp.sendmail("anna@ok.test", "hello@shop.test", told)
            except aiosmtplib.SMTPDataError:
                return False
        return True

    def is_listening(self) -> bool:
        return self.mail.listening_on is not None


class EmailLmtp(EmailListener):
    """Customers' mail comes by LMTP."""

    settings = MappingProxyType({"smtp_listen": "lmtp://127.0.0.1:0"})

    async def bring(self, told: Any) -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.mail.listening_on)
        commands = (b"LHLO ok.test", b"MAIL FROM:<anna@ok.test>", b"RCPT TO:<hello@shop.test>", b"DATA")
        await _answer(reader)
        for line in commands:
            writer.write(line + b"\r\n")
            await _answer(reader)
        writer.write(told.rstrip(b"\r\n") + b"\r\n.\r\n")
        answer = await _answer(reader)
        writer.close()
        await writer.wait_closed()
        return answer.startswith(b"250")


class EmailImap(Email, Listening):
    """Customers' mail is fetched from a mailbox on a real IMAP server."""

    _mailboxes = count(1)

    def __init__(self, dovecot: Dovecot) -> None:
        super().__init__()
        self.dovecot = dovecot
        self.owner = f"contract{next(self._mailboxes)}@shop.test"
        self.secrets = (*self.secrets, PASSWORD)

    async def opened(self, stack: AsyncExitStack) -> Channel:
        self.fetched = await stack.enter_async_context(Wire(self.dovecot.imap))
        login = f"{quote(self.owner, safe='')}:{quote(PASSWORD, safe='')}"
        self.settings = {"imap_url": f"imap://{login}@127.0.0.1:{self.fetched.port}?starttls=never"}
        return await super().opened(stack)

    async def says(self, text: str) -> bool:
        self.dovecot.put(self.owner, self.written(text))
        return await self.repeats()

    async def repeats(self) -> bool:
        """What was not taken stays unread, and is fetched again without anybody's doing."""
        heard, refused = len(self.hub.heard), len(self.hub.refused)
        await eventually(lambda: len(self.hub.heard) > heard or len(self.hub.refused) > refused)
        if len(self.hub.heard) == heard:
            return not self._unread()
        await eventually(lambda: not self._unread())
        return True

    def _unread(self) -> int:
        with self.dovecot.mailbox(self.owner) as imap:
            return len(imap.search(None, "UNSEEN")[1][0].split())

    def is_listening(self) -> bool:
        """Whether it has opened the mailbox."""
        return bool(self.fetched.connections)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """The last line of an answer."""
    while (line := await reader.readline())[3:4] == b"-":
        pass
    return line


def _seen(mail: Mail) -> Seen:
    says, links = {}, {}
    for target, label in _LINK.findall(mail.html):
        url, shown = urlsplit(unescape(target)), unescape(re.sub(r"<[^>]*>", "", label)).strip()
        if url.scheme == "mailto":
            says[shown] = parse_qs(url.query)["body"][0]
        else:
            links[shown] = url.geturl()
    images = [part.get_content() for part in mail.message.walk() if part.get_content_maintype() == "image"]
    leave = re.search(r"<(https:[^>]*)>", mail.message.get("List-Unsubscribe", ""))
    return Seen(mail.text, says, links, images[0] if images else b"", leave[1] if leave else "")
