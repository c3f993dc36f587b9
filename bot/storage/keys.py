"""Who may come in: API keys and people's logins, both kept only as hashes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.ids import new_id
from bot.storage.tables import api_keys, users

_HELD_FOR = timedelta(seconds=5)
_CALLER = select(api_keys.c.role, api_keys.c.name)
Caller = tuple[str, str]
"""Role and name of a key."""


@dataclass(slots=True)
class Keys:
    """The keys that were seen lately, so that not every call asks the database.

    Only keys that exist are held: guessing fills no memory. One that is taken away works for five seconds more.
    """

    _held: dict[str, tuple[Caller, datetime]] = field(default_factory=dict)

    async def caller(self, database: Database, key_hash: str, now: datetime) -> Caller | None:
        """Whose key it is; None when there is no such key."""
        held, until = self._held.get(key_hash, (None, now))
        if held is not None and now < until:
            return held
        self._held.pop(key_hash, None)
        async with database.read() as tx:
            row = (await tx.execute(_CALLER.where(api_keys.c.hash == key_hash))).one_or_none()
        if row is None:
            return None
        self._held[key_hash] = (row.role, row.name), now + _HELD_FOR
        return row.role, row.name


async def add(tx: AsyncConnection, name: str, role: str, key_hash: str, now: datetime) -> None:
    """Write an API key."""
    await tx.execute(insert(api_keys).values(id=new_id(), name=name, role=role, hash=key_hash, created_at=now))


async def has_user(tx: AsyncConnection, login: str) -> bool:
    return (await tx.execute(select(users.c.login).where(users.c.login == login))).scalar_one_or_none() is not None


async def add_user(tx: AsyncConnection, login: str, role: str, password_hash: str, now: datetime) -> None:
    """Write a person who may log in."""
    await tx.execute(insert(users).values(login=login, role=role, password_hash=password_hash, created_at=now))
