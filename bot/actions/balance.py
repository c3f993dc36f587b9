"""What a member has, and what is missing to the next reward."""

from dataclasses import dataclass

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.loyalty.member import MemberState
from bot.loyalty.programme import Programme
from bot.loyalty.stamps import NAME as STAMPS
from bot.loyalty.stamps import StampCard
from bot.storage import ledger, members, standings


@dataclass(frozen=True, slots=True)
class Balance:
    """A member, where they stand, and the programme that gives it meaning."""

    member: members.Member
    state: MemberState
    programme: Programme

    @property
    def stamps(self) -> list[tuple[str, int, int]]:
        """Each stamp card: key, stamps on it, stamps that fill it."""
        have = self.state.progress.get(STAMPS, {})
        return [(card.key, have.get(card.key, 0), card.need) for card in self.programme.of(StampCard).values()]


async def balance(core: Core, ref: MemberRef) -> Balance:
    """Raises NotFound when there is no such member."""
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        member_id = await refs.find_one(tx, ref, programme)
        state = (await standings.load(tx, [member_id]))[member_id]
        return Balance(await members.get(tx, member_id), state, programme)


async def member(core: Core, ref: MemberRef) -> members.Member:
    """Raises NotFound when there is no such member."""
    async with core.database.read() as tx:
        return await members.get(tx, await refs.find_one(tx, ref, await core.programmes.current(tx)))


async def history(core: Core, ref: MemberRef, limit: int, before: int | None) -> list[ledger.Entry]:
    """The member's ledger, newest first.

    Raises:
        NotFound: when there is no such member.
    """
    async with core.database.read() as tx:
        member_id = await refs.find_one(tx, ref, await core.programmes.current(tx))
        return await ledger.page(tx, member_id, limit, before)
