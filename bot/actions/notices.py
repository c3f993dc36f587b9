"""Messages that belong to a transaction, such as a receipt: to a member, where they like to be written to."""

from collections.abc import Collection

from bot.messages import Outbound, Purpose
from bot.storage import outbox
from bot.storage.ids import new_id
from bot.storage.members import Address, Member

_ORDER = ("telegram", "whatsapp", "sms", "email", "web")
"""Where one goes when the member's own wish cannot be met."""


def notice(to: Member, text: str, subject: str, channels: Collection[str] | None = None) -> list[outbox.Draft]:
    """The message to a member; none when there is no address that may be written to.

    ``channels`` are those that are on (None: unknown, so any).
    """
    ways = [way for way in to.addresses if _open(way, channels)]
    if not ways:
        return []
    way = min(ways, key=lambda way: (way.channel != to.preferred_channel, _rank(way.channel), way.address))
    message = Outbound(new_id(), way.channel, way.address, Purpose.NOTICE, text, subject)
    return [outbox.Draft(message, to.id, to_member=True)]


def _open(way: Address, channels: Collection[str] | None) -> bool:
    may = way.stopped_at is None and way.gone_at is None and way.notices is not False
    return may and (channels is None or way.channel in channels)


def _rank(channel: str) -> int:
    return _ORDER.index(channel) if channel in _ORDER else len(_ORDER)
