"""Lines of a file recorded in several transactions at a time, where the database has work for more than one."""

import asyncio
from collections.abc import Sequence

from bot.actions.core import Core
from bot.actions.moving.spool import Line
from bot.actions.recording.record import Answer, Checked, record_checked
from bot.loyalty.activity import Activity


async def record_lines(core: Core, chunk: Sequence[Line], *, enrol_unknown: bool) -> list[Answer]:
    """Record lines, those of one member in their order; answers stand as the lines do."""
    parts = _divided(chunk, core.database.lanes)
    recorded = await asyncio.gather(
        *(record_checked(core, [chunk[n][2] for n in part], enrol_unknown=enrol_unknown) for part in parts)
    )
    answers = {
        n: answer for part, some in zip(parts, recorded, strict=True) for n, answer in zip(part, some, strict=True)
    }
    return [answers[n] for n in range(len(chunk))]


def _divided(chunk: Sequence[Line], most: int) -> list[list[int]]:
    """The places of lines, in parts that no member has lines in two of; one part where lines may concern each other."""
    told = [one for _, _, one in chunk]
    if most == 1 or len({one.name for one in told}) < len(told) or not all(map(_stands_alone, told)):
        return [list(range(len(chunk)))]
    parts: list[list[int]] = [[] for _ in range(most)]
    for n, one in enumerate(told):
        parts[hash(one.ref) % most].append(n)
    return [part for part in parts if part]


def _stands_alone(one: Checked) -> bool:
    """Whether it is of a member whom no other line names in another way, and takes nothing back."""
    return (
        one.ref is not None and one.ref[0] == "external_id" and isinstance(one.what, Activity) and not one.what.refunds
    )
