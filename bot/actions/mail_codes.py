"""The codes that confirm wishes told by mail, and how hopeless it is to guess one.

A code is one of 1,000,000, drawn anew for every question, and it is sent to the member's own address alone. In a day
``TRIES_A_DAY`` answers with a code are compared for one address: whoever forges mails in a member's name hits once in
136 years of trying every day. Over all members together ``WRONG_A_DAY`` wrong ones end it for that day: 300 in
1,000,000 a day that anybody's is hit. Past a limit nothing is compared. The tests compute this from the constants.
"""

from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.codes import hashed, new_digits
from bot.conversation import confirming
from bot.conversation.facts import Codes, Dialog
from bot.messages import Inbound
from bot.storage import tries

TRIES_A_DAY = 20
"""Answers with a code from one address, right or wrong."""
WRONG_A_DAY = 300
"""Wrong codes in a day, of all members together."""
_DAY = timedelta(days=1)
_LABEL = "confirm"
_WRONG = "confirm-wrong"
log = structlog.get_logger()


async def codes(
    tx: AsyncConnection, secret: bytes, message: Inbound, dialog: Dialog | None, now: datetime
) -> Codes | None:
    """What the conversation needs to ask for a code and to know it; None where none is needed or may be tried."""
    if message.channel not in confirming.UNPROVEN:
        return None
    # Tries outlive whoever is erased, so no address is kept with them.
    by = f"{_LABEL}:{hashed(secret, _LABEL, message.address)}"
    trying = confirming.is_try(dialog, message.text)
    made, wrong = await tries.all_so_far(tx, (by, _WRONG), now)
    if trying:
        # Counted before it is compared: guesses made at the same time must not share a try.
        made = await tries.count(tx, by, now, _DAY) - 1
    if made >= TRIES_A_DAY or wrong >= WRONG_A_DAY:
        return None
    return Codes(new_digits(), partial(_hashed, secret))


async def note_wrong(tx: AsyncConnection, now: datetime) -> None:
    """Count a code that was compared in vain."""
    if await tries.count(tx, _WRONG, now, _DAY) == WRONG_A_DAY:
        log.warning("mail_codes_guessed", wrong=WRONG_A_DAY, closed="until the day is over")


def _hashed(secret: bytes, code: str) -> str:
    return hashed(secret, _LABEL, code)
