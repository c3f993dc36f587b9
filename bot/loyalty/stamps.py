"""Stamp cards: items, or whole purchases and visits, are stamps; a full card grants its reward and starts the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.loyalty.activity import Activity, Item
from bot.loyalty.conditions import Condition, ConditionIn, compile_condition
from bot.loyalty.locations import is_self_stamp
from bot.loyalty.mechanic import Mechanic
from bot.loyalty.member import Draft, Progress
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts, Words
from bot.loyalty.programme import Programme
from bot.loyalty.windows import months_after

NAME = "stamps"
_VISIT = "visit"
_LAST = "stamped_on"
"""The day of the last stamp of each card that expires."""


class Counts(Part):
    category: Words | None = None
    sku: Words | None = None
    items: Literal[True] | None = None
    purchases: Literal[True] | None = None
    visits: Literal[True] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"needs exactly one of {', '.join(type(self).model_fields)}")
        return self


class StampCardIn(Part):
    key: Key
    name: Texts
    counts: Counts
    when: ConditionIn | None = None
    paid_only: bool = False
    self_stamps: bool = False
    need: Annotated[int, Field(ge=2, le=1000)]
    expires_months: Annotated[int, Field(ge=1, le=120)] | None = None
    reward: Key


@dataclass(frozen=True, slots=True)
class StampCard:
    """Stamped by the units of items of a ``category``, of a ``sku``, or of any; by the activity itself if ``whole``.

    With ``self_stamps`` also by a visit that the member tells by the code at the counter.
    """

    key: str
    names: Names
    category: str
    need: int
    reward: str
    sku: str = ""
    on: str = "purchase"
    whole: bool = False
    when: Condition | None = None
    paid_only: bool = False
    expires_months: int = 0
    self_stamps: bool = False

    def expires_on(self, stamped: date) -> date | None:
        """The first day on which the stamps are gone, unless another one comes; None for never."""
        return months_after(stamped, self.expires_months) if self.expires_months else None


def come_by_visits(programme: Programme) -> bool:
    """Whether coming alone is stamped, as the code at the counter proves it."""
    return bool(_by_type(programme).get(_VISIT))


def stamps(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Stamp every card; what is over a full card starts the next one."""
    for card in _by_type(programme).get(activity.type, ()):
        added = _added(card, activity)
        if added > 0 and (card.when is None or card.when.holds(draft)):
            _stamp(card, added, draft)


@lru_cache(64)
def _by_type(programme: Programme) -> Mapping[str, Sequence[StampCard]]:
    found: dict[str, list[StampCard]] = {}
    for card in programme.of(StampCard).values():
        for kind in {card.on, _VISIT} if card.self_stamps else {card.on}:
            found.setdefault(kind, []).append(card)
    return found


def _added(card: StampCard, activity: Activity) -> int:
    if card.self_stamps and is_self_stamp(activity):
        return 1
    if activity.type != card.on:
        return 0
    if card.whole:
        return 0 if card.paid_only and activity.amount == 0 else 1
    return sum(item.quantity for item in activity.items if _counts(card, item))


def _counts(card: StampCard, item: Item) -> bool:
    if card.paid_only and item.price == 0:
        return False
    return (not card.category or item.category == card.category) and (not card.sku or item.sku == card.sku)


def on_card(progress: Progress, card: StampCard, today: date) -> int:
    """The stamps on a card as it is seen on a day at the business: those of one left too long are gone."""
    have: int = progress.get(NAME, {}).get(card.key, 0)
    gone = expiry(progress, card)
    return 0 if gone is not None and gone <= today else have


def expiry(progress: Progress, card: StampCard) -> date | None:
    """The first day without the stamps of a card; None when they stay, or there are none."""
    last = progress.get(_LAST, {}).get(card.key)
    return card.expires_on(date.fromisoformat(last)) if last and progress.get(NAME, {}).get(card.key) else None


def _stamp(card: StampCard, added: int, draft: Draft) -> None:
    have, today = draft.progress.get(NAME, {}), draft.local.date()
    before = have.get(card.key, 0)
    if card.expires_months:
        before = _seen(card, before, today, draft)
    full, rest = divmod(before + added, card.need)
    draft.progress[NAME] = {**have, card.key: rest}
    draft.outcomes.append({"type": "stamps_added", "card": card.key, "stamps": added, "have": rest, "need": card.need})
    for _ in range(full):
        draft.grant(card.reward, f"{NAME}:{card.key}", {"type": "stamp_card_completed", "card": card.key})


def _seen(card: StampCard, before: int, today: date, draft: Draft) -> int:
    """What is left of a card that expires, now that it is stamped again; a stamp told late makes it no older."""
    left, days = on_card(draft.progress, card, today), draft.progress.get(_LAST, {})
    if before > left:
        draft.outcomes.append({"type": "stamps_expired", "card": card.key, "stamps": before - left})
    draft.progress[_LAST] = {**days, card.key: max(days.get(card.key, ""), today.isoformat())}
    return left


def _card(told: StampCardIn, compiling: Compiling) -> StampCard:
    counts = told.counts
    return StampCard(
        told.key,
        compiling.names(told.name),
        counts.category or "",
        told.need,
        told.reward,
        counts.sku or "",
        _VISIT if counts.visits else "purchase",
        bool(counts.purchases or counts.visits),
        compile_condition(told.when, compiling, "when"),
        told.paid_only,
        told.expires_months or 0,
        told.self_stamps,
    )


MECHANIC = Mechanic(
    NAME, stamps, [Section("stamp_cards", StampCardIn, StampCard, _card, refers=[("reward", "rewards")])]
)
