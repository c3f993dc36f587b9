"""Writing to a chunk of members: bonus, message and the note that it happened, all in one transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from liquid.exceptions import LiquidError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.addressing import choose
from bot.loyalty.member import MemberState
from bot.loyalty.programme import Programme
from bot.messages import Outbound, Template
from bot.storage import outbox
from bot.storage.ids import new_id
from bot.storage.members import Address
from bot.wording import negotiate, points
from campaigns import store
from campaigns.audience import Candidate
from campaigns.campaign import Campaign, text_in
from campaigns.schedule import held, quiet_hours
from campaigns.store import Touch
from campaigns.template import Counted
from campaigns.windows import FREE_TEXT, WINDOW_OVER, is_over, on_one_line

log = structlog.get_logger()

More = Callable[[Candidate, str], Mapping[str, Any]]
"""What more a text may name, for a member in a language."""
UNREADABLE = "text could not be filled in"


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """What came of a campaign; ``suppressed`` members are in ``touches`` with the reason."""

    key: str
    audience: int = 0
    queued: int = 0
    suppressed: int = 0

    def __str__(self) -> str:
        return f"{self.key} audience={self.audience} queued={self.queued} suppressed={self.suppressed}"

    def plus(self, queued: int, suppressed: int) -> "CampaignReport":
        return CampaignReport(
            self.key, self.audience + queued + suppressed, self.queued + queued, self.suppressed + suppressed
        )


def _nothing(candidate: Candidate, language: str) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Touching:
    """One campaign at one moment; ``channels`` are those that are on."""

    programme: Programme
    campaign: Campaign
    channels: Collection[str]
    now: datetime
    more: More = _nothing

    async def write(
        self, tx: AsyncConnection, run_id: int, found: Sequence[Candidate], states: Mapping[int, MemberState]
    ) -> tuple[int, int]:
        """Write to members whose ``states`` are locked; answers how many messages were queued and held back."""
        ways = await store.ways_to(tx, [one.id for one in found])
        shut = await self._shut(tx, ways)
        planned = [
            self._plan(one, ways.get(one.id, ()), shut.get(one.id, {}), states[one.id])
            for one in found
            if one.id in states
        ]
        new = await store.add_touches(tx, self.campaign.key, run_id, [touch for touch, _ in planned], self.now)
        drafts = [draft for _, draft in planned if draft is not None and draft.member_id in new]
        await outbox.add(tx, drafts, self.now)
        if self._bonus:
            given = {draft.member_id: states[draft.member_id] for draft in drafts if draft.member_id is not None}
            await store.credit(tx, self.programme, self.campaign.key, run_id, self._bonus, given, self.now)
        return len(drafts), len(new) - len(drafts)

    @property
    def _bonus(self) -> int:
        return self.campaign.gift

    async def _shut(
        self, tx: AsyncConnection, ways: Mapping[int, Sequence[Address]]
    ) -> Mapping[int, Mapping[str, str]]:
        """Why a channel takes nothing but a template for a member, and this campaign has none."""
        shut: dict[int, dict[str, str]] = {}
        for channel in FREE_TEXT if self.campaign.whatsapp is None else ():
            there = [member for member, own in ways.items() if any(way.channel == channel for way in own)]
            heard = await store.heard(tx, channel, there) if there else {}
            for member in there:
                if is_over(channel, heard.get(member), self.now):
                    shut.setdefault(member, {})[channel] = WINDOW_OVER
        return shut

    def _plan(
        self, one: Candidate, ways: Sequence[Address], shut: Mapping[str, str], state: MemberState
    ) -> tuple[Touch, outbox.Draft | None]:
        way = choose(ways, one.preferred_channel, self.channels, self.campaign.purpose, shut)
        if isinstance(way, str):
            return Touch(one.id, one.slot, None, way, 0), None
        try:
            message = self._message(one, way, state)
        except LiquidError:
            log.warning("campaign_text_unreadable", campaign=self.campaign.key, member=one.id)
            return Touch(one.id, one.slot, None, UNREADABLE, 0), None
        due_at = held(self.now, one.zone, self.programme.quiet_hours, quiet_hours(one.quiet_hours))
        draft = outbox.Draft(message, one.id, self.campaign.key, due_at, to_member=True)
        return Touch(one.id, one.slot, message.id, "", self._bonus), draft

    def _message(self, one: Candidate, way: Address, state: MemberState) -> Outbound:
        language = negotiate(one.locale, self.programme.languages)
        context = self._context(one, state, language)
        subjects = self.campaign.subject
        subject = (
            text_in(subjects, self.programme, language).render(context) if subjects else context["programme"]["name"]
        )
        text = text_in(self.campaign.text, self.programme, language).render(context)
        # A line break in a name must not become a second header.
        return Outbound(
            id=new_id(),
            channel=way.channel,
            address=way.address,
            purpose=self.campaign.purpose,
            text=text,
            subject=" ".join(subject.split()),
            template=self._template(language, context) if way.channel == "whatsapp" else None,
            language=language,
        )

    def _template(self, language: str, context: Mapping[str, Any]) -> Template | None:
        approved = self.campaign.whatsapp
        if approved is None:
            return None
        blanks = {str(n): on_one_line(one.render(context)) for n, one in enumerate(approved.variables, 1)}
        return Template(text_in(approved.template, self.programme, language), blanks)

    def _context(self, one: Candidate, state: MemberState, language: str) -> dict[str, Any]:
        balance, name = state.points + self._bonus, one.name.strip()
        context = {
            "member": {"name": name, "first_name": name.split()[0] if name else ""},
            "programme": {"name": self.programme.called(language)},
            "balance": Counted(points(self.programme, balance, language), points=balance),
            **self.more(one, language),
        }
        if self._bonus:
            context["bonus"] = Counted(points(self.programme, self._bonus, language), points=self._bonus)
        return context
