"""Making vouchers: what they promise is fixed here, and partners' codes are handed out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.codes import new_code
from bot.loyalty import vouchers as promise
from bot.loyalty.programme import Programme
from bot.loyalty.reward import RECEIPTS
from bot.storage import reward_codes
from bot.storage.vouchers import Voucher

LENGTH = 12
PARTNERS = "partner_offer"
AT_ONCE = "at once"
"""Where a voucher was used that is no more than a receipt."""


def voucher(
    programme: Programme, member_id: int, key: str, because: str, now: datetime, activity_id: int | None = None
) -> Voucher:
    """A voucher for a reward on today's terms; ``because`` tells what it came from."""
    reward = programme.rewards[key]
    receipt = reward.kind in RECEIPTS
    return Voucher(
        new_code(LENGTH),
        member_id,
        key,
        because,
        now,
        used_at=now if receipt else None,
        used_where=AT_ONCE if receipt else None,
        expires_at=promise.ends(reward, now),
        activity_id=activity_id,
        terms=promise.terms(programme, reward),
        remind_at=promise.reminder(reward, now),
    )


async def with_partners_codes(tx: AsyncConnection, new: Sequence[Voucher]) -> list[Voucher]:
    """The vouchers, those of partners' rewards with a code each; without where there is none left."""
    return [await _with_code(tx, one) if one.terms and one.terms["kind"] == PARTNERS else one for one in new]


async def _with_code(tx: AsyncConnection, one: Voucher) -> Voucher:
    code = await reward_codes.hand_out(tx, one.reward, one.code)
    return replace(one, terms={**(one.terms or {}), "code": code}) if code else one
