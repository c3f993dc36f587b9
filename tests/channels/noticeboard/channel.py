"""The noticeboard: a note that a customer pins up comes by webhook, and ours go to its HTTP interface."""

import base64
import hmac
import json
from typing import Any
from urllib.parse import quote

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, web

from bot.clock import Clock, system_clock
from bot.errors import AddressGone, Rejected, RetryLater, SendError
from bot.messages import Button, Inbound, Outbound
from channels.base import Hub
from channels.bodies import read_body

PATH = "/webhooks/noticeboard"
SIGNATURE = "X-Board-Signature"
LARGEST = 64 * 1024
ROOM = 500
"""Characters on one note."""


class Noticeboard:
    """Talks with customers by notes; ``key`` opens their interface to us, and signs what they tell us."""

    name = "noticeboard"
    rate = 10.0

    def __init__(self, url: str, key: str, clock: Clock = system_clock) -> None:
        self.contact: str | None = url
        self.sender = f"noticeboard:{url}"
        self._url, self._key, self._clock = url, key, clock
        self._hub: Hub | None = None
        self._session: ClientSession | None = None

    async def start(self, hub: Hub, *, listen: bool) -> None:
        """Open the connections; notes come by webhook, so there is nothing to listen to."""
        self._hub = hub
        headers = {"Authorization": f"Bearer {self._key}"}
        self._session = ClientSession(headers=headers, timeout=ClientTimeout(total=20))

    def routes(self) -> list[web.RouteDef]:
        """Where the noticeboard tells what was pinned up."""
        return [web.post(PATH, self._webhook)]

    async def send(self, message: Outbound) -> str:
        """Pin up a note, or as many as a long text needs; answers the id of the last.

        Raises:
            RetryLater, AddressGone, Rejected: as the noticeboard's answer means.
        """
        picture = await self._picture(message)
        text = message.text if picture or not message.picture else f"{message.text}\n{message.picture.alt}".strip()
        *before, last = [text[at : at + ROOM] for at in range(0, len(text), ROOM)] or [""]
        for part in before:
            await self._pin(message.address, {"text": part})
        return await self._pin(message.address, {"text": last, "image": picture, "choices": _choices(message.buttons)})

    async def close(self) -> None:
        """Give back the connections."""
        session, self._session, self._hub = self._session, None, None
        if session:
            await session.close()

    async def _picture(self, message: Outbound) -> str:
        png = await self._hub.png(message.picture) if self._hub and message.picture else None
        return base64.b64encode(png).decode() if png else ""

    async def _pin(self, board: str, note: dict[str, Any]) -> str:
        if self._session is None:
            raise RetryLater("the channel is closed", code="closed")
        try:
            async with self._session.post(f"{self._url}/boards/{quote(board, safe='')}/notes", json=note) as answer:
                if answer.status != 201:
                    raise refusal(answer)
                return str((await answer.json())["id"])
        except (ClientError, TimeoutError):
            # The cause is dropped, because its words name the board.
            raise RetryLater("no answer from the noticeboard", code="unreachable") from None

    async def _webhook(self, request: web.Request) -> web.Response:
        if self._hub is None:
            raise web.HTTPServiceUnavailable
        body = await read_body(request, LARGEST)
        if body is None:
            raise web.HTTPRequestEntityTooLarge(LARGEST, LARGEST + 1)
        shown = request.headers.get(SIGNATURE, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(shown, signature(self._key, body).encode()):
            raise web.HTTPForbidden(text="")
        note = json.loads(body)
        # An error in here becomes a 500, and the noticeboard tells it again.
        await self._hub.receive([Inbound(self.name, note["board"], note["id"], note["text"], self._clock())])
        return web.Response()


def signature(key: str, body: bytes) -> str:
    """What proves that the noticeboard sent this."""
    return hmac.digest(key.encode(), body, "sha256").hex()


def refusal(answer: ClientResponse) -> SendError:
    """What an answer that is no success means; never in its own words, which may quote the board."""
    code = str(answer.status)
    if answer.status == 429:
        after = float(answer.headers.get("Retry-After", 60))
        return RetryLater("too many notes", after=after, code=code, whole_sender=True)
    if answer.status >= 500:
        return RetryLater("the noticeboard is out of order", code=code)
    if answer.status in (404, 410):
        return AddressGone("there is no such board", code=code)
    return Rejected("the noticeboard does not take this note", code=code)


def _choices(buttons: tuple[Button, ...]) -> list[dict[str, str]]:
    return [{"label": one.label, "opens": one.opens} if one.opens else {"label": one.label, "says": one.says}
            for one in buttons]  # fmt: skip
