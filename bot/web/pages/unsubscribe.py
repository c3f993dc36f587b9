"""One-click unsubscribe (RFC 8058)."""

import hashlib

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.consent import unsubscribe
from bot.actions.core import Core
from bot.actions.signing import sealed, unsealed
from bot.storage import consents
from bot.web.pages.links import LinkPage, Words
from bot.wording import Translator


class Links:
    """Makes and reads the links; each holds channel and address, signed, so nothing need be kept."""

    def __init__(self, secret: bytes, public_url: str) -> None:
        self._key = hashlib.sha256(b"unsubscribe:" + secret).digest()
        self._base = public_url.rstrip("/")

    def url(self, channel: str, address: str) -> str:
        """The link that ends marketing to an address."""
        token = sealed(self._key, f"{channel}\n{address}".encode())
        return f"{self._base}/u/{token}"

    def read(self, token: str) -> tuple[str, str] | None:
        """``(channel, address)`` of a token of ours; None for any other."""
        payload = unsealed(self._key, token)
        if payload is None:
            return None
        channel, _, address = payload.decode().partition("\n")
        return channel, address


class Unsubscribe(LinkPage):
    """``/u/TOKEN``; mail programs POST without cookies and want no redirect."""

    path = "/u"

    def __init__(self, core: Core, links: Links) -> None:
        super().__init__(core)
        self._links = links

    async def holds(self, token: str) -> bool:
        return self._links.read(token) is not None

    async def whose(self, tx: AsyncConnection, token: str) -> int | None:
        place = self._links.read(token)
        owner = await consents.owner(tx, *place) if place else None
        return owner[0] if owner else None

    async def press(self, request: web.Request) -> web.Response:
        place = self._links.read(request.match_info["token"])
        if place:
            await unsubscribe(self._core, *place)
        return await self.page(request, known=place is not None, done=True)

    def words(self, t: Translator, *, known: bool, done: bool) -> Words:
        title = t.say("Unsubscribe")
        if not known:
            return Words(title, t.say("This link is not valid. You can also answer any of our messages with STOP."))
        if done:
            return Words(title, t.say("Done: you get no more offers on this address. Your points stay yours."))
        text = t.say("Press the button, and we send no more offers to this address.")
        return Words(title, text, {"stop": t.say("Send me no more offers")})
