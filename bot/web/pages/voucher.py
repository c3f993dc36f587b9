"""``/v/CODE``: a voucher on its owner's phone. Only shown, never used: link scanners follow every link."""

from datetime import datetime

from aiohttp import web

from bot.actions.core import Core
from bot.actions.vouchers import look_up, names_of, of_visitor
from bot.errors import NotFound, TooOften
from bot.loyalty.codes import tidy
from bot.loyalty.money import to_minor
from bot.loyalty.programme import Programme
from bot.storage.vouchers import Voucher
from bot.web.pages.front import preferred_language
from bot.web.pages.rendering import Templates, qr
from bot.web.visitors import visitor
from bot.wording import day, money, translate


class VoucherPage:
    """Whoever has the link sees what the voucher is good for, and nothing about its owner.

    ``proxies`` stand before us: of which visitor wrong codes are, the last of them knows.
    """

    def __init__(self, core: Core, proxies: int = 0) -> None:
        self._core, self._proxies = core, proxies
        self._templates = Templates()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/v/{code}", self._show)]

    async def _show(self, request: web.Request) -> web.Response:
        async with self._core.database.read() as tx:
            programme = await self._core.programmes.current(tx)
        language = preferred_language(request, programme)
        limits = of_visitor(self._core, visitor(request, self._proxies))
        try:
            voucher = await look_up(self._core, request.match_info["code"], limits)
        except NotFound:
            code, words, status = "", _unknown(language), 404
        except TooOften:
            # Somebody guesses: who really has a voucher can have it scanned still, and the till is told what it is.
            code, words, status = tidy(request.match_info["code"]) or "", _unseen(language), 429
        else:
            words, status = _words(programme, language, voucher, self._core.clock()), 200
            code = str((voucher.terms or {}).get("code", voucher.code)) if _is_good(voucher, self._core.clock()) else ""
        return self._templates.unlisted(
            "voucher.html",
            status,
            programme=programme,
            language=language,
            code=code,
            # Of the code itself, which tills read and hand to POST /api/v1/vouchers/{code}/use.
            picture=qr(code) if code else None,
            words=words,
        )


def _is_good(voucher: Voucher, now: datetime) -> bool:
    over = voucher.expires_at is not None and voucher.expires_at <= now
    return voucher.used_at is None and voucher.cancelled_at is None and not over


def _unknown(language: str) -> dict[str, str]:
    t = translate(language)
    return _plain(t.say("Voucher"), t.say("There is no voucher with this code."))


def _unseen(language: str) -> dict[str, str]:
    t = translate(language)
    return _plain(t.say("Voucher"), t.say("We cannot look it up right now. Show this at the counter all the same."))


def _plain(title: str, text: str) -> dict[str, str]:
    return {"title": title, "name": title, "worth": "", "text": text, "when": ""}


def _words(programme: Programme, language: str, voucher: Voucher, now: datetime) -> dict[str, str]:
    text, when = _state(programme, language, voucher, now)
    name = programme.text(names_of(programme, voucher), language)
    return {"title": name, "name": name, "worth": _worth(programme, language, voucher), "text": text, "when": when}


def _state(programme: Programme, language: str, voucher: Voucher, now: datetime) -> tuple[str, str]:
    t = translate(language)

    def on(at: datetime) -> str:
        return day(at.astimezone(programme.zone).date(), language)

    if voucher.cancelled_at:
        return t.say("This voucher was cancelled."), ""
    if voucher.used_at:
        return t.say("This voucher was used."), t.say("Used on {day}", day=on(voucher.used_at))
    until = t.say("Good until {day}", day=on(voucher.expires_at)) if voucher.expires_at else ""
    if not _is_good(voucher, now):
        return t.say("This voucher has ended."), until
    if "code" in (voucher.terms or {}):
        return t.say("Give this code to the partner."), until
    return t.say("Show this at the counter."), until


def _worth(programme: Programme, language: str, voucher: Voucher) -> str:
    """As promised on the day of issue, even if the programme counts in another currency by now."""
    t, terms = translate(language), voucher.terms or {}
    worth = terms.get("value")
    if worth is None:
        return ""
    if terms.get("currency") == programme.currency:
        worth = money(programme, to_minor(worth, programme.exponent), language)
    elif "currency" in terms:
        worth = f"{worth} {terms['currency']}"
    if terms["kind"].startswith("discount"):
        return t.say("{value} off", value=worth)
    return t.say("Worth {value}", value=worth)
