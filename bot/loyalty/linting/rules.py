"""Rules that can never do anything: nobody meets them, nothing feeds them, or nobody wins them."""

from collections.abc import Iterator
from typing import Any

from bot.loyalty.badges import Badge
from bot.loyalty.challenges import Challenge
from bot.loyalty.condition import AnyOf, Condition, Holds, Not, parts_of
from bot.loyalty.earning import EarningRule
from bot.loyalty.linting.conditions import contradiction
from bot.loyalty.linting.findings import Finding, Terms, at, note, warning
from bot.loyalty.member import CREDIT, POINTS
from bot.loyalty.prices import PriceRule
from bot.loyalty.prizes import Prize
from bot.loyalty.programme import Programme
from bot.loyalty.referrals import Referrals
from bot.loyalty.reward import MONEY, Reward
from bot.loyalty.segments import Segment
from bot.loyalty.stamps import StampCard
from bot.loyalty.streaks import Streak
from bot.loyalty.tiers import Qualification, Tier

_WITH_CONDITIONS: tuple[type[Any], ...] = (EarningRule, StampCard, Reward, Challenge, Streak, Badge, PriceRule, Segment)


def conditions(programme: Programme, terms: Terms) -> Iterator[Finding]:
    """Conditions that contradict themselves, are over, or ask for a badge that nobody can win."""
    today, won = terms.now.astimezone(programme.zone).date(), _badges_won(programme)
    for kind in _WITH_CONDITIONS:
        for key, rule in programme.of(kind).items():
            types = _types(rule)
            if why := contradiction(rule.when, types, today):
                yield warning(at(programme, kind, key, "when"), f"nobody can meet it: {why}; change it or leave it out")
            for badge in sorted(_badges_asked(rule.when) - won):
                yield warning(
                    at(programme, kind, key, "when"), f'asks for the badge "{badge}", which nothing awards; award it'
                )
    for key in programme.of(Badge):
        if key not in won:
            yield warning(at(programme, Badge, key), 'nothing awards it; give it an "on", or name it in a challenge')


def _types(rule: Any) -> tuple[str, ...]:
    """The types of activity that a rule is about; of none in particular for those that are asked of members."""
    if isinstance(rule, PriceRule):
        return ("purchase",)
    on = getattr(rule, "on", ())
    return (on,) if isinstance(on, str) else tuple(on)


def _badges_asked(when: Condition | None) -> set[str]:
    """Badges without which a condition may fail; of several that are enough, none is needed."""
    match when:
        case Holds(badges) if len(badges) == 1:
            return set(badges)
        case None | AnyOf() | Not():
            return set()
    return {badge for part in parts_of(when) for badge in _badges_asked(part)}


def _prizes(programme: Programme) -> Iterator[Prize]:
    yield from (level.prize for rule in programme.of(Challenge).values() for level in rule.levels)
    yield from (level.prize for rule in programme.of(Streak).values() for level in rule.levels)


def _badges_won(programme: Programme) -> set[str]:
    own = {badge.key for badge in programme.of(Badge).values() if badge.on}
    return own | {prize.badge for prize in _prizes(programme)}


def earning(programme: Programme, terms: Terms) -> Iterator[Finding]:
    """Multipliers of nothing, and caps that cut every gift."""
    rules = programme.of(EarningRule)
    for rule in rules.values():
        fed = [one for one in rules.values() if one.on == rule.on and one.multiply is None]
        if rule.multiply:
            meant = [one for one in fed if one.key in rule.of] if rule.of else [o for o in fed if o.wallet == POINTS]
            if not meant:
                yield warning(
                    at(programme, EarningRule, rule.key, "of" if rule.of else "on"),
                    f'no rule that it multiplies gives anything for "{rule.on}"; add one, or leave it out',
                )
        for n, cap in enumerate(rule.caps):
            if not cap.times and cap.most < rule.points and not (rule.wallet == CREDIT and rule.per):
                yield warning(
                    at(programme, EarningRule, rule.key, f"cap.{n}"),
                    "is less than what it gives at once; raise the cap, or give less",
                )


def rewards(programme: Programme, terms: Terms) -> Iterator[Finding]:
    """Rewards that nobody can have, because there is nothing to pay with or their time is over."""
    wallets = _wallets(programme)
    granted = {card.reward for card in programme.of(StampCard).values()}
    granted |= {prize.reward for prize in _prizes(programme)}
    if terms_ := programme.one(Referrals):
        granted |= {bonus.reward for bonus in terms_.bonus.values()}
    local = terms.now.astimezone(programme.zone).replace(tzinfo=None)
    for reward in programme.rewards.values():
        place = at(programme, Reward, reward.key)
        if (reward.cost and POINTS not in wallets) or (reward.credit and CREDIT not in wallets):
            yield warning(f"{place}.cost", "nobody can have it: nothing gives what it costs; add a rule of earning")
        if reward.closes and reward.closes <= local:
            yield warning(f"{place}.valid", "nobody can have it any more: its time is over; take it out, or extend it")
        if reward.grant_only and reward.key not in granted:
            yield note(place, "no rule gives it; it is had only where staff or a campaign gives it")


def _wallets(programme: Programme) -> set[str]:
    """What members can come to have."""
    given = {rule.wallet for rule in programme.of(EarningRule).values() if rule.multiply is None}
    referrals = programme.one(Referrals)
    bonuses = tuple(referrals.bonus.values()) if referrals else ()
    if any(prize.points for prize in _prizes(programme)) or any(bonus.points for bonus in bonuses):
        given.add(POINTS)
    if any(bonus.credit for bonus in bonuses) or any(one.kind in MONEY for one in programme.rewards.values()):
        given.add(CREDIT)
    # The layer above knows what a campaign is made of; here any present is taken to be of points.
    if any(campaign.get("bonus") for campaign in programme.campaigns):
        given.add(POINTS)
    return given


def reaching(programme: Programme, terms: Terms) -> Iterator[Finding]:
    """Challenges that are over, and tiers by points where no rule gives any."""
    today = terms.now.astimezone(programme.zone).date()
    for challenge in programme.of(Challenge).values():
        if challenge.window.last and challenge.window.last < today:
            yield warning(
                at(programme, Challenge, challenge.key, "window"), f"is over since {challenge.window.last}; take it out"
            )
    qualification = programme.one(Qualification)
    points = any(r.wallet == POINTS and r.multiply is None for r in programme.of(EarningRule).values())
    if programme.of(Tier) and qualification and qualification.by == "points" and not points:
        yield warning("qualification.by", "nobody can reach a tier: no rule of earning gives points; add one")
