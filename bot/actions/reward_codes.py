"""Taking in a partner's codes."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.actions.issuing import PARTNERS, with_partners_codes
from bot.actions.redeem import existing
from bot.errors import BadInput, Conflict, Fault, bad_field
from bot.storage import reward_codes, vouchers

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """``duplicates`` were there already, or twice in what was told; ``free`` are left to hand out."""

    added: int
    duplicates: Sequence[str]
    free: int


async def add_codes(core: Core, reward: str, codes: Sequence[str]) -> Imported:
    """Add codes to a reward's pool; those that are known are left alone and told.

    Vouchers that were granted when the pool was empty get theirs first.

    Raises:
        NotFound: no such reward.
        Conflict: it is no partner's offer.
        BadInput: codes that cannot be; nothing was changed then.
    """
    plain = [code.strip() for code in codes]
    odd = [i for i, code in enumerate(plain) if not 1 <= len(code) <= _LONGEST or not code.isprintable()]
    faults = [Fault(f"codes.{i}", f"must have 1 to {_LONGEST} printing characters") for i in odd]
    if faults:
        raise BadInput(faults)
    twice = [code for code, times in Counter(plain).items() for _ in range(times - 1)]

    async def work(tx: AsyncConnection) -> Imported:
        programme = await core.programmes.current(tx)
        if existing(programme, reward).kind != PARTNERS:
            raise Conflict(f'"{reward}" is no {PARTNERS}; only these hand out codes')
        fresh = list(dict.fromkeys(plain))
        known = await reward_codes.add(tx, reward, fresh, core.clock())
        for owed in await with_partners_codes(tx, await vouchers.without_partners_code(tx, reward)):
            await vouchers.keep_terms(tx, owed.code, owed.terms or {})
        free = (await reward_codes.free(tx, [reward])).get(reward, 0)
        return Imported(len(fresh) - len(known), [*known, *twice], free)

    return await core.database.transact(work)


def read_codes(file: Path) -> list[str]:
    """The codes of a CSV: its column ``code``, or its only column.

    Raises:
        BadInput: when it is no such file.
    """
    try:
        rows = [row for row in csv.reader(file.read_text("utf-8-sig").splitlines()) if row]
    except UnicodeDecodeError as error:
        raise bad_field(file.name, "is not text in UTF-8; save it as UTF-8 and try again") from error
    if not rows:
        raise bad_field(file.name, "is empty")
    head = [name.strip().lower() for name in rows[0]]
    if "code" in head:
        place, rows = head.index("code"), rows[1:]
    elif len(head) == 1:
        place = 0
    else:
        raise bad_field(file.name, 'has several columns and none that is called "code"')
    short = [n for n, row in enumerate(rows, 1) if len(row) <= place]
    if short:
        raise bad_field(f"{file.name}:{short[0]}", "has no code")
    return [row[place] for row in rows]
