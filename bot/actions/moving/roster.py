"""Members to a CSV file, in the columns that ``members import`` reads."""

import csv
from typing import TextIO

from bot.actions.core import Core, Progress
from bot.actions.moving.people import COLUMNS
from bot.actions.profile import CHANNELS
from bot.actions.settle import passing
from bot.loyalty.member import MemberState
from bot.loyalty.money import from_minor
from bot.storage import roster, standings
from bot.storage.members import Member

_SAID = {True: "yes", False: "no", None: ""}


async def export_people(core: Core, out: TextIO, progress: Progress) -> int:
    """Write all members who were not erased; answers how many."""
    file, done = csv.writer(out, lineterminator="\n"), 0
    file.writerow(COLUMNS)
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        async for chunk in roster.everybody(tx):
            states = await standings.load(tx, [member.id for member in chunk])
            # As of now: what has ended since is theirs no more, whether or not that was written yet.
            passed = await passing(tx, programme, states, core.clock())
            file.writerows(_row(member, passed[member.id].state, programme.exponent) for member in chunk)
            done += len(chunk)
            progress(done)
    return done


def _row(member: Member, state: MemberState, exponent: int) -> list[str]:
    consents = {(way.channel, way.address): _SAID[way.marketing] for way in member.addresses}
    # Of several addresses one is written; what another agreed to is not said of it.
    written = {channel: member.address(channel) for channel in CHANNELS}
    written |= {"sms": member.phone, "whatsapp": member.phone}
    told = {
        "external_id": member.external_id or "",
        "code": member.code,
        "name": member.name,
        "phone": member.phone or "",
        "email": member.address("email") or "",
        "telegram": member.address("telegram") or "",
        "birthday": member.birthday.isoformat() if member.birthday else "",
        "locale": member.locale,
        "timezone": member.timezone,
        "preferred_channel": member.preferred_channel or "",
        "joined_at": member.joined_at.isoformat(),
        **{f"consent.{channel}": consents.get((channel, written[channel] or ""), "") for channel in CHANNELS},
        "points": str(max(state.points, 0)),
        "credit": from_minor(state.credit, exponent) if state.credit > 0 else "",
    }
    return [told[name] for name in COLUMNS]
