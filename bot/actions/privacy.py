"""A copy of all that is kept about a member (GDPR art. 15 and 20), and the link to download it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs, signing
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.storage import members, personal

LASTS = timedelta(hours=24)
_LABEL = "personal data"


async def personal_data(core: Core, ref: MemberRef) -> dict[str, Any]:
    """Everything, by what it is about, JSON-ready.

    Raises:
        NotFound: when there is no such member.
    """
    async with core.database.read() as tx:
        member_id = await refs.find_one(tx, ref, await core.programmes.current(tx))
        found: dict[str, Any] = await personal.everything(tx, member_id)
    return {"made_at": core.clock().isoformat(), "member": str(member_id), **found}


def link(core: Core, member_id: int, now: datetime) -> str:
    """Where the member can download the copy; nobody else can make it up."""
    return f"{core.public_url}/d/{signing.sign(core.secret, _LABEL, str(member_id), now + LASTS)}"


async def whose(core: Core, tx: AsyncConnection, token: str) -> int | None:
    """Whose copy a link is for; None when it holds no more, or the member was erased."""
    member_id = int(signing.read(core.secret, _LABEL, token, core.clock()) or 0)
    return (await members.find(tx, "id", [member_id])).get(member_id)


def readable(data: Mapping[str, Any]) -> str:
    """The same as text for people: a heading for each part, a line for each value that there is."""
    return "\n".join(_part(data, "")) + "\n"


def _part(value: Any, indent: str) -> Iterator[str]:
    pairs = value.items() if isinstance(value, Mapping) else ((str(n), one) for n, one in enumerate(value, 1))
    for name, one in pairs:
        if isinstance(one, Mapping | list) and one:
            yield f"{indent}{name}:"
            yield from _part(one, indent + "  ")
        elif one not in (None, "", [], {}):
            yield f"{indent}{name}: {one}"
