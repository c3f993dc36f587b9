"""One-click unsubscribe (RFC 8058): a GET shows a page with a button, only a POST acts."""

import base64
import hashlib
import hmac
from html import escape

from aiohttp import web

from bot.actions.consent import end_marketing
from bot.actions.core import Core

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Unsubscribe</title><body><main><h1>Unsubscribe</h1><p>{text}</p>{form}</main></body></html>"""
_FORM = '<form method="post"><button>Stop these messages</button></form>'


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


def routes(core: Core, links: Links) -> list[web.RouteDef]:
    """``/u/TOKEN``: show with GET, act with POST; mail programs POST without cookies and want no redirect."""

    async def show(request: web.Request) -> web.Response:
        return _page(
            links.read(request.match_info["token"]) is not None, "Press the button and no more offers are sent.", _FORM
        )

    async def act(request: web.Request) -> web.Response:
        place = links.read(request.match_info["token"])
        if place is not None:
            await end_marketing(core, *place)
        return _page(place is not None, "Done. You get no more offers on this address.", "")

    return [web.get("/u/{token}", show), web.post("/u/{token}", act)]


def _page(known: bool, text: str, form: str) -> web.Response:
    if not known:
        return web.Response(
            status=404, text=_PAGE.format(text="This link is not valid.", form=""), content_type="text/html"
        )
    return web.Response(text=_PAGE.format(text=escape(text), form=form), content_type="text/html")
