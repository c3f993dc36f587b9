"""Stamp cards: each unit of an item of the card's category is a stamp; a full card grants its reward."""

from bot.loyalty.activity import Activity
from bot.loyalty.member import Draft, Grant
from bot.loyalty.programme import Programme, StampCard

NAME = "stamps"


def stamps(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Stamp every card; what is over a full card starts the next one."""
    if activity.type != "purchase" or not activity.items:
        return
    for card in programme.stamp_cards:
        added = sum(item.quantity for item in activity.items if item.category == card.category)
        if added > 0:
            _stamp(card, added, draft)


def _stamp(card: StampCard, added: int, draft: Draft) -> None:
    have = draft.progress.get(NAME, {})
    full, rest = divmod(have.get(card.key, 0) + added, card.need)
    draft.progress[NAME] = {**have, card.key: rest}
    draft.outcomes.append({"type": "stamps_added", "card": card.key, "stamps": added, "have": rest, "need": card.need})
    for _ in range(full):
        draft.grants.append(Grant(card.reward, f"{NAME}:{card.key}"))
        draft.outcomes.append({"type": "stamp_card_completed", "card": card.key, "reward": card.reward})
