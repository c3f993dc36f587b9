"""Consent to marketing that is withdrawn by the link in a message."""

from bot.actions.core import Core
from bot.storage import chats, members


async def end_marketing(core: Core, channel: str, address: str) -> None:
    """Withdraw it, once; an address that is gone (its owner erased) is not written down anew."""
    async with core.database.write() as tx:
        chat = (await chats.load(tx, channel, [address])).get(address)
        if chat is not None and await chats.end_marketing(tx, channel, address):
            said = members.Consent(channel, address, granted=False, source="unsubscribe link", words="")
            await members.note_consents(tx, chat.member_id, [said], core.clock())
