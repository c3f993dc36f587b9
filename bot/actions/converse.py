"""Talking with customers: what they say goes in, replies come out, all in one transaction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import commands, consent, mail_codes
from bot.actions.answering import unanswered
from bot.actions.core import Core
from bot.actions.member_facts import member_facts
from bot.conversation import confirming, flow, views
from bot.conversation.commands import Command, Resume, SharePhone, Stop
from bot.conversation.concluding import conclude
from bot.conversation.facts import Codes, Dialog, Facts, Reply, Result, Turn
from bot.conversation.intents import opts_out
from bot.conversation.tongue import spoken
from bot.conversation.understanding import understand
from bot.errors import RegularsError
from bot.loyalty.programme import Programme
from bot.messages import Inbound, InboundKind, Outbound, Purpose
from bot.storage import chats, members, outbox, staff_talks
from bot.storage.chats import Chat
from bot.storage.ids import new_id
from bot.wording import negotiate

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


async def converse_many(core: Core, said: Sequence[Inbound], *, broken: bool = False) -> list[list[Outbound]]:
    """Answer messages of any channels; for each the replies, committed as leased by this process.

    What was told before is dropped. One chat is answered in the order told. What answering is ``broken`` over is only
    apologised for.
    """
    said = [_storable(message) for message in said]

    async def work(tx: AsyncConnection) -> list[list[Outbound]]:
        answers: dict[int, list[Outbound]] = {}
        programme = await core.programmes.current(tx)
        for channel in dict.fromkeys(message.channel for message in said):
            part = [message for message in said if message.channel == channel]
            answers |= await _Batch(core, tx, programme, channel, broken).run(part)
        return [answers.pop(id(message), []) for message in said]

    return await core.database.transact(work)


def _storable(message: Inbound) -> Inbound:
    """PostgreSQL refuses NUL and UTF-8 lone surrogates; the provider would bring such a message again and again."""
    told = (message.id, message.text, message.name, message.subject, message.thread, message.locale)
    if not any(map(_UNSTORABLE.search, told)):
        return message
    id_, text, name, subject, thread, locale = (_UNSTORABLE.sub("", value) for value in told)
    return replace(message, id=id_, text=text, name=name, subject=subject, thread=thread, locale=locale)


@dataclass(slots=True)
class _Batch:
    """One transaction's talk on one channel."""

    core: Core
    tx: AsyncConnection
    programme: Programme
    channel: str
    broken: bool
    chats: dict[str, Chat] = field(default_factory=dict)
    dialogs: dict[str, Dialog | None] = field(default_factory=dict)
    replies: list[outbox.Draft] = field(default_factory=list)
    notices: list[outbox.Draft] = field(default_factory=list)
    unanswered: frozenset[str] = frozenset()
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.core.clock()

    async def run(self, said: Sequence[Inbound]) -> dict[int, list[Outbound]]:
        fresh = await chats.unseen(self.tx, said)
        if not fresh:
            return {}
        await chats.note(self.tx, fresh)
        await self._load({message.address for message in fresh})
        strangers = {address for address, chat in self.chats.items() if chat.member_id is None}
        self.unanswered = await unanswered(self.tx, self.channel, fresh, strangers, self.now)
        answer = self._apologise if self.broken else self._answer
        answers = {id(message): await answer(message) for message in fresh}
        await chats.save_dialogs(self.tx, self.channel, self.dialogs)
        await outbox.add(self.tx, self.replies, self.now, leased=True)
        await outbox.add(self.tx, self.notices, self.now)
        return answers

    async def _load(self, those: set[str]) -> None:
        await chats.lock(self.tx, self.channel, those)
        self.chats |= await chats.load(self.tx, self.channel, those)
        strangers = sorted(those - self.chats.keys())
        if strangers:
            self.chats |= await chats.open_strangers(self.tx, self.channel, strangers)

    async def _answer(self, message: Inbound) -> list[Outbound]:
        if message.kind is InboundKind.STOPPED:
            return await self._left(message)
        if message.lifts and await self._blocked_there(message):
            await self._carry_out(message, Resume(), None)
            self.dialogs[message.address] = None
            return []
        if message.kind is InboundKind.RESUMED:
            await commands.carry_out(self._said(message), Resume())
            await self._reload(message.address)
            if not message.text or message.answered:
                return []
        elif self.chats[message.address].gone_at is not None:
            # They write, so the address is alive again.
            await chats.mark(self.tx, self.channel, message.address, gone_at=None)
        await self._learn_language(message)
        return self._say(message, await self._turn(message))

    async def _apologise(self, message: Inbound) -> list[Outbound]:
        """What is known of them may be what it broke over, so it is not asked; who leaves has left all the same."""
        if message.kind is InboundKind.STOPPED and not message.text:
            return await self._left(message)
        if message.kind is InboundKind.STOPPED or opts_out(message.text):
            await commands.carry_out(self._said(message), Stop())
            await self._reload(message.address)
        facts = self._plain_facts(message)
        silent = facts.stopped or facts.person or message.answered or message.id in self.unanswered
        return [] if silent else self._say(message, (views.sorry(facts),))

    async def _learn_language(self, message: Inbound) -> None:
        """By their app, else by their words, as far as they have not said; a member's is kept as theirs."""
        chat, told = self.chats[message.address], self._said(message).language
        known = told if chat.member_id is None else chat.member_locale or ""
        found = None if known else told
        tongue = found or spoken(message.text, self.programme.languages, known, message.address)
        if tongue and chat.member_id is not None:
            await members.learn_locale(self.tx, chat.member_id, tongue, known)
            await self._reload(message.address)
        elif tongue:
            await chats.mark(self.tx, self.channel, message.address, locale=tongue)
            self.chats[message.address] = replace(chat, locale=tongue)

    async def _left(self, message: Inbound) -> list[Outbound]:
        """They said so, which is confirmed once, or blocked us without a word."""
        if not message.text:
            await chats.mark(self.tx, self.channel, message.address, gone_at=self.now)
            await self._reload(message.address)
            return []
        before = self.chats[message.address].stopped_at
        turn = await self._carry_out(message, Stop(), None)
        # What was asked before is over: a YES behind it means something else to the provider.
        self.dialogs[message.address] = None
        return [] if before or message.answered else self._say(message, turn.replies)

    async def _blocked_there(self, message: Inbound) -> bool:
        """Whether the provider blocks them: by its own words only, so not where another opt-out was heard by us."""
        chat = self.chats[message.address]
        if chat.stopped_at is None:
            return False
        return await consent.stopped_by(self.tx, chat.member_id, self.channel, message.address) == consent.PROVIDER

    def _said(self, message: Inbound) -> commands.Said:
        return commands.Said(self.core, self.tx, self.programme, message, self.chats[message.address], self.now)

    async def _turn(self, message: Inbound) -> Sequence[Reply]:
        codes = await self._codes(message)
        facts = await self._facts(message, codes)
        turn = _settled(message, facts) or _shared(message, facts) or understand(facts, message.text)
        command = turn.command
        if facts.person and command is None:
            await staff_talks.waits(self.tx, self.channel, message.address, self.now)
        if command is None and message.kind is InboundKind.RESUMED:
            command = Resume()
        if codes and command is None and confirming.is_try(facts.dialog, message.text):
            await mail_codes.note_wrong(self.tx, self.now)
        if command is not None:
            turn = await self._carry_out(message, command, codes)
        if turn.dialog != facts.dialog:
            self.dialogs[message.address] = turn.dialog
        return () if message.id in self.unanswered else turn.replies

    async def _carry_out(self, message: Inbound, command: Command, codes: Codes | None) -> Turn:
        try:
            done = await commands.carry_out(self._said(message), command)
        except RegularsError as error:
            result: Result = error
        else:
            result = done.result
            self.notices += done.drafts
        await self._reload(message.address)
        return conclude(await self._facts(message, codes), command, result)

    async def _reload(self, address: str) -> None:
        found = await chats.load(self.tx, self.channel, {address})
        if address not in found:
            # Its owner was erased, with any other chats of theirs; what is left are strangers.
            self.chats, those = {}, set(self.chats)
            await self._load(those)
        self.chats |= found

    async def _codes(self, message: Inbound) -> Codes | None:
        dialog = self.dialogs.get(message.address, self.chats[message.address].dialog)
        return await mail_codes.codes(self.tx, self.core.secret, message, dialog, self.now)

    async def _facts(self, message: Inbound, codes: Codes | None) -> Facts:
        member = await member_facts(self.tx, self.programme, self.chats[message.address], self.now)
        return replace(self._plain_facts(message), member=member, codes=codes)

    def _plain_facts(self, message: Inbound) -> Facts:
        chat = self.chats[message.address]
        return Facts(
            programme=self.programme,
            channel=self.channel,
            locale=self._locale(message),
            now=self.now,
            dialog=self.dialogs.get(message.address, chat.dialog),
            name=message.name,
            stopped=chat.stopped_at is not None,
            person=chat.person_since is not None,
        )

    def _locale(self, message: Inbound) -> str:
        return negotiate(self._said(message).language, self.programme.languages)

    def _say(self, message: Inbound, replies: Sequence[Reply]) -> list[Outbound]:
        out = [
            Outbound(
                id=new_id(),
                channel=self.channel,
                address=message.address,
                purpose=Purpose.REPLY,
                text=reply.text,
                subject=_subject(message, reply),
                buttons=reply.buttons,
                thread=message.thread,
                picture=reply.picture,
                replaces=message.pressed if reply.edits else "",
                language=self._locale(message),
            )
            for reply in replies
        ]
        member_id = self.chats[message.address].member_id
        self.replies += [outbox.Draft(one, member_id) for one in out]
        return out


def _settled(message: Inbound, facts: Facts) -> Turn | None:
    """The provider has answered a word of its own; but a yes may as well be the answer to what we asked."""
    if message.kind is not InboundKind.TEXT or not message.answered or (message.lifts and flow.current(facts)):
        return None
    return Turn(dialog=facts.dialog)


def _shared(message: Inbound, facts: Facts) -> Turn | None:
    """Their own number comes without words."""
    if not message.phone or facts.stopped or facts.person:
        return None
    return Turn(command=SharePhone(message.phone), dialog=facts.dialog)


def _subject(message: Inbound, reply: Reply) -> str:
    """An answer keeps the subject of what it answers, so that mail programs show one conversation."""
    if not message.subject:
        return reply.subject
    return message.subject if message.subject.lower().startswith("re:") else f"Re: {message.subject}"
