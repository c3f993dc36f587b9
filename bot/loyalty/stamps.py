"""Stamp cards: each unit of an item of the card's category is a stamp; a full card grants its reward."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bot.loyalty.activity import Activity
from bot.loyalty.mechanic import Mechanic
from bot.loyalty.member import Draft
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts, Words
from bot.loyalty.programme import Programme

NAME = "stamps"


class Counts(Part):
    category: Words


class StampCardIn(Part):
    key: Key
    name: Texts
    counts: Counts
    need: Annotated[int, Field(ge=2, le=1000)]
    reward: Key


@dataclass(frozen=True, slots=True)
class StampCard:
    key: str
    names: Names
    category: str
    need: int
    reward: str


def stamps(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Stamp every card; what is over a full card starts the next one."""
    if activity.type != "purchase" or not activity.items:
        return
    for card in programme.of(StampCard).values():
        added = sum(item.quantity for item in activity.items if item.category == card.category)
        if added > 0:
            _stamp(card, added, draft)


def _stamp(card: StampCard, added: int, draft: Draft) -> None:
    have = draft.progress.get(NAME, {})
    full, rest = divmod(have.get(card.key, 0) + added, card.need)
    draft.progress[NAME] = {**have, card.key: rest}
    draft.outcomes.append({"type": "stamps_added", "card": card.key, "stamps": added, "have": rest, "need": card.need})
    for _ in range(full):
        draft.grant(card.reward, f"{NAME}:{card.key}", {"type": "stamp_card_completed", "card": card.key})


def _card(told: StampCardIn, compiling: Compiling) -> StampCard:
    return StampCard(told.key, compiling.names(told.name), told.counts.category, told.need, told.reward)


MECHANIC = Mechanic(
    NAME, stamps, [Section("stamp_cards", StampCardIn, StampCard, _card, refers=[("reward", "rewards")])]
)
