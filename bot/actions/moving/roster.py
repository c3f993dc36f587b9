"""Members to a CSV file, in the columns that ``members import`` reads."""

import csv
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TextIO

from bot.actions.core import Core, Progress
from bot.actions.moving.columns import header, numbered
from bot.actions.profile import CHANNELS
from bot.actions.settle import passing
from bot.loyalty.member import MemberState
from bot.loyalty.money import from_minor
from bot.storage import archive, roster, standings
from bot.storage.members import Member
from bot.storage.roster import Former

_SAID = {True: "yes", False: "no", None: ""}
Cells = dict[str, str]


async def export_people(core: Core, out: TextIO, progress: Progress) -> int:
    """Write all members who were not erased; answers how many."""
    file, done = csv.writer(out, lineterminator="\n"), 0
    async with core.database.read() as tx:
        # Read twice, so of one moment: a card that comes between would have no column.
        await archive.snapshot(tx)
        programme = await core.programmes.current(tx)
        columns = header({name async for chunk in roster.with_several(tx) for one in chunk for name in _told(*one)})
        file.writerow(columns)
        async for chunk in roster.everybody(tx):
            states = await standings.load(tx, [member.id for member, _ in chunk])
            # As of now: what has ended since is theirs no more, whether or not that was written yet.
            passed = await passing(tx, programme, states, core.clock())
            for member, former in chunk:
                told = _told(member, former) | _sums(passed[member.id].state, programme.exponent)
                file.writerow([told.get(name, "") for name in columns])
            done += len(chunk)
            progress(done)
    return done


def _told(member: Member, former: Sequence[Former]) -> Cells:
    """Who they are, by the names of columns; what there is nothing of is left out."""
    told = {
        "external_id": member.external_id,
        "code": member.code,
        "name": member.name,
        "birthday": member.birthday.isoformat() if member.birthday else "",
        "locale": member.locale,
        "timezone": member.timezone,
        "preferred_channel": member.preferred_channel,
        "joined_at": member.joined_at.isoformat(),
        **dict(_ways(member)),
    }
    for number, one in enumerate(former, 2):
        told |= {numbered("code", number): one.code, numbered("external_id", number): one.external_id}
    return {name: value for name, value in told.items() if value}


def _ways(member: Member) -> Iterator[tuple[str, str | None]]:
    """How they are reached and what they agreed to there; in an order that moving in does not change."""
    said = {(way.channel, way.address): _SAID[way.marketing] for way in member.addresses}
    on = {channel: sorted(address for at, address in said if at == channel) for channel in CHANNELS}
    phones = on["sms"] or on["whatsapp"]
    apart = [None] * len(phones) + [number for number in on["whatsapp"] if number not in phones]
    slots = zip_longest(phones, apart, on["email"], on["telegram"])
    for number, (phone, whatsapp, email, telegram) in enumerate(slots, 1):
        at = {"sms": phone, "whatsapp": whatsapp or phone, "email": email, "telegram": telegram}
        told = {"phone": phone, "whatsapp": whatsapp, "email": email, "telegram": telegram}
        told |= {f"consent.{channel}": said.get((channel, address or "")) for channel, address in at.items()}
        for name, value in told.items():
            yield numbered(name, number), value


def _sums(state: MemberState, exponent: int) -> Cells:
    credit = from_minor(state.credit, exponent) if state.credit > 0 else ""
    return {"points": str(max(state.points, 0)), "credit": credit}
