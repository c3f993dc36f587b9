"""Telegram, by webhook and by long polling, at a Bot API server."""

import json
from contextlib import AsyncExitStack
from typing import Any

from channels.base import Channel
from channels.telegram import from_settings
from channels.telegram.channel import PATH, PROOF_HEADER
from config.settings import read_settings
from tests.channels.worlds.world import Called, Listening, Refusing, Seen, eventually
from tests.fakes.telegram import TOKEN, TelegramServer
from tests.fakes.telegram_replies import SentMessage, Silence, refused

ANNA = 7_400_000_001
SECRET = "a-secret-that-only-Telegram-knows"
_REFUSALS = {
    "busy": (502, "Bad Gateway", {}),
    "flood": (429, "Too Many Requests: retry after 7", {"retry_after": 7}),
    "gone": (403, "Forbidden: bot was blocked by the user", {}),
    "rejected": (400, "Bad Request: message can't be sent", {}),
}


class Telegram(Called, Listening, Refusing):
    """By webhook; ``mode`` polling asks for updates."""

    name = "telegram"
    address = str(ANNA)
    contact = "shop_bot"
    secrets = (TOKEN, TOKEN.partition(":")[2], SECRET)
    flood_pause = 7.0
    mode = "webhook"

    async def opened(self, stack: AsyncExitStack) -> Channel:
        self.telegram = await stack.enter_async_context(TelegramServer())
        channel = from_settings(
            read_settings(
                telegram_token=TOKEN,
                telegram_api_url=self.telegram.url,
                telegram_webhook_secret=SECRET,
                telegram_mode=self.mode,
                public_url="https://beans.example",
                secret_key="key",
            )
        )
        assert channel is not None
        return channel

    async def seen(self, at_least: int) -> list[Seen]:
        return [self._seen(one) for one in await self.telegram.sent(at_least)]

    def _seen(self, sent: SentMessage) -> Seen:
        links = {label: told for label, told in sent.buttons.items() if told.startswith("https://")}
        says = {label: told for label, told in sent.buttons.items() if label not in links}
        return Seen(sent.text, says, links, self.telegram.chats.files.get(sent.photo, b""))

    def written(self, text: str) -> Any:
        return self._taken_out(self.telegram.says(ANNA, text))

    async def chooses(self, seen: Seen, label: str) -> bool:
        self._brought = self._taken_out(self.telegram.press(ANNA, seen.choices[label]))
        return await self.bring(self._brought)

    def _taken_out(self, update: dict[str, Any]) -> dict[str, Any]:
        """We bring it ourselves, for the fake would bring it until it is taken."""
        self.telegram.pending.remove(update)
        return update

    async def bring(self, told: Any) -> bool:
        return await self._posted(told, SECRET) == 200

    async def forged(self) -> list[int]:
        update = self.written("balance")
        return [await self._posted(update, secret) for secret in (None, "", "another", "ä", SECRET[:-1])]

    def is_listening(self) -> bool:
        return bool(self.telegram.webhook)

    async def _posted(self, update: dict[str, Any], secret: str | None) -> int:
        headers = {} if secret is None else {PROOF_HEADER: secret}
        async with self.client.post(self.url + PATH, data=json.dumps(update), headers=headers) as answer:
            return answer.status

    async def refuse(self, kind: str) -> None:
        if kind == "silent":
            self.telegram.fail("sendMessage", Silence())
            return
        code, words, more = _REFUSALS[kind]
        self.telegram.fail("sendMessage", refused(code, words, **more))


class TelegramPolling(Telegram):
    """By long polling: what is not acknowledged is told again."""

    mode = "polling"

    def _taken_out(self, update: dict[str, Any]) -> dict[str, Any]:
        return update

    async def bring(self, told: Any) -> bool:
        refused_before = len(self.hub.refused)
        await eventually(lambda: told not in self.telegram.pending or len(self.hub.refused) > refused_before)
        return told not in self.telegram.pending

    def is_listening(self) -> bool:
        return any(method == "getUpdates" for method, _ in self.telegram.calls)
