"""``/vouchers``: the codes that prove a reward, each used once."""

from aiohttp import web
from typing_extensions import TypedDict

from bot.actions.core import Core
from bot.actions.intake import Closed, Word, check_json
from bot.actions.redeem import look_up, use
from bot.storage.vouchers import Voucher
from bot.web.routes import Route, answer

PATH = "/api/v1/vouchers/{code}"


class UseIn(Closed):
    """Where a voucher is used."""

    location: Word | None = None


class VoucherOut(TypedDict):
    """A voucher; ``because`` tells what it came from. Unused while ``used_at`` is null."""

    code: str
    member: str
    reward: str
    because: str
    issued_at: str
    used_at: str | None
    used_where: str | None


def routes(core: Core) -> list[Route]:
    async def get(request: web.Request) -> web.Response:
        return answer(voucher_out(await look_up(core, request.match_info["code"])))

    async def use_it(request: web.Request) -> web.Response:
        told = check_json(UseIn, await request.read() or b"{}")
        return answer(voucher_out(await use(core, request.match_info["code"], told.location or "")))

    return [
        Route("GET", PATH, get, "A voucher", {200: VoucherOut}, (404,)),
        Route(
            "POST", PATH + "/use", use_it, "Use a voucher", {200: VoucherOut}, (404, 409), body=UseIn, body_needed=False
        ),
    ]


def voucher_out(voucher: Voucher) -> VoucherOut:
    """A voucher as told to callers."""
    return {
        "code": voucher.code,
        "member": str(voucher.member_id),
        "reward": voucher.reward,
        "because": voucher.because,
        "issued_at": voucher.issued_at.isoformat(),
        "used_at": voucher.used_at.isoformat() if voucher.used_at else None,
        "used_where": voucher.used_where or None,
    }
