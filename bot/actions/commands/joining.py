"""Becoming a member, and the stamp that somebody came for."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.actions import opt_in, refer, self_stamping
from bot.actions.commands.said import Done, Said
from bot.actions.enrol import NewMember, enrol_in
from bot.conversation import commands as talk
from bot.conversation.confirming import UNPROVEN
from bot.errors import Conflict, NotFound
from bot.storage import members, standings


async def enrol(said: Said, command: talk.Enrol) -> Done:
    """A new member, brought by whoever invited them."""
    message = said.message
    unproven = command.marketing and message.channel in UNPROVEN
    way = members.Address(message.channel, message.address, None if unproven else command.marketing)
    new = NewMember(
        name=command.name,
        addresses=(way, *await _phone(said, command.phone)),
        birthday=command.birthday,
        locale=said.language,
        preferred_channel=message.channel,
        source=f"chat at {command.location}" if command.location else "chat",
        words=command.words,
    )
    friend = await enrol_in(said.tx, said.programme, new, said.now, said.core.secret)
    if command.referrer and (referrer := await refer.by_code(said.tx, command.referrer)):
        await refer.invited(said.core, said.tx, said.programme, friend, referrer)
    # Whoever is new has bought nothing yet but what they bought as a guest.
    claimed = (await standings.load(said.tx, [friend.id]))[friend.id].purchases
    told = {"claimed": claimed, "outcomes": await _first_stamp(said, friend.id, command)}
    if not unproven:
        return Done(told)
    asking = await opt_in.ask(said.core, said.tx, said.programme, friend.id, message.address, command.words, said.now)
    return Done({**told, "asked": message.address}, asking)


async def _phone(said: Said, phone: str) -> Sequence[members.Address]:
    """The number that the provider vouched for, without consent to offers; unless somebody joined with it meanwhile."""
    taken = phone and (await members.find(said.tx, "phone", [phone])).get(phone)
    return () if not phone or taken else (members.Address("sms", phone),)


async def _first_stamp(said: Said, member_id: int, command: talk.Enrol) -> Sequence[Mapping[str, Any]]:
    if command.claim is None:
        return ()
    claim = self_stamping.Claim(*command.claim)
    try:
        return await self_stamping.stamp_in(said.tx, said.programme, member_id, claim, said.now)
    except (Conflict, NotFound):
        # They are a member all the same; what the place gives in an hour is spent.
        return ()


async def check_in(said: Said, command: talk.CheckIn) -> Done:
    """A stamp for a member; a stranger's code is proven now, for it will have changed when they have joined."""
    who = f"{said.message.channel}:{said.message.address}"
    claim = await self_stamping.read_code(said.tx, said.programme, said.core.secret, command.code, who, said.now)
    if said.chat.member_id is None:
        return Done({"claim": claim})
    outcomes = await self_stamping.stamp_in(said.tx, said.programme, said.chat.member_id, claim, said.now)
    return Done({"outcomes": outcomes})
