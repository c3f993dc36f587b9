"""``/d/TOKEN``: a member's copy of all that is kept about them."""

import orjson
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import privacy
from bot.actions.intake import MemberRef
from bot.actions.readable_copy import readable
from bot.web.pages.links import LinkPage, Words
from bot.web.pages.rendering import SECURITY
from bot.wording import Translator

_TYPES = {"json": "application/json", "text": "text/plain"}
_NAMES = {"json": "my-data.json", "text": "my-data.txt"}


class OwnData(LinkPage):
    """The page of the link that ``export`` tells in a chat; nothing of it is kept by browsers or search engines."""

    path = "/d"

    async def holds(self, token: str) -> bool:
        async with self._core.database.read() as tx:
            return await self.whose(tx, token) is not None

    async def whose(self, tx: AsyncConnection, token: str) -> int | None:
        return await privacy.whose(self._core, tx, token)

    async def press(self, request: web.Request) -> web.Response:
        async with self._core.database.read() as tx:
            member_id = await self.whose(tx, request.match_info["token"])
            programme = await self._core.programmes.current(tx)
        if member_id is None:
            return await self.page(request, known=False)
        data = await privacy.personal_data(self._core, MemberRef(id=str(member_id)))
        # Asked for in the address: a form in the body could be one that cannot be read.
        kind = "text" if request.query.get("as") == "text" else "json"
        as_json = kind == "json"
        body = orjson.dumps(data, option=orjson.OPT_INDENT_2) if as_json else readable(data, programme).encode()
        headers = {
            **SECURITY,
            "Content-Disposition": f'attachment; filename="{_NAMES[kind]}"',
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex",
        }
        return web.Response(body=body, headers=headers, content_type=_TYPES[kind], charset="utf-8")

    def words(self, t: Translator, *, known: bool, done: bool) -> Words:
        title = t.say("A copy of my data")
        if not known:
            return Words(title, t.say("This link does not hold any more. To get a new one, write to us: export"))
        text = t.say("All that we know about you, in one file. The link holds for 24 hours; keep it to yourself.")
        return Words(
            title, text, {"text": t.say("Download to read"), "json": t.say("Download for other services (JSON)")}
        )
