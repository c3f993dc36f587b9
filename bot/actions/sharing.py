"""Carrying out what a conversation decided about points for others: gifts, causes, friends."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import donate, give, refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.conversation import facts as talk
from bot.errors import NotFound
from bot.loyalty.programme import Programme
from bot.storage import outbox, referrals
from bot.storage.donations import Total
from bot.storage.referrals import REFUSED

Command = talk.Give | talk.Donate | talk.AskCauses | talk.RoundUp | talk.Invite
Done = tuple[Mapping[str, Any], Sequence[outbox.Draft]]
"""How it ended, and messages to others that came of it."""


async def carry_out(
    core: Core, tx: AsyncConnection, programme: Programme, member_id: int | None, request: str, command: Command
) -> Done:
    """``request`` names the message that asked for it.

    Raises:
        RegularsError: when it cannot be done; nothing was changed then.
    """
    if member_id is None:
        raise NotFound("not a member yet")
    match command:
        case talk.Give():
            return await _give(core, tx, programme, member_id, request, command)
        case talk.Donate(cause, points):
            await donate.donate_in(core, tx, programme, member_id, cause, points, request)
            return {}, ()
        case talk.RoundUp(chosen):
            await donate.choose_round_up_in(core, tx, programme, member_id, chosen)
            return {}, ()
        case talk.AskCauses():
            shown = await donate.giving_in(tx, programme, member_id)
            return {"totals": _sums(shown.totals), "mine": _sums(shown.mine), "round_up": shown.round_up}, ()
        case talk.Invite():
            return await _invite(core, tx, member_id), ()


async def _give(
    core: Core, tx: AsyncConnection, programme: Programme, member_id: int, request: str, command: talk.Give
) -> Done:
    to = await refs.find_one(tx, MemberRef.model_validate({command.kind: command.to}), programme)
    done = await give.give_in(core, tx, programme, member_id, to, command.points, request)
    drafts = [] if done.duplicate else await give.receipts(core, tx, programme, done.gift, to_giver=False)
    return {"points_left": done.gift.points_left}, drafts


async def _invite(core: Core, tx: AsyncConnection, member_id: int) -> Mapping[str, Any]:
    brought = await referrals.brought(tx, member_id)
    joined = sum(n for state, n in brought.items() if state != REFUSED)
    return {"joined": joined, "base": f"{core.public_url}/r/" if core.public_url else ""}


def _sums(totals: Mapping[str, Total]) -> dict[str, tuple[int, int]]:
    return {cause: (total.points, total.money) for cause, total in totals.items()}
