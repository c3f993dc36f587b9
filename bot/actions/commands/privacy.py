"""A member's own data: a copy of it, and its end."""

from bot.actions import enrol, privacy
from bot.actions.commands.said import Done, Said
from bot.conversation import commands as talk
from bot.errors import NotAllowed


async def export(said: Said, command: talk.Export) -> Done:
    """A link to the download, for a day."""
    if not said.core.public_url:
        raise NotAllowed("there is no page to download from here")
    return Done({"link": privacy.link(said.core, said.member_id, said.now)})


async def erase(said: Said, command: talk.Erase) -> Done:
    """All of it, at once."""
    await enrol.erase_in(said.tx, said.member_id, said.core.secret, said.now)
    return Done({})
