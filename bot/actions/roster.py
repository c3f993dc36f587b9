"""Members to a CSV file, in the columns that ``members import`` reads."""

import csv
from collections.abc import Callable
from typing import TextIO

from bot.actions.core import Core
from bot.actions.people import COLUMNS
from bot.actions.profile import CHANNELS
from bot.loyalty.money import from_minor
from bot.storage import roster
from bot.storage.roster import Line

_SAID = {True: "yes", False: "no", None: ""}
Progress = Callable[[int], None]
"""Told how many members are done."""


async def export_people(core: Core, out: TextIO, progress: Progress) -> int:
    """Write all members who were not erased; answers how many."""
    file, done = csv.writer(out, lineterminator="\n"), 0
    file.writerow(COLUMNS)
    async with core.database.read() as tx:
        exponent = (await core.programmes.current(tx)).exponent
        async for chunk in roster.lines(tx):
            file.writerows(_row(line, exponent) for line in chunk)
            done += len(chunk)
            progress(done)
    return done


def _row(line: Line, exponent: int) -> list[str]:
    member = line.member
    consents = {way.channel: _SAID[way.marketing] for way in member.addresses}
    told = {
        "external_id": member.external_id or "",
        "code": member.code,
        "name": member.name,
        "phone": member.address("sms") or "",
        "email": member.address("email") or "",
        "telegram": member.address("telegram") or "",
        "birthday": member.birthday.isoformat() if member.birthday else "",
        "locale": member.locale,
        "timezone": member.timezone,
        "preferred_channel": member.preferred_channel or "",
        "joined_at": member.joined_at.isoformat(),
        **{f"consent.{channel}": consents.get(channel, "") for channel in CHANNELS},
        "points": str(max(line.points, 0)),
        "credit": from_minor(line.credit, exponent) if line.credit > 0 else "",
    }
    return [told[name] for name in COLUMNS]
