"""``/p/ID.MAC.png``: the picture of one message, for who cannot be handed its bytes (a browser, WhatsApp)."""

import hmac
import re

from aiohttp import web

from bot.actions.core import Core
from bot.actions.signing import proof
from bot.pictures import Gallery
from bot.storage import outbox

_NAME = re.compile(r"([0-9]{1,19})\.([A-Za-z0-9_-]{22})\.png")


class PicturePage:
    """Serves pictures by links that only we can make, so that nobody finds another's card by counting."""

    def __init__(self, core: Core, gallery: Gallery) -> None:
        self._core = core
        self._gallery = gallery

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/p/{name}", self._show)]

    def url(self, message: int) -> str:
        """The link for the picture of a message."""
        return f"{self._core.public_url}/p/{message}.{self._mac(message)}.png"

    def _mac(self, message: int) -> str:
        return proof(self._core.secret, f"picture:{message}".encode())

    async def _show(self, request: web.Request) -> web.Response:
        png = await self._drawn(request.match_info["name"])
        if png is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "private, max-age=86400, immutable", "X-Robots-Tag": "noindex, nofollow"}
        return web.Response(body=png, content_type="image/png", headers=headers)

    async def _drawn(self, name: str) -> bytes | None:
        named = _NAME.fullmatch(name)
        if named is None or not hmac.compare_digest(self._mac(int(named[1])), named[2]):
            return None
        async with self._core.database.read() as tx:
            picture = await outbox.picture_of(tx, int(named[1]))
        return await self._gallery.png(picture) if picture else None
