"""Letting in: API keys for machines, a login for the owner."""

import asyncio
import hashlib
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum

from bot.actions.core import Core
from bot.errors import bad_field
from bot.storage import keys

PREFIX = "reg_"
_BEARER = re.compile(r"(?i:bearer) +(reg_[A-Za-z0-9_-]{43})")


class Role(StrEnum):
    """What a key may do; each may also do what those before it may."""

    STAFF = "staff"
    MARKETER = "marketer"
    OWNER = "owner"

    def may(self, needed: "Role") -> bool:
        """Whether this role is at least the one needed."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


async def create_key(core: Core, name: str, role: str) -> str:
    """A new API key, which can be read only now: its hash is all that is kept.

    Raises:
        BadInput: for a role that does not exist.
    """
    if role not in list(Role):
        raise bad_field("role", f'"{role}" is no role; use {", ".join(Role)}')
    key = PREFIX + secrets.token_urlsafe(32)
    async with core.database.write() as tx:
        await keys.add(tx, name, role, _hash(key), core.clock())
    return key


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, by the name that their key was made under."""

    role: Role
    name: str


async def check(core: Core, authorization: str) -> Caller | None:
    """Whose key an ``Authorization`` header carries; None when it is none that is valid."""
    match = _BEARER.fullmatch(authorization)
    if match is None:
        return None
    known = await core.keys.caller(core.database, _hash(match[1]), core.clock())
    return Caller(Role(known[0]), known[1]) if known else None


def _hash(key: str) -> str:
    # 256 random bits cannot be guessed, so a fast hash keeps them as well as a slow one.
    return hashlib.sha256(key.encode()).hexdigest()


async def create_owner(core: Core, login: str) -> str | None:
    """A new password for a new login of the owner; None when the login is there already."""
    password = secrets.token_urlsafe(12)
    password_hash = await asyncio.to_thread(_argon2, password)
    async with core.database.write() as tx:
        if await keys.has_user(tx, login):
            return None
        await keys.add_user(tx, login, Role.OWNER, password_hash, core.clock())
    return password


def _argon2(password: str) -> str:
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)
