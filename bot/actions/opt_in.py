"""Double opt-in: offers go to a mail address only when whoever reads mail there has said so.

Anybody can write anybody's address into a form, or into a mail's From.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import consent, signing
from bot.actions.codes import hashed, new_digits
from bot.actions.consent import Consent
from bot.actions.core import Core
from bot.actions.notices import outbound
from bot.conversation.opting_in import confirmation
from bot.errors import Conflict, NotAllowed, NotFound
from bot.loyalty.programme import Programme
from bot.storage import consents, members, opt_ins, outbox
from bot.storage.opt_ins import OptIn

LASTS = timedelta(days=7)
PAUSE = timedelta(minutes=10)
"""Before the same address is written to for it again, whoever asks."""
TRIES = 5
"""Five tries of six digits: a guess succeeds once in 200,000 questions."""
_LABEL = "opt-in"


async def ask(
    core: Core, tx: AsyncConnection, programme: Programme, member_id: int, address: str, words: str, now: datetime
) -> Sequence[outbox.Draft]:
    """Ask the owner of a mail address whether they agreed to ``words``; nothing more when that was done just now.

    Raises:
        Conflict: STOP was said there; only its owner can take that back.
    """
    channel, owner = "email", await members.get(tx, member_id)
    way = next((one for one in owner.addresses if (one.channel, one.address) == (channel, address)), None)
    if way is None or way.stopped_at is not None:
        raise Conflict("no offers can be asked for at this address", why="stopped")
    before = await opt_ins.waiting(tx, channel, address, now)
    if before is not None and before.asked_at + PAUSE > now:
        return ()
    code, until = new_digits(), now + LASTS
    code_hash = hashed(core.secret, _LABEL, code)
    await opt_ins.put(tx, OptIn(channel, address, member_id, code_hash, words, now, until))
    await consents.note(tx, [(member_id, Consent(channel, address, False, "opt-in asked", words))], now)
    token = signing.sign(core.secret, _LABEL, f"{channel}\n{address}", until)
    link = f"{core.public_url}/c/{token}" if core.public_url else ""
    said = confirmation(programme, owner.locale, code, link)
    return [outbox.Draft(outbound(said, channel, address), member_id)]


async def confirm_code(
    tx: AsyncConnection, secret: bytes, places: Sequence[tuple[str, str]], code: str, now: datetime
) -> str:
    """Take the code that was sent to one of these ``(channel, address)``; answers the address it confirmed.

    Raises:
        NotFound: nothing waits at any of them.
        NotAllowed: wrong, or too often tried.
    """
    there = [one for place in places if (one := await opt_ins.waiting(tx, *place, now))]
    if not there:
        raise NotFound("nothing waits to be confirmed")
    for one in there:
        tried = await opt_ins.take_try(tx, one.channel, one.address, now, TRIES)
        if tried and hmac.compare_digest(tried.code_hash, hashed(secret, _LABEL, code)):
            await _confirm(tx, tried, now)
            return tried.address
    raise NotAllowed("this code is not right")


async def confirm_link(core: Core, token: str) -> bool:
    """Take the link of the mail; answers whether offers may go to its address now."""

    async def work(tx: AsyncConnection) -> bool:
        now = core.clock()
        if (place := _place(core, token)) is None:
            return False
        if one := await opt_ins.waiting(tx, *place, now):
            await _confirm(tx, one, now)
        return await consents.granted(tx, *place)

    return await core.database.transact(work)


async def holds(core: Core, token: str) -> bool:
    """Whether a link of a mail still has something to confirm, or has just done so."""
    async with core.database.read() as tx:
        place = _place(core, token)
        if place is None:
            return False
        return await opt_ins.waiting(tx, *place, core.clock()) is not None or await consents.granted(tx, *place)


async def whose(core: Core, tx: AsyncConnection, token: str) -> int | None:
    """Whose address a link is about; None when it is a stranger's, or the link is none of ours."""
    place = _place(core, token)
    owner = await consents.owner(tx, *place) if place else None
    return owner[0] if owner else None


def _place(core: Core, token: str) -> tuple[str, str] | None:
    text = signing.read(core.secret, _LABEL, token, core.clock())
    if text is None:
        return None
    channel, _, address = text.partition("\n")
    return channel, address


async def _confirm(tx: AsyncConnection, one: OptIn, now: datetime) -> None:
    """Only while the address is still whose it was asked for."""
    await opt_ins.drop(tx, one.channel, one.address)
    if await consents.owner(tx, one.channel, one.address) == (one.member_id,):
        await consent.change(tx, [Consent(one.channel, one.address, True, "opt-in confirmed", one.words)], now)
