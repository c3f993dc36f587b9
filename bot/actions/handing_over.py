"""Staff in the talk: handed over when the customer asks, given back when staff are done or nobody came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.actions.notices import outbound
from bot.conversation import person
from bot.conversation.facts import Reply
from bot.errors import Conflict, NotFound
from bot.messages import Line, Outbound, Purpose
from bot.storage import chats, outbox, staff_talks, transcripts
from bot.storage.chats import Chat
from bot.storage.ids import new_id
from bot.storage.staff_talks import StaffMessage, StaffTalk
from bot.storage.transcripts import Asked

PATIENCE = timedelta(hours=24)
"""So long the bot is silent after the last thing that staff said."""
MOST_IN_AN_HOUR = 120
"""Things that staff may say in one talk: a program that runs wild writes no more than this."""
LONGEST = 1600
"""Characters of one thing said: what every channel takes in one message (Twilio's limit is the lowest)."""
_CHUNK = 200
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answered:
    """``message`` is the id under which it stands in the talk."""

    message: int
    duplicate: bool = False


async def listed(core: Core, limit: int, *, waiting: bool = False) -> list[StaffTalk]:
    """The talks that staff have, whoever wrote last first."""
    async with core.database.read() as tx:
        return await staff_talks.of_staff(tx, limit, waiting=waiting)


async def transcript(
    core: Core, channel: str, address: str, after: int, limit: int
) -> tuple[Chat, Sequence[tuple[Line, str]]]:
    """A chat with its newest lines after the id ``after``, the oldest first, each with who of staff said it.

    Raises:
        NotFound: nobody ever wrote from there.
    """
    async with core.database.read() as tx:
        chat = await _chat(tx, channel, address)
        [lines] = await transcripts.newest(tx, [Asked(channel, address, after, limit)])
        by = await staff_talks.speakers(tx, channel, address, [line.id for line in lines if line.ours])
        return chat, [(line, by.get(line.id, "") if line.ours else "") for line in lines]


async def answer(core: Core, channel: str, address: str, text: str, request: str, by: str) -> Answered:
    """Say something to a customer as staff; the talk is staff's from then on.

    Raises:
        NotFound: nobody ever wrote from there.
        Conflict: they said STOP or are gone, the channel is off, it is too much, or the id was used for other words.
    """

    async def work(tx: AsyncConnection) -> Answered:
        now = core.clock()
        await chats.lock(tx, channel, [address])
        chat = await _chat(tx, channel, address)
        if before := await staff_talks.said_before(tx, channel, address, request):
            message, words = before
            if words != text:
                raise Conflict("this id was used for other words; choose a new one")
            return Answered(message, duplicate=True)
        await _allow(core, tx, chat, (channel, address), now)
        said = Outbound(new_id(), channel, address, Purpose.REPLY, text)
        await outbox.add(tx, [outbox.Draft(said, chat.member_id)], now)
        await staff_talks.note(tx, StaffMessage(channel, address, request, said.id, by, now))
        await staff_talks.take(tx, channel, address, now, waits=False)
        return Answered(said.id)

    return await core.database.transact(work)


async def _allow(core: Core, tx: AsyncConnection, chat: Chat, to: tuple[str, str], now: datetime) -> None:
    if chat.stopped_at is not None:
        raise Conflict("they said STOP on this address; nothing may be sent there")
    if chat.gone_at is not None:
        raise Conflict("this address is gone; nothing can be sent there")
    if core.channels is not None and to[0] not in core.channels:
        raise Conflict(f'the channel "{to[0]}" is off')
    if await staff_talks.said_since(tx, *to, now - timedelta(hours=1)) >= MOST_IN_AN_HOUR:
        raise Conflict(f"{MOST_IN_AN_HOUR} messages were said here within an hour; wait a little")


async def hand_back(core: Core, channel: str, address: str) -> bool:
    """Let the bot answer again, which tells so; answers whether staff had the talk.

    Raises:
        NotFound: nobody ever wrote from there.
    """

    async def work(tx: AsyncConnection) -> bool:
        await chats.lock(tx, channel, [address])
        chat = await _chat(tx, channel, address)
        if chat.person_since is None:
            return False
        await staff_talks.give_back(tx, channel, address)
        reply = person.back(await core.programmes.current(tx), chat.member_locale or chat.locale or "")
        if chat.stopped_at is None:
            await outbox.add(tx, [_draft(reply, channel, address, chat.member_id, Purpose.REPLY)], core.clock())
        return True

    return await core.database.transact(work)


async def take_over_due(core: Core, now: datetime) -> int:
    """Take talks back in which staff were silent for a day; answers how many were told so."""

    async def work(tx: AsyncConnection) -> int:
        talks = await staff_talks.silent_since(tx, now - PATIENCE, _CHUNK)
        if not talks:
            return 0
        programme = await core.programmes.current(tx)
        drafts = []
        for talk in talks:
            await staff_talks.give_back(tx, talk.channel, talk.address)
            # Who was answered and said nothing more waits for nothing, and is left in peace.
            if talk.waits is not None:
                reply = person.nobody_came(programme, talk.locale or "")
                drafts.append(_draft(reply, talk.channel, talk.address, talk.member_id, Purpose.NOTICE))
        await outbox.add(tx, drafts, now)
        return len(drafts)

    told = await core.database.transact(work)
    if told:
        log.warning("nobody_came", customers=told)
    return told


def _draft(reply: Reply, channel: str, address: str, member_id: int | None, purpose: Purpose) -> outbox.Draft:
    return outbox.Draft(outbound(reply, channel, address, purpose), member_id)


async def _chat(tx: AsyncConnection, channel: str, address: str) -> Chat:
    chat = (await chats.load(tx, channel, [address])).get(address)
    if chat is None:
        raise NotFound("nobody ever wrote from this address")
    return chat
