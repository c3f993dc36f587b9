"""``/c/TOKEN``: confirming a mail address."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import opt_in
from bot.web.pages.links import LinkPage, Words
from bot.wording import Translator


class Confirmation(LinkPage):
    """The page of the link in the mail that asks whether news may come."""

    path = "/c"

    async def holds(self, token: str) -> bool:
        return await opt_in.holds(self._core, token)

    async def whose(self, tx: AsyncConnection, token: str) -> int | None:
        return await opt_in.whose(self._core, tx, token)

    async def press(self, request: web.Request) -> web.Response:
        done = await opt_in.confirm_link(self._core, request.match_info["token"])
        return await self.page(request, known=done, done=done)

    def words(self, t: Translator, *, known: bool, done: bool) -> Words:
        title = t.say("Confirm your address")
        if not known:
            return Words(title, t.say("This link does not hold any more. To ask for a new one, write to us: settings"))
        if done:
            text = t.say("Thank you: news and gifts come to your address from now on. Each has a link that ends it.")
            return Words(title, text)
        text = t.say("Press the button, and we send news and gifts to your address. You can end it at any time.")
        return Words(title, text, {"yes": t.say("Yes, send me news and gifts")})
