"""Messages that belong to a transaction, such as a receipt: to a member, where they like to be written to."""

from collections.abc import Collection

from bot.actions.addressing import choose
from bot.messages import Outbound, Purpose
from bot.storage import outbox
from bot.storage.ids import new_id
from bot.storage.members import Member


def notice(to: Member, text: str, subject: str, channels: Collection[str] | None = None) -> list[outbox.Draft]:
    """The message to a member; none when there is no address that may be written to.

    ``channels`` are those that are on (None: unknown, so any).
    """
    way = choose(to.addresses, to.preferred_channel, channels, Purpose.NOTICE)
    if isinstance(way, str):
        return []
    message = Outbound(new_id(), way.channel, way.address, Purpose.NOTICE, text, subject)
    return [outbox.Draft(message, to.id, to_member=True)]
