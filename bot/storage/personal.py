"""Everything that is kept about one person, table by table, as plain values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.erasure import places
from bot.storage.tables import (
    activities,
    addresses,
    answered,
    choices,
    consents,
    dialogs,
    donations,
    entries,
    gifts,
    inbound,
    lots,
    members,
    messages,
    opt_ins,
    pending,
    redemptions,
    referrals,
    self_stamps,
    standings,
    touches,
    vouchers,
    waiting,
)

SECTIONS: Mapping[str, Table] = {
    "profile": members,
    "addresses": addresses,
    "consents": consents,
    "waiting for confirmation": opt_ins,
    "standing": standings,
    "ledger": entries,
    "lots": lots,
    "pending": pending,
    "activities": activities,
    "redemptions": redemptions,
    "vouchers": vouchers,
    "gifts": gifts,
    "donations": donations,
    "choices": choices,
    "waiting list": waiting,
    "referrals": referrals,
    "self-stamps": self_stamps,
    "campaigns": touches,
    "messages sent": messages,
    "messages received": inbound,
    "open questions": dialogs,
    "answers counted": answered,
}
"""What each table is called in the copy."""
_WHOSE = ("member_id", "referrer_id", "friend_id", "from_id", "to_id")
_LEFT_OUT = frozenset({"code_hash", "birthday_md", "lease_until"})
"""Secrets, and what only says the same in another way."""
_LARGEST = 2**53


async def everything(tx: AsyncConnection, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """By section; ids as text, for not every JSON reader takes their 63 bits exactly."""
    own = await places(tx, member_id)
    found: dict[str, list[dict[str, Any]]] = {}
    for name, table in SECTIONS.items():
        which = _theirs(table, member_id, own)
        rows = await tx.execute(select(table).where(which).order_by(*table.primary_key))
        found[name] = [
            {str(key): _plain(value) for key, value in row.items() if key not in _LEFT_OUT} for row in rows.mappings()
        ]
    return found


def _theirs(table: Table, member_id: int, own: list[tuple[str, str]]) -> ColumnElement[bool]:
    if table is members:
        return members.c.id == member_id
    ways: list[ColumnElement[bool]] = [table.c[name] == member_id for name in _WHOSE if name in table.c]
    if "address" in table.c:
        ways.append(tuple_(table.c.channel, table.c.address).in_(own))
    elif "who" in table.c:
        ways.append(tuple_(table.c.channel, table.c.who).in_(own))
    return or_(*ways)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, int) and abs(value) >= _LARGEST else value
