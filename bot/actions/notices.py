"""Messages that belong to a transaction, such as a receipt: to a member, where they like to be written to."""

from collections.abc import Collection

from bot.actions.addressing import choose
from bot.conversation.facts import Reply
from bot.messages import Outbound, Purpose
from bot.storage import outbox
from bot.storage.ids import new_id
from bot.storage.members import Member


def outbound(said: Reply, channel: str, address: str, purpose: Purpose = Purpose.NOTICE) -> Outbound:
    """What is told unasked, on its way to an address."""
    return Outbound(new_id(), channel, address, purpose, said.text, said.subject, language=said.language)


def notice(to: Member, said: Reply, channels: Collection[str] | None = None) -> list[outbox.Draft]:
    """The message to a member; none when there is no address that may be written to.

    ``channels`` are those that are on (None: unknown, so any).
    """
    way = choose(to.addresses, to.preferred_channel, channels, Purpose.NOTICE)
    if isinstance(way, str):
        return []
    return [outbox.Draft(outbound(said, way.channel, way.address), to.id, to_member=True)]
