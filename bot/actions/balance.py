"""What a member has, and what is missing to the next reward."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import catalogue, refs
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.settle import passing
from bot.loyalty.catalogue import near
from bot.loyalty.ledger import Ending, endings
from bot.loyalty.member import MemberState
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.loyalty.stamps import StampCard, on_card
from bot.storage import ledger, members, standings

LOOKING_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Balance:
    """A member, where they stand at this moment, and the programme that gives it meaning.

    ``pending`` are points that were earned and are not had yet; ``expiring`` the points that end within a year, and
    when, the next first.
    """

    member: members.Member
    state: MemberState
    programme: Programme
    pending: int = 0
    expiring: Sequence[Ending] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    """Rewards that the member cannot have however many points they get, and why."""
    today: date = date.min
    """The day at the business, on which stamps may be gone."""

    @property
    def next_reward(self) -> Reward | None:
        """The cheapest for which nothing but points is missing."""
        return near(self.programme, self.state.points, self.refused)

    @property
    def stamps(self) -> list[tuple[str, int, int]]:
        """Each stamp card: key, stamps on it, stamps that fill it."""
        cards, progress = self.programme.of(StampCard).values(), self.state.progress
        return [(card.key, on_card(progress, card, self.today), card.need) for card in cards]


async def balance(core: Core, ref: MemberRef) -> Balance:
    """Raises NotFound when there is no such member."""
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        member_id = await refs.find_one(tx, ref, programme)
        return await balance_in(tx, programme, member_id, core.clock())


async def balance_in(tx: AsyncConnection, programme: Programme, member_id: int, now: datetime) -> Balance:
    """The same inside a transaction that is already open; what time has done is seen though no tick has written it."""
    states = await standings.load(tx, [member_id])
    passed = (await passing(tx, programme, states, now))[member_id]
    ending = endings(passed.alive, now + LOOKING_AHEAD)
    refused = await catalogue.refused(tx, programme, member_id, passed.state, now)
    today, member = now.astimezone(programme.zone).date(), await members.get(tx, member_id)
    return Balance(member, passed.state, programme, passed.pending, ending, refused, today)


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
