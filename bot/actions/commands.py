"""Carrying out what a conversation decided, inside its transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import linking, refer, sharing, waiting
from bot.actions.challenges import take_up_in
from bot.actions.core import Core
from bot.actions.enrol import NewMember, enrol_in
from bot.actions.recording.guests import claim_in
from bot.actions.redeem import redeem_in
from bot.conversation import facts as talk
from bot.conversation.linking import code_message
from bot.errors import NotFound, RegularsError
from bot.loyalty.programme import Programme
from bot.messages import Inbound, Outbound, Purpose
from bot.storage import chats, ledger, members, outbox, standings, vouchers
from bot.storage.chats import Chat
from bot.storage.ids import new_id

Result = Mapping[str, Any] | RegularsError
_LINES = 10
_LOOKED_AT = 100
"""Lines of the ledger that these are made of: a gift has as many as it was paid with lots."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and messages to others that came of it."""

    result: Mapping[str, Any]
    drafts: Sequence[outbox.Draft] = ()


async def carry_out(
    core: Core,
    tx: AsyncConnection,
    programme: Programme,
    message: Inbound,
    chat: Chat,
    command: talk.Command,
    now: datetime,
) -> Done:
    """Do what the person asked for.

    Raises:
        RegularsError: when it cannot be done; nothing was changed then.
    """
    match command:
        case talk.Enrol():
            return await _enrol(core, tx, programme, message, command, now)
        case talk.Redeem(reward):
            return await _redeem(core, tx, programme, message, chat, reward, now)
        case talk.Wait(reward):
            return await _wait(tx, programme, chat, reward, now)
        case talk.ShowVouchers():
            return await _vouchers(tx, programme, chat, now)
        case talk.ShowHistory():
            return await _history(tx, chat)
        case talk.TakeUp(challenge):
            await _take_up(tx, programme, chat, challenge, now)
        case talk.Give() | talk.Donate() | talk.AskCauses() | talk.RoundUp() | talk.Invite():
            request = f"{message.channel}:{message.id}"
            return Done(*await sharing.carry_out(core, tx, programme, chat.member_id, request, command))
        case talk.SetLocale(locale):
            await chats.mark(tx, message.channel, message.address, locale=locale)
            if chat.member_id is not None:
                await members.change(tx, chat.member_id, {"locale": locale})
        case talk.Stop():
            await stop(tx, chat, message, now, gone=False)
        case talk.Resume():
            await resume(tx, message)
        case talk.AskLink(claimed):
            return await _ask_link(core, tx, programme, message, claimed, now)
        case talk.ProveLink(code):
            proven = await linking.prove(tx, core.secret, message.channel, message.address, code, now)
            await claim_in(tx, programme, proven, [members.Address(message.channel, message.address)], now)
    return Done({})


async def stop(tx: AsyncConnection, chat: Chat, message: Inbound, now: datetime, *, gone: bool) -> None:
    """No more messages on this address; ``gone`` when the person blocked us rather than said so."""
    if gone:
        await chats.mark(tx, message.channel, message.address, gone_at=now)
        return
    await chats.mark(tx, message.channel, message.address, stopped_at=now, marketing=False)
    said = members.Consent(message.channel, message.address, False, "chat", message.text)
    await members.note_consents(tx, chat.member_id, [said], now)


async def resume(tx: AsyncConnection, message: Inbound) -> None:
    """Answers are given again; consent to marketing has to be given anew."""
    await chats.mark(tx, message.channel, message.address, stopped_at=None, gone_at=None)


async def _enrol(
    core: Core, tx: AsyncConnection, programme: Programme, message: Inbound, command: talk.Enrol, now: datetime
) -> Done:
    new = NewMember(
        name=command.name,
        addresses=(members.Address(message.channel, message.address, command.marketing),),
        birthday=command.birthday,
        locale=command.locale,
        preferred_channel=message.channel,
        source="chat",
        words=command.words,
    )
    friend = await enrol_in(tx, programme, new, now, core.secret)
    if command.referrer and (referrer := await refer.by_code(tx, command.referrer)):
        await refer.invited(core, tx, programme, friend, referrer)
    # Whoever is new has bought nothing yet but what they bought as a guest.
    return Done({"claimed": (await standings.load(tx, [friend.id]))[friend.id].purchases})


async def _redeem(
    core: Core, tx: AsyncConnection, programme: Programme, message: Inbound, chat: Chat, reward: str, now: datetime
) -> Done:
    if chat.member_id is None:
        raise NotFound("not a member yet")
    request = f"{message.channel}:{message.id}"
    done = await redeem_in(tx, programme, chat.member_id, reward, request, now)
    link = f"{core.public_url}/v/{done.voucher}" if core.public_url else None
    result = {"voucher": done.voucher, "reward": done.reward, "points_left": done.points_left, "link": link}
    return Done({**result, "partners_code": done.partners_code})


async def _wait(tx: AsyncConnection, programme: Programme, chat: Chat, reward: str, now: datetime) -> Done:
    if chat.member_id is None:
        raise NotFound("not a member yet")
    return Done({"place": (await waiting.join_in(tx, programme, chat.member_id, reward, now)).place})


async def _vouchers(tx: AsyncConnection, programme: Programme, chat: Chat, now: datetime) -> Done:
    """Of a voucher from before there were terms, the name is today's."""
    found = await vouchers.of_member(tx, chat.member_id, unused_at=now) if chat.member_id else []
    told = []
    for one in found:
        terms, today = one.terms or {}, programme.rewards.get(one.reward)
        names = terms.get("names") or (today.names if today else {programme.languages[0]: one.reward})
        until = one.expires_at.isoformat() if one.expires_at else None
        told.append({"code": terms.get("code", one.code), "names": names, "until": until})
    return Done({"vouchers": told})


async def _history(tx: AsyncConnection, chat: Chat) -> Done:
    lines = await ledger.page(tx, chat.member_id, _LOOKED_AT, None) if chat.member_id else []
    told = ("kind", "points", "wallet", "rule", "at")
    return Done({"lines": [{name: getattr(line, name) for name in told} for line in _gifts_whole(lines)[:_LINES]]})


def _gifts_whole(lines: Sequence[ledger.Entry]) -> list[ledger.Entry]:
    """The same lines with each gift as one."""
    together = groupby(lines, lambda line: (line.kind, line.cause_id if line.kind == "gift_in" else line.id))
    return [first._replace(points=first.points + sum(line.points for line in rest)) for _, (first, *rest) in together]


async def _take_up(tx: AsyncConnection, programme: Programme, chat: Chat, challenge: str, now: datetime) -> None:
    if chat.member_id is None:
        raise NotFound("not a member yet")
    await take_up_in(tx, programme, chat.member_id, challenge, now)


async def _ask_link(
    core: Core, tx: AsyncConnection, programme: Programme, message: Inbound, claimed: str, now: datetime
) -> Done:
    asked = await linking.ask(tx, programme, core.secret, message.channel, message.address, claimed, now)
    if asked is None:
        return Done({})
    member_id, channel, address, code = asked
    owner = await members.get(tx, member_id)
    reply = code_message(programme, owner.locale, code)
    notice = Outbound(new_id(), channel, address, Purpose.NOTICE, reply.text, reply.subject)
    return Done({}, [outbox.Draft(notice, member_id)])
