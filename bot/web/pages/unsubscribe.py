"""One-click unsubscribe (RFC 8058): a GET shows a page with a button, only a POST acts."""

import base64
import hashlib
import hmac

from aiohttp import web

from bot.actions.consent import unsubscribe
from bot.actions.core import Core
from bot.web.pages.front import preferred_language
from bot.web.pages.rendering import Templates
from bot.wording import Translator, translate


class Links:
    """Makes and reads the links; each holds channel and address, signed, so nothing need be kept."""

    def __init__(self, secret: bytes, public_url: str) -> None:
        self._key = hashlib.sha256(b"unsubscribe:" + secret).digest()
        self._base = public_url.rstrip("/")

    def url(self, channel: str, address: str) -> str:
        """The link that ends marketing to an address."""
        payload = f"{channel}\n{address}".encode()
        token = base64.urlsafe_b64encode(self._sign(payload) + payload).decode().rstrip("=")
        return f"{self._base}/u/{token}"

    def read(self, token: str) -> tuple[str, str] | None:
        """``(channel, address)`` of a token of ours; None for any other."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        if not hmac.compare_digest(raw[:16], self._sign(raw[16:])):
            return None
        channel, _, address = raw[16:].decode().partition("\n")
        return channel, address

    def _sign(self, payload: bytes) -> bytes:
        return hmac.new(self._key, payload, hashlib.sha256).digest()[:16]


class Unsubscribe:
    """``/u/TOKEN``: shown by GET, done by POST; mail programs POST without cookies and want no redirect."""

    def __init__(self, core: Core, links: Links) -> None:
        self._core = core
        self._links = links
        self._templates = Templates()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/u/{token}", self._show), web.post("/u/{token}", self._act)]

    async def _show(self, request: web.Request) -> web.Response:
        return await self._page(request, done=False)

    async def _act(self, request: web.Request) -> web.Response:
        if place := self._links.read(request.match_info["token"]):
            await unsubscribe(self._core, *place)
        return await self._page(request, done=True)

    async def _page(self, request: web.Request, *, done: bool) -> web.Response:
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
        known = self._links.read(request.match_info["token"]) is not None
        language = preferred_language(request, programme)
        page = self._templates.page(
            "unsubscribe.html",
            programme=programme,
            language=language,
            ask=known and not done,
            words=_words(translate(language), known=known, done=done),
        )
        page.set_status(200 if known else 404)
        return page


def _words(t: Translator, *, known: bool, done: bool) -> dict[str, str]:
    if not known:
        text = t.say("This link is not valid. You can also answer any of our messages with STOP.")
    elif done:
        text = t.say("Done: you get no more offers on this address. Your points stay yours.")
    else:
        text = t.say("Press the button, and we send no more offers to this address.")
    return {"title": t.say("Unsubscribe"), "text": text, "button": t.say("Send me no more offers")}
