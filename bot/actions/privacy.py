"""A copy of all that is kept about a member (GDPR art. 15 and 20), and the link to download it."""

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
