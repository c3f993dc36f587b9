"""The rewards as one member sees them: what can be had now, what is missing, and in which order to show them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from bot.loyalty.conditions import Question
from bot.loyalty.member import MemberState, Profile
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.loyalty.tiers import Tier, in_force

Why = Literal[
    "grant_only",
    "not_yet",
    "no_longer",
    "other_tier",
    "not_for_you",
    "limit_reached",
    "sold_out",
    "too_little_credit",
    "too_few_points",
]
"""Why a member cannot have a reward: the first reason that there is, in this order."""
_NEVER = ("grant_only", "no_longer")


class Taken(NamedTuple):
    """What has been taken of a reward: of its stock by everybody, and when by the member; a partner's free codes."""

    of_stock: int = 0
    mine: tuple[datetime, ...] = ()
    codes: int = 0


class Offer(NamedTuple):
    """A reward as a member sees it; ``short`` points (or credit, for a reward that costs that) are missing."""

    reward: Reward
    why_not: Why | None
    short: int
    left: int | None


NOTHING = Taken()


def is_plain(reward: Reward) -> bool:
    """Whether points alone decide who may have it, so that nothing else need be known."""
    return not (
        reward.grant_only
        or reward.credit
        or reward.when
        or reward.opens
        or reward.closes
        or reward.stock is not None
        or reward.per_member
        or reward.per_period
        or reward.kind == "partner_offer"
    )


def left(reward: Reward, taken: Taken) -> int | None:
    """How many there still are; None for as many as are wanted."""
    there = [max(0, reward.stock - taken.of_stock)] if reward.stock is not None else []
    if reward.kind == "partner_offer":
        there.append(taken.codes)
    return min(there, default=None)


def refusal(programme: Programme, reward: Reward, state: MemberState, taken: Taken, now: datetime) -> Why | None:
    """What but points keeps a member from a reward."""
    local = now.astimezone(programme.zone)
    if reward.grant_only:
        return "grant_only"
    if reward.opens and (local + early_access(programme, state, now)).replace(tzinfo=None) < reward.opens:
        return "not_yet"
    if reward.closes and local.replace(tzinfo=None) >= reward.closes:
        return "no_longer"
    if reward.when and not reward.when.holds(Question(in_force(programme, state, now), local)):
        return "other_tier" if tiers_for(programme, reward, state, now) else "not_for_you"
    if not _within_limits(programme, reward, taken.mine, now):
        return "limit_reached"
    if left(reward, taken) == 0:
        return "sold_out"
    return "too_little_credit" if state.credit < reward.credit else None


def tiers_for(programme: Programme, reward: Reward, state: MemberState, now: datetime) -> list[str]:
    """The tiers in which this member might have a reward, as far as its condition goes."""
    local, when = now.astimezone(programme.zone), reward.when
    if when is None:
        return list(programme.of(Tier))
    return [
        tier for tier in programme.of(Tier) if when.holds(Question(state._replace(tier=tier, tier_until=None), local))
    ]


def early_access(programme: Programme, state: MemberState, now: datetime) -> timedelta:
    """How much earlier than others a member may have what is new."""
    tier = programme.of(Tier).get(in_force(programme, state, now).tier)
    return timedelta(hours=tier.benefits.early_access_hours) if tier else timedelta(0)


def _within_limits(programme: Programme, reward: Reward, mine: Iterable[datetime], now: datetime) -> bool:
    times = list(mine)
    if reward.per_member and len(times) >= reward.per_member:
        return False
    if reward.per_period:
        most, per = reward.per_period
        this = _period(programme, per, now)
        return sum(_period(programme, per, at) == this for at in times) < most
    return True


def _period(programme: Programme, per: str, at: datetime) -> tuple[int, ...]:
    """The day, week (ISO 8601, from Monday), month or year of a moment, on the clocks of the business."""
    day = at.astimezone(programme.zone).date()
    match per:
        case "day":
            return day.year, day.month, day.day
        case "week":
            return tuple(day.isocalendar()[:2])
        case "month":
            return day.year, day.month
    return (day.year,)


def offer(programme: Programme, reward: Reward, state: MemberState, taken: Taken, now: datetime) -> Offer:
    why = refusal(programme, reward, state, taken, now)
    short = max(0, reward.credit - state.credit) if reward.credit else reward.short(state.points)
    return Offer(reward, why or ("too_few_points" if short else None), short, left(reward, taken))


def offers(programme: Programme, state: MemberState, taken: Mapping[str, Taken], now: datetime) -> list[Offer]:
    """All rewards, in the order of ``in_order``."""
    made = {r.key: offer(programme, r, state, taken.get(r.key, NOTHING), now) for r in programme.rewards.values()}
    refused = refused_in(made.values())
    return [made[reward.key] for reward in in_order(programme, state.points, refused)]


def refused_in(made: Iterable[Offer]) -> dict[str, Why]:
    """Why rewards cannot be had, except for want of points."""
    return {one.reward.key: one.why_not for one in made if one.why_not and one.why_not != "too_few_points"}


def refused_to_newcomers(programme: Programme, now: datetime) -> dict[str, Why]:
    """Why somebody who joined now could not have rewards, but for points; a partner's codes are taken to be there."""
    nobody, there = MemberState(profile=Profile(now, programme.zone)), Taken(codes=1)
    made = ((key, refusal(programme, reward, nobody, there, now)) for key, reward in programme.rewards.items())
    return {key: why for key, why in made if why}


def is_shown(programme: Programme, reward: Reward, now: datetime) -> bool:
    """Whether it is worth telling of: not what is only given, nor what is over."""
    over = reward.closes and now.astimezone(programme.zone).replace(tzinfo=None) >= reward.closes
    return not (reward.grant_only or over)


def in_order(programme: Programme, points: int, refused: Mapping[str, str]) -> list[Reward]:
    """What can be had now, the cheapest first; then what is nearest; then what cannot be had however many points."""

    def place(reward: Reward) -> tuple[int, int, int]:
        why = refused.get(reward.key)
        group = 0 if why is None and not reward.short(points) else 1 if why is None else 3 if why in _NEVER else 2
        return group, reward.cost, reward.credit

    return sorted(programme.rewards.values(), key=place)


def near(programme: Programme, points: int, refused: Mapping[str, str]) -> Reward | None:
    """The cheapest reward for which nothing but points is missing; None when there is none."""
    return programme.next_reward(points, [r for r in programme.rewards.values() if r.key not in refused])
