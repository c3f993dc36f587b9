"""Stamping oneself: the counter shows a code that changes every 30 seconds, the customer sends or scans it.

The code is made of time and place with our key (in the way of TOTP, RFC 6238), so nothing is stored to show it.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.recording.within import record_in
from bot.errors import Conflict, NotAllowed, NotFound
from bot.loyalty.activity import INTERNAL, Activity
from bot.loyalty.codes import numbered, tidy
from bot.loyalty.locations import SELF_STAMP, Location, SelfStamping
from bot.loyalty.member import Outcome
from bot.loyalty.programme import Programme
from bot.storage import self_stamps, standings, tries

STEP = 30
"""Seconds that one code is shown."""
AGE = 3
"""A code holds while it is shown and two steps more: a minute for typing it."""
LENGTH = 7
"""Characters with the check digit: 30⁶ codes, of which three hold at a location at a time."""
WRONG = 10
"""So many wrong codes an hour from one address: 10 guesses hit with 30 in 729,000,000 for each location."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Claim(NamedTuple):
    """A code that was right: where it was shown, and in which step."""

    location: str
    step: int


def step_at(now: datetime) -> int:
    """Which code is shown at a moment."""
    return int(now.timestamp()) // STEP


def code_for(secret: bytes, location: str, step: int) -> str:
    """What the counter shows; always with a digit in it, so that no name is taken for one."""
    digests = (hmac.digest(secret, f"self-stamp:{location}:{step}:{n}".encode(), "sha256") for n in count())
    codes = (numbered(int.from_bytes(digest[:16], "big"), LENGTH) for digest in digests)
    return next(code for code in codes if any(map(str.isdecimal, code)))


async def read_code(
    tx: AsyncConnection, programme: Programme, secret: bytes, text: str, who: str, now: datetime
) -> Claim:
    """The place and time of a code that ``who`` (a channel and address) sent.

    Raises:
        NotFound: nobody can stamp themselves here.
        NotAllowed: wrong or too old, or too many wrong ones.
    """
    if programme.one(SelfStamping) is None:
        raise NotFound("there is no self-stamping in this programme")
    if await tries.so_far(tx, f"self-stamp:{who}", now) >= WRONG:
        raise NotAllowed("too many wrong codes; try again in an hour")
    claim = _claimed(list(programme.of(Location)), secret, tidy(text) or "", step_at(now))
    if claim is None:
        await tries.count(tx, f"self-stamp:{who}", now, _HOUR)
        raise NotAllowed("this code does not hold (any more); scan the one that is shown now")
    return claim


def _claimed(locations: Sequence[str], secret: bytes, code: str, step: int) -> Claim | None:
    found = None
    for location in locations:
        for shown in range(step, step - AGE, -1):
            # Every one is compared, so that time does not tell which were near.
            if hmac.compare_digest(code_for(secret, location, shown), code):
                found = Claim(location, shown)
    return found


async def stamp_in(
    tx: AsyncConnection, programme: Programme, member_id: int, claim: Claim, now: datetime
) -> Sequence[Outcome]:
    """Record the visit; answers its outcomes.

    Raises:
        Conflict: used already, too soon, too many; ``facts["why"]`` is one of used, pause, daily, hourly.
    """
    rules = programme.one(SelfStamping)
    if rules is None or claim.location not in programme.of(Location):
        raise NotFound("there is no self-stamping at this place")
    await standings.lock(tx, {member_id})
    if await self_stamps.used(tx, member_id, *claim):
        raise Conflict("this code was used", why="used")
    lately = await self_stamps.of_member(tx, member_id, now - max(_DAY, rules.pause))
    if lately.last is not None and lately.last + rules.pause > now:
        raise Conflict("too soon after the last one", why="pause", until=lately.last + rules.pause)
    if lately.stamps >= rules.daily:
        raise Conflict("enough for a day", why="daily")
    if await self_stamps.at_location(tx, claim.location, now - _HOUR) >= rules.hourly:
        raise Conflict("this place gave as many as it may in an hour", why="hourly")
    await self_stamps.note(tx, member_id, *claim, now)
    name = f"{SELF_STAMP}:{claim.location}:{claim.step}:{member_id}"
    visit = Activity("visit", INTERNAL, name, now, location=claim.location, attributes={SELF_STAMP: True})
    [recorded] = await record_in(tx, programme, [(member_id, visit)], now)
    return recorded.outcomes
