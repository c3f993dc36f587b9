"""The chat itself: its language, leaving and coming back, and whose it is."""

from bot.actions import consent, linking
from bot.actions.commands.said import Done, Said
from bot.actions.consent import Consent
from bot.actions.recording.guests import claim_in
from bot.conversation import facts as talk
from bot.conversation.linking import code_message
from bot.messages import Outbound, Purpose
from bot.storage import chats, members, outbox
from bot.storage.ids import new_id


async def set_locale(said: Said, command: talk.SetLocale) -> Done:
    """From now on in this language, wherever a member is written to."""
    await chats.mark(said.tx, said.message.channel, said.message.address, locale=command.locale)
    if said.chat.member_id is not None:
        await members.change(said.tx, said.chat.member_id, {"locale": command.locale})
    return Done({})


async def stop(said: Said, command: talk.Stop) -> Done:
    """No more messages on this address."""
    message = said.message
    over = Consent(message.channel, message.address, False, "chat", message.text, consent.ALL)
    await consent.change(said.tx, [over], said.now)
    return Done({})


async def resume(said: Said, command: talk.Resume) -> Done:
    """Answers are given again; consent to marketing has to be given anew."""
    message = said.message
    await chats.mark(said.tx, message.channel, message.address, gone_at=None)
    back = Consent(message.channel, message.address, True, "chat", message.text, consent.ALL)
    await consent.change(said.tx, [back], said.now)
    return Done({})


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
    notice = Outbound(new_id(), channel, address, Purpose.NOTICE, reply.text, reply.subject)
    return Done({}, [outbox.Draft(notice, member_id)])


async def prove_link(said: Said, command: talk.ProveLink) -> Done:
    """With the right code the chat is the member's, and so is what was bought by it before."""
    message = said.message
    proven = await linking.prove(said.tx, said.core.secret, message.channel, message.address, command.code, said.now)
    await claim_in(said.tx, said.programme, proven, [members.Address(message.channel, message.address)], said.now)
    return Done({})
