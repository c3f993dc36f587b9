"""Customers at each door: what they say goes by the channel's real protocol, what they hear is what reached them."""

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from typing import Any

import aiosmtplib
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.fakes.mail import customer_mail
from tests.fakes.ports import PATIENCE
from tests.fakes.twilio import SentSms
from tests.journeys.world import Town

TELEGRAM_PROOF = "X-Telegram-Bot-Api-Secret-Token"


class Door(ABC):
    """One customer on one channel. ``ref`` is how a till names them; known for the web chat after joining only."""

    channel = ""
    address = ""

    def __init__(self, town: Town, ref: dict[str, str]) -> None:
        self.town = town
        self.ref = ref
        self.ids = count(1)

    @abstractmethod
    async def tell(self, text: str) -> None:
        """Say something; returns when the service has committed it."""

    @abstractmethod
    async def heard(self, at_least: int) -> list[str]:
        """Everything they were sent, once it is so much."""

    async def ask(self, text: str) -> str:
        """Say something, and the answer."""
        before = len(await self.heard(0))
        await self.tell(text)
        return (await self.heard(before + 1))[-1]

    async def join(self, language: str = "en") -> str:
        """Become a member who wants offers; the words of welcome."""
        said = {
            "en": ("join", "Anna Kiss", "skip", "yes"),
            "hu": ("nyelv magyar", "csatlakozom", "Anna Kiss", "kihagyom", "igen"),
        }
        for text in said[language]:
            answer = await self.ask(text)
        return answer


class Telegram(Door):
    """By long polling or by webhook, as the service asked."""

    channel = "telegram"

    def __init__(self, town: Town, chat: int = 7_400_000_001) -> None:
        super().__init__(town, {"telegram": str(chat)})
        self.address, self._chat = str(chat), chat

    async def tell(self, text: str) -> None:
        self.town.telegram.says(self._chat, text)
        await self.town.telegram.acknowledged()

    async def heard(self, at_least: int) -> list[str]:
        messages = self.town.telegram.messages
        await self.town.telegram.until(lambda: len(messages[self._chat]) >= at_least)
        return [message.text for message in messages[self._chat]]


class Sms(Door):
    """Twilio's webhook in, its REST API out."""

    channel = "sms"

    def __init__(self, town: Town, number: str = "+36301234567") -> None:
        super().__init__(town, {"phone": number})
        self.address = number

    async def tell(self, text: str) -> None:
        heard = await self.town.twilio.says(self.address, text, to_url=self.town.url)
        assert heard.status == 200

    async def heard(self, at_least: int) -> list[str]:
        sent: list[str] = []
        taken = await self.town.twilio.sent(0)
        while len(sent) < at_least or not taken:
            sent = [sms.body for sms in taken if self.mine(sms)]
            if len(sent) >= at_least:
                break
            taken = await self.town.twilio.sent(len(taken) + 1)
        return [sms.body for sms in taken if self.mine(sms)]

    def mine(self, sms: SentSms) -> bool:
        """Whether a message was for this customer."""
        return sms.to == self.address


class WhatsApp(Sms):
    """The same webhook and API, with a prefix before every number."""

    channel = "whatsapp"

    async def tell(self, text: str) -> None:
        heard = await self.town.twilio.says(f"whatsapp:{self.address}", text, to_url=self.town.url)
        assert heard.status == 200

    def mine(self, sms: SentSms) -> bool:
        return sms.to == f"whatsapp:{self.address}"


class Mail(Door):
    """By SMTP, both ways."""

    channel = "email"

    def __init__(self, town: Town, address: str = "anna@ok.test") -> None:
        super().__init__(town, {"email": address})
        self.address = address

    def written(self, text: str, id_: str = "") -> bytes:
        id_ = id_ or f"<{next(self.ids)}.{self.address}>"
        return customer_mail(text, sender=f"Anna <{self.address}>", message_id=id_)

    async def join(self, language: str = "en") -> str:
        """Whoever reads the mail of an address confirms it with the code that was sent there."""
        await super().join(language)
        mails = await self.heard(0)
        while not (codes := [found[0] for mail in mails if (found := re.search(r"\b\d{6}\b", mail))]):
            mails = await self.heard(len(mails) + 1)
        assert self.address in await self.ask(codes[0])
        return next(mail for mail in reversed(mails) if codes[0] not in mail)

    async def tell(self, text: str) -> None:
        await self.bring(self.written(text))

    async def bring(self, raw: bytes) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.town.smtp_port, start_tls=False) as smtp:
            await smtp.sendmail(self.address, ["hello@shop.test"], raw)

    async def heard(self, at_least: int) -> list[str]:
        mails = await self.town.mail.received(0)
        while sum(mail.recipient == self.address for mail in mails) < at_least:
            mails = await self.town.mail.received(len(mails) + 1)
        return [mail.text for mail in mails if mail.recipient == self.address]


class PostedMail(Mail):
    """The same, brought by ``POST /webhooks/email``."""

    async def bring(self, raw: bytes) -> None:
        headers = {"Authorization": f"Bearer {self.town.key}", "Content-Type": "message/rfc822"}
        async with ClientSession() as client:
            async with client.post(self.town.url + "/webhooks/email", data=raw, headers=headers) as answer:
                assert answer.ok, await answer.text()


class WebChat(Door):
    """A browser's WebSocket, with the cookie that the page gave it."""

    channel = "web"

    def __init__(self, town: Town, socket: ClientWebSocketResponse) -> None:
        super().__init__(town, {})
        self._socket = socket
        self._took: set[str] = set()
        self._lines: list[dict[str, Any]] = []

    async def tell(self, text: str) -> None:
        id_ = str(next(self.ids))
        await self._socket.send_json({"say": text, "id": id_})
        await self._read(lambda: id_ in self._took)

    async def heard(self, at_least: int) -> list[str]:
        await self._read(lambda: sum(line["ours"] for line in self._lines) >= at_least)
        return [line["text"] for line in self._lines if line["ours"]]

    async def join(self, language: str = "en") -> str:
        welcome = await super().join(language)
        self.ref = {"code": welcome.splitlines()[0].rpartition(" ")[2]}
        return welcome

    async def _read(self, enough: Callable[[], bool]) -> None:
        while not enough():
            message = await self._socket.receive(timeout=PATIENCE)
            assert message.type is WSMsgType.TEXT, message
            frame = message.json()
            assert "error" not in frame, frame
            self._lines += frame.get("lines", [])
            self._took |= {frame["took"]} if "took" in frame else set()


@asynccontextmanager
async def web_chat(town: Town) -> AsyncIterator[Door]:
    """A visitor who opens the page and stays."""
    async with ClientSession() as browser:
        async with browser.get(town.url + "/chat") as page:
            assert page.ok
        async with browser.ws_connect(town.url + "/chat/socket", headers={"Origin": town.url}) as socket:
            yield WebChat(town, socket)


def at(name: str) -> Callable[[Town], AbstractAsyncContextManager[Door]]:
    """How to come in by a door."""
    if name == "web":
        return web_chat
    kind: Callable[[Town], Door] = {
        "telegram": Telegram,
        "sms": Sms,
        "whatsapp": WhatsApp,
        "mail": Mail,
        "posted mail": PostedMail,
    }[name]

    @asynccontextmanager
    async def come_in(town: Town) -> AsyncIterator[Door]:
        yield kind(town)

    return come_in
