"""The chat itself: its language, leaving and coming back, and staff who take it over."""

from bot.actions import consent
from bot.actions.commands.said import Done, Said
from bot.actions.consent import Consent
from bot.conversation import commands as talk
from bot.storage import chats, members, staff_talks


async def set_locale(said: Said, command: talk.SetLocale) -> Done:
    """From now on in this language, wherever a member is written to."""
    await chats.mark(said.tx, said.message.channel, said.message.address, locale=command.locale)
    if said.chat.member_id is not None:
        await members.change(said.tx, said.chat.member_id, {"locale": command.locale})
    return Done({})


async def stop(said: Said, command: talk.Stop) -> Done:
    """No more messages on this address."""
    message = said.message
    source = consent.PROVIDER if message.answered else "chat"
    over = Consent(message.channel, message.address, False, source, message.text, consent.ALL)
    await consent.change(said.tx, [over], said.now)
    await staff_talks.give_back(said.tx, message.channel, message.address)
    return Done({})


async def resume(said: Said, command: talk.Resume) -> Done:
    """Answers are given again; consent to marketing has to be given anew."""
    message = said.message
    await chats.mark(said.tx, message.channel, message.address, gone_at=None)
    back = Consent(message.channel, message.address, True, "chat", message.text, consent.ALL)
    await consent.change(said.tx, [back], said.now)
    return Done({})


async def ask_person(said: Said, command: talk.AskPerson) -> Done:
    """The talk is staff's, and the customer waits for them."""
    await staff_talks.take(said.tx, said.message.channel, said.message.address, said.now, waits=True)
    return Done({})
