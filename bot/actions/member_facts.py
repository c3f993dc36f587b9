"""What a conversation is told of the member who talks."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import catalogue
from bot.actions.balance import LOOKING_AHEAD
from bot.actions.settle import passing
from bot.conversation.facts import MemberFacts
from bot.loyalty.ledger import Ending, endings
from bot.loyalty.programme import Programme
from bot.storage import standings
from bot.storage.chats import Chat


async def member_facts(tx: AsyncConnection, programme: Programme, chat: Chat, now: datetime) -> MemberFacts | None:
    """All that may be asked about, as of ``now``; None for a stranger."""
    if chat.member_id is None:
        return None
    points, credit, ending = await _at_this_moment(tx, programme, chat.member_id, chat, now)
    return MemberFacts(
        chat.member_id,
        chat.code,
        chat.name,
        points,
        chat.progress or {},
        refused=await catalogue.refused_to(tx, programme, chat.member_id, now),
        profile=chat.profile,
        ending=ending,
        credit=credit,
        goal=chat.goal,
    )


async def _at_this_moment(
    tx: AsyncConnection, programme: Programme, member_id: int, chat: Chat, now: datetime
) -> tuple[int, int, Ending | None]:
    """Points and credit though no tick has run, and which points end next; asked only where time has a say."""
    if chat.due_at is None:
        return chat.points, chat.credit, None
    states = await standings.load(tx, [member_id])
    passed = (await passing(tx, programme, states, now))[member_id]
    ahead = endings(passed.alive, now + LOOKING_AHEAD)
    return passed.state.points, passed.state.credit, ahead[0] if ahead else None
