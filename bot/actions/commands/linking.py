"""Whose a chat is: proven by a code, a one-time link, or a number that the provider vouches for."""

from collections.abc import Mapping
from typing import Any

from bot.actions import link_tokens, linking, merging
from bot.actions.commands.said import Done, Said
from bot.actions.notices import outbound
from bot.actions.recording.guests import claim_in
from bot.conversation import commands as talk
from bot.conversation.confirming import UNPROVEN
from bot.conversation.linking import code_message
from bot.errors import NotAllowed
from bot.storage import members, outbox, standings
from bot.storage.members import Address


async def ask_link(said: Said, command: talk.AskLink) -> Done:
    """Send a code to whoever owns the claimed address, if anybody does."""
    message = said.message
    asked = await linking.ask(
        said.tx, said.programme, said.core.secret, message.channel, message.address, command.claimed, said.now
    )
    if asked is None:
        return Done({})
    member_id, channel, address, code = asked
    owner = await members.get(said.tx, member_id)
    reply = code_message(said.programme, owner.locale, code)
    return Done({}, [outbox.Draft(outbound(reply, channel, address), member_id)])


async def prove_link(said: Said, command: talk.ProveLink) -> Done:
    """With the right code the chat is the member's."""
    message = said.message
    member_id = await linking.prove(said.tx, said.core.secret, message.channel, message.address, command.code, said.now)
    return Done(await _theirs(said, member_id))


async def make_link(said: Said, command: talk.MakeLink) -> Done:
    """A token, and where it can be taken to."""
    token = await link_tokens.make(said.tx, said.core.secret, said.member_id, said.now)
    return Done({"token": token, "contacts": dict(said.core.contacts()), "base": said.core.public_url})


async def open_link(said: Said, command: talk.OpenLink) -> Done:
    """Whose link it is; in a chat that is a member's already it is used at once, as the proof of the other one."""
    message, secret = said.message, said.core.secret
    if message.channel in UNPROVEN:
        raise NotAllowed("a mail proves nothing, so no link makes an address there somebody's")
    token_hash, member_id = await link_tokens.look_up(
        said.tx, secret, message.channel, message.address, command.token, said.now
    )
    if said.chat.member_id is None:
        owner = await members.get(said.tx, member_id)
        return Done({"hash": token_hash, "name": masked(owner.name)})
    return await take_link(said, talk.TakeLink(token_hash))


async def take_link(said: Said, command: talk.TakeLink) -> Done:
    """The link is used up, and the chat is the member's."""
    if said.message.channel in UNPROVEN:
        raise NotAllowed("a mail proves nothing")
    return Done(await _theirs(said, await link_tokens.use(said.tx, command.token_hash, said.now)))


async def share_phone(said: Said, command: talk.SharePhone) -> Done:
    """The chat is whose the number is; a number that nobody has becomes the member's, without consent to offers."""
    owner = (await members.find(said.tx, "phone", [command.phone])).get(command.phone)
    mine = said.chat.member_id
    if owner is not None and owner != mine:
        return Done({"phone": "linked", **await _theirs(said, owner)})
    if mine is None:
        return Done({})
    if owner is None:
        way = Address("sms", command.phone)
        await members.put_address(said.tx, mine, way)
        await claim_in(said.tx, said.programme, mine, [way], said.now)
    return Done({"phone": "known" if owner else "added"})


async def merge(said: Said, command: talk.Merge) -> Done:
    """Make one of two memberships; the older one stays."""
    mine, other = await members.get(said.tx, said.member_id), command.other
    found = (await members.find(said.tx, "id", [other])).get(other)
    if found is None or found == mine.id:
        return Done({})
    theirs = await members.get(said.tx, found)
    kept, gone = sorted((mine, theirs), key=lambda one: (one.joined_at, one.id))
    await merging.merge_in(said.core, said.tx, said.programme, kept.id, gone.id, said.now, by=said.request)
    # The till may have told a language for the older one that its owner never chose.
    await members.change(said.tx, kept.id, {"locale": mine.locale or theirs.locale})
    return Done({})


async def _theirs(said: Said, member_id: int) -> Mapping[str, Any]:
    """The chat is the member's now; or, where it is another's, what is needed to ask whether to make one of the two."""
    way = Address(said.message.channel, said.message.address)
    taken = await linking.make_theirs(said.tx, said.programme, way, member_id, said.now)
    if taken is None:
        await members.learn_locale(said.tx, member_id, said.language)
        return {}
    other = await members.get(said.tx, member_id)
    points = (await standings.load(said.tx, [member_id]))[member_id].points
    return {"merge": {"id": member_id, "points": points, "name": masked(other.name)}}


def masked(name: str) -> str:
    """Enough of a name for its owner to know it, and for nobody else: ``A***``."""
    return f"{name.strip()[:1]}***"
