"""SMS and WhatsApp, at Twilio."""

from contextlib import AsyncExitStack
from itertools import count
from typing import Any

from bot.messages import Outbound
from channels.base import Channel
from channels.twilio import sms_from_settings, whatsapp_from_settings
from config.settings import read_settings
from tests.channels.worlds.world import Called, Refusing, Seen
from tests.fakes.twilio import ACCOUNT_SID, NUMBER, WHATSAPP_NUMBER, FakeTwilio, SentSms

AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "https://beans.example"


class Sms(Called, Refusing):
    name = "sms"
    address = "+36301234567"
    contact: str | None = NUMBER
    secrets = (AUTH_TOKEN,)
    flood_pause = 7.0
    sends_from = "twilio_from", NUMBER

    async def opened(self, stack: AsyncExitStack) -> Channel:
        self.twilio = await stack.enter_async_context(FakeTwilio(auth_token=AUTH_TOKEN))
        self.ids = count(1)
        settings = read_settings(
            twilio_account_sid=ACCOUNT_SID,
            twilio_auth_token=AUTH_TOKEN,
            twilio_api_url=self.twilio.url,
            public_url=PUBLIC_URL,
            **dict([self.sends_from]),
        )
        channel = sms_from_settings(settings) or whatsapp_from_settings(settings)
        assert channel is not None
        return channel

    async def seen(self, at_least: int) -> list[Seen]:
        return [self._seen(one) for one in await self.twilio.sent(at_least)]

    def _seen(self, sent: SentSms) -> Seen:
        """What may be written in answer stands in the last line."""
        text, _, offered = sent.body.partition("\n> ")
        return Seen(text, {word: word for word in offered.split(" / ") if word}, image=sent.media)

    def written(self, text: str) -> Any:
        return {"body": text, "sid": f"SM{next(self.ids):032x}"}

    async def bring(self, told: Any) -> bool:
        return await self._told(told) == 200

    async def forged(self) -> list[int]:
        told = self.written("balance")
        return [await self._told(told, sign=sign) for sign in (None, "bm90IHRoZWlycw==", "ä")]

    async def _told(self, told: dict[str, str], **more: Any) -> int:
        more = {"signed_as": PUBLIC_URL} | more
        return (await self.twilio.says(self.writes_as, to_url=self.url, **told, **more)).status

    @property
    def writes_as(self) -> str:
        return self.address

    async def refuse(self, kind: str) -> None:
        if kind == "silent":
            self.twilio.drop_next()
        elif kind == "busy":
            self.twilio.answer_next(503, f"<p>No message to {self.address} now</p>")
        elif kind == "flood":
            self.twilio.refuse_next(20429, 429, {"Retry-After": "7"})
        else:
            self.twilio.refuse_next({"gone": 21211, "rejected": 30007}[kind])


class WhatsApp(Sms):
    name = "whatsapp"
    contact = WHATSAPP_NUMBER
    sends_from = "twilio_whatsapp_from", WHATSAPP_NUMBER

    @property
    def writes_as(self) -> str:
        return f"whatsapp:{self.address}"

    async def send(self, message: Outbound) -> str:
        """Anna has written not long ago, so that anything may be said."""
        self.twilio.open_windows.add(self.writes_as)
        return await super().send(message)
