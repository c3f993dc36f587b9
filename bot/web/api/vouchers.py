"""``/vouchers``: the codes that prove a reward, each used once."""

from io import BytesIO

import segno
from aiohttp import web
from typing_extensions import TypedDict

from bot.actions import vouchers as acts
from bot.actions.core import Core
from bot.actions.intake import Closed, Word, check, check_json
from bot.actions.profile import parse_ref
from bot.storage.vouchers import Voucher
from bot.web.auth import CALLER
from bot.web.routes import Route, answer

PATH = "/api/v1/vouchers/{code}"
_SCALE = 8
"""Pixels of a picture for each module of the code."""


class UseIn(Closed):
    """Where a voucher is used, and by whom; without a person, the name of the key that the call came with."""

    location: Word | None = None
    by: Word | None = None


class CancelIn(Closed):
    reason: Word | None = None


class Which(Closed):
    """``unused`` leaves those that are good now."""

    unused: bool = False


class VoucherOut(TypedDict):
    """A voucher; ``because`` tells what it came from. Unused while ``used_at`` is null.

    ``kind``, ``value`` (``"10%"`` or an amount) and the rest of its terms are those of the day it was issued.
    ``partners_code`` is what the partner wants to see.
    """

    code: str
    member: str
    reward: str
    kind: str | None
    value: str | None
    because: str
    issued_at: str
    expires_at: str | None
    used_at: str | None
    used_where: str | None
    used_by: str | None
    cancelled_at: str | None
    cancelled_why: str | None
    partners_code: str | None


class VouchersOut(TypedDict):
    """The newest first."""

    vouchers: list[VoucherOut]


def routes(core: Core) -> list[Route]:
    calls = Vouchers(core)
    used, mine = {200: VoucherOut}, {200: VouchersOut}
    return [
        Route("GET", PATH, calls.get, "A voucher", used, (404, 429)),
        Route(
            "GET", PATH + "/qr.svg", calls.svg, "Its code as a picture", {200: str}, (404, 429), media="image/svg+xml"
        ),
        Route("GET", PATH + "/qr.png", calls.png, "Its code as a picture", {200: bytes}, (404, 429), media="image/png"),
        Route("POST", PATH + "/use", calls.use, "Use a voucher", used, (404, 409, 429), body=UseIn, body_needed=False),
        Route(
            "POST",
            PATH + "/cancel",
            calls.cancel,
            "Make a voucher void; what it cost is given back",
            used,
            (404, 409, 429),
            body=CancelIn,
            body_needed=False,
        ),
        Route(
            "GET",
            "/api/v1/members/{ref}/vouchers",
            calls.of_member,
            "A member's vouchers",
            mine,
            (404, 422),
            query=Which,
        ),
    ]


class Vouchers:
    """The handlers, on one core."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def get(self, request: web.Request) -> web.Response:
        return answer(voucher_out(await self._known(request)))

    async def svg(self, request: web.Request) -> web.Response:
        return await self._picture(request, "svg", "image/svg+xml")

    async def png(self, request: web.Request) -> web.Response:
        return await self._picture(request, "png", "image/png")

    async def use(self, request: web.Request) -> web.Response:
        told = check_json(UseIn, await request.read() or b"{}")
        by = told.by or request[CALLER]
        await self._known(request)
        return answer(voucher_out(await acts.use(self._core, request.match_info["code"], told.location or "", by)))

    async def cancel(self, request: web.Request) -> web.Response:
        told = check_json(CancelIn, await request.read() or b"{}")
        await self._known(request)
        return answer(voucher_out(await acts.cancel(self._core, request.match_info["code"], told.reason or "")))

    async def of_member(self, request: web.Request) -> web.Response:
        asked = check(Which, dict(request.query))
        found = await acts.of_member(self._core, parse_ref(request.match_info["ref"]), unused=asked.unused)
        told: VouchersOut = {"vouchers": [voucher_out(voucher) for voucher in found]}
        return answer(told)

    async def _known(self, request: web.Request) -> Voucher:
        """The voucher of the path, unless whoever has this key may be guessing."""
        return await acts.look_up(self._core, request.match_info["code"], acts.of_key(request[CALLER]))

    async def _picture(self, request: web.Request, kind: str, media: str) -> web.Response:
        voucher, out = await self._known(request), BytesIO()
        segno.make_qr(voucher.code).save(out, kind=kind, scale=_SCALE)
        return web.Response(body=out.getvalue(), content_type=media)


def voucher_out(voucher: Voucher) -> VoucherOut:
    """A voucher as told to callers."""
    terms = voucher.terms or {}
    return {
        "code": voucher.code,
        "member": str(voucher.member_id),
        "reward": voucher.reward,
        "kind": terms.get("kind"),
        "value": terms.get("value"),
        "because": voucher.because,
        "issued_at": voucher.issued_at.isoformat(),
        "expires_at": voucher.expires_at.isoformat() if voucher.expires_at else None,
        "used_at": voucher.used_at.isoformat() if voucher.used_at else None,
        "used_where": voucher.used_where or None,
        "used_by": voucher.used_by,
        "cancelled_at": voucher.cancelled_at.isoformat() if voucher.cancelled_at else None,
        "cancelled_why": voucher.cancelled_why or None,
        "partners_code": terms.get("code"),
    }
