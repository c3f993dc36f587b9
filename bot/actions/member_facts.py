"""What a conversation is told of the member who talks."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import catalogue
from bot.actions.balance import LOOKING_AHEAD
from bot.actions.settle import passing
from bot.conversation.facts import MemberFacts
from bot.loyalty.earning import EarningRule
from bot.loyalty.ledger import Ending, endings
from bot.loyalty.programme import Programme
from bot.storage import standings
from bot.storage.chats import Chat


async def member_facts(tx: AsyncConnection, programme: Programme, chat: Chat, now: datetime) -> MemberFacts | None:
    """All that may be asked about, as of ``now``; None for a stranger."""
    if chat.member_id is None:
        return None
    points, credit, ending, pending = await _at_this_moment(tx, programme, chat.member_id, chat, now)
    return MemberFacts(
        chat.member_id,
        chat.code,
        chat.name,
        points,
        chat.progress or {},
        refused=await catalogue.refused_to(tx, programme, chat.member_id, now),
        profile=chat.profile,
        ending=ending,
        pending=pending,
        credit=credit,
        goal=chat.goal,
    )


async def _at_this_moment(
    tx: AsyncConnection, programme: Programme, member_id: int, chat: Chat, now: datetime
) -> tuple[int, int, Ending | None, int]:
    """Points and credit though no tick has run, which points end next, and how many are still to come.

    Asked only where time has a say, or somebody who confirms.
    """
    if chat.due_at is None and not any(rule.awaiting for rule in programme.of(EarningRule).values()):
        return chat.points, chat.credit, None, 0
    states = await standings.load(tx, [member_id])
    passed = (await passing(tx, programme, states, now))[member_id]
    ahead = endings(passed.alive, now + LOOKING_AHEAD)
    return passed.state.points, passed.state.credit, ahead[0] if ahead else None, passed.pending
