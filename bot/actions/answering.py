"""Whom there is no answer for any more in this hour: a machine at the other end would never stop."""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Inbound
from bot.storage import answered

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Limits:
    """Answers an hour; those of a ``domain`` are the ones to strangers, for half of all members have the same."""

    address: int
    domain: int


LIMITS = {"email": Limits(address=20, domain=1000)}
"""By channel; elsewhere the provider sees to it that machines do not talk with each other."""


async def unanswered(
    tx: AsyncConnection, channel: str, said: Sequence[Inbound], strangers: Container[str], now: datetime
) -> frozenset[str]:
    """The ids of those that stay without an answer; what they say is done all the same. Says so once an hour.

    ``strangers`` are the addresses that are no member's.
    """
    limits = LIMITS.get(channel)
    if limits is None:
        return frozenset()
    counted = {m.id: [m.address, *([_domain(m)] if m.address in strangers else [])] for m in said}
    new = Counter(whose for those in counted.values() for whose in those)
    most = {whose: limits.domain if whose.startswith("@") else limits.address for whose in new}
    made = await answered.count(tx, channel, new, now)
    for whose, limit in most.items():
        if made[whose] - new[whose] <= limit < made[whose]:
            kind = "domain" if whose.startswith("@") else "address"
            log.warning("answers_limited", channel=channel, per=kind, limit=limit)
    so_far = {whose: made[whose] - new[whose] for whose in new}
    silent = set()
    for message in said:
        for whose in counted[message.id]:
            so_far[whose] += 1
            if so_far[whose] > most[whose]:
                silent.add(message.id)
    return frozenset(silent)


def _domain(message: Inbound) -> str:
    return "@" + message.address.rpartition("@")[2]
