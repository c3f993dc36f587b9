"""Which reward is near after an activity. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from bot.loyalty.member import MemberState, Outcome
from bot.loyalty.programme import Programme
from bot.loyalty.stamps import NAME as STAMPS
from bot.loyalty.stamps import StampCard
from campaigns.campaign import NearReward

POINTS = "points"


@dataclass(frozen=True, slots=True)
class Near:
    """``to_go`` points, or stamps on ``card``, to ``reward``. ``share`` of the whole way is still to go."""

    reward: str
    to_go: int
    share: Fraction
    card: str = ""


def progress(outcomes: Iterable[Outcome]) -> set[str]:
    """What an activity moved: ``points``, or the key of a stamp card."""
    moved = set()
    for outcome in outcomes:
        if outcome["type"] == "points_earned":
            moved.add(POINTS)
        elif outcome["type"] == "stamps_added":
            moved.add(f"{STAMPS}:{outcome['card']}")
    return moved


def near(
    programme: Programme,
    campaign: NearReward,
    state: MemberState,
    moved: set[str],
    refused: Collection[str] = (),
) -> Near | None:
    """The reward that is closest by what has just ``moved``; None when none is near.

    Those that are ``refused`` to the member for other reasons than points tempt nobody. A full card's reward is due.
    """
    by_points = [one for one in _by_points(programme, campaign, state, moved) if one.reward not in refused]
    found = [*by_points, *_by_stamps(programme, campaign, state, moved)]
    return min(found, key=lambda one: one.share, default=None)


def slot(one: Near, state: MemberState, activity_id: int) -> str:
    """Names the progress made, so that the same progress is never told twice."""
    if one.card:
        return f"{STAMPS}:{one.card}:{activity_id}"
    return f"{POINTS}:{one.reward}:{state.lifetime_points}"


def _by_points(programme: Programme, campaign: NearReward, state: MemberState, moved: set[str]) -> Iterator[Near]:
    percent = campaign.within.percent
    if percent is None or POINTS not in moved:
        return
    for reward in programme.rewards.values():
        if reward.grant_only:
            continue
        to_go = reward.cost - state.points
        if 0 < to_go * 100 <= percent * reward.cost:
            yield Near(reward.key, to_go, Fraction(to_go, reward.cost))


def _by_stamps(programme: Programme, campaign: NearReward, state: MemberState, moved: set[str]) -> Iterator[Near]:
    for card in programme.of(StampCard).values():
        have = state.progress.get(STAMPS, {}).get(card.key, 0)
        to_go = card.need - have
        if f"{STAMPS}:{card.key}" in moved and have > 0 and 0 < to_go <= (campaign.within.stamps or 0):
            yield Near(card.reward, to_go, Fraction(to_go, card.need), card.key)
