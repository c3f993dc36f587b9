"""Bringing a friend: what both get when the friend has bought something, and what keeps it honest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.loyalty.activity import INTERNAL, Activity
from bot.loyalty.mechanic import Mechanic
from bot.loyalty.member import CREDIT, Draft, Posting
from bot.loyalty.money import from_minor
from bot.loyalty.parts import Compiling, Key, Money, Part, Points, Section, Whole
from bot.loyalty.programme import Programme

NAME = "referrals"
BROUGHT = "referral"
"""The type of the activity that pays the referrer …"""
WAS_BROUGHT = "referred"
"""… and of the one that pays the friend."""
Period = Literal["month", "year", "life"]


class BonusIn(Part):
    points: Points | None = None
    credit: Money | None = None
    reward: Key | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.points is None and self.credit is None and self.reward is None:
            raise ValueError("needs points, credit or reward")
        return self


class CapIn(Part):
    friends: Whole
    per: Period = "life"


class ReferralsIn(Part):
    referrer: BonusIn | None = None
    friend: BonusIn | None = None
    hold_days: Annotated[int, Field(ge=0, le=365)] = 14
    cap: CapIn | None = None
    review: bool = False

    @model_validator(mode="after")
    def _somebody_gets_something(self) -> Self:
        if self.referrer is None and self.friend is None:
            raise ValueError("needs referrer or friend: what one of them gets")
        return self


@dataclass(frozen=True, slots=True)
class Bonus:
    """``credit`` in minor units; ``reward`` the key of one."""

    points: int = 0
    credit: int = 0
    reward: str = ""


@dataclass(frozen=True, slots=True)
class Referrals:
    """``hold`` is waited after the friend's first paid purchase; ``friends`` at most (0: any number) per period.

    With ``review`` a person decides about what looks odd; without, it is refused.
    """

    bonus: Mapping[str, Bonus]
    hold: timedelta
    friends: int
    per: Period
    review: bool


def referrals(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Pay one of the two; the activities are told by the programme itself."""
    terms = programme.one(Referrals)
    # Others may tell of referrals too, which earn by rules of their own.
    if terms is None or activity.source != INTERNAL or activity.type not in terms.bonus:
        return
    bonus = terms.bonus[activity.type]
    if bonus.points:
        draft.post(Posting("earn", bonus.points, NAME))
        draft.outcomes.append({"type": "points_earned", "points": bonus.points, "balance": draft.points})
    if bonus.credit:
        draft.post(Posting("earn", bonus.credit, NAME, CREDIT))
        amount, balance = (from_minor(minor, programme.exponent) for minor in (bonus.credit, draft.credit))
        draft.outcomes.append({"type": "credit_earned", "amount": amount, "balance": balance})
    if bonus.reward:
        draft.grant(bonus.reward, NAME, {"type": "reward_granted", "because": NAME})


def counted_since(terms: Referrals, programme: Programme, now: datetime) -> datetime | None:
    """Since when friends count towards the cap, by the calendar of the business; None for ever."""
    if terms.per == "life":
        return None
    local = now.astimezone(programme.zone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first if terms.per == "month" else first.replace(month=1)


def _bonus(told: BonusIn | None, compiling: Compiling, side: str) -> Bonus:
    if told is None:
        return Bonus()
    credit = compiling.minor(told.credit, side, "credit") if told.credit else 0
    return Bonus(told.points or 0, credit, told.reward or "")


def _referrals(told: ReferralsIn, compiling: Compiling) -> Referrals:
    bonus = {
        BROUGHT: _bonus(told.referrer, compiling, "referrer"),
        WAS_BROUGHT: _bonus(told.friend, compiling, "friend"),
    }
    friends, per = (told.cap.friends, told.cap.per) if told.cap else (0, "life")
    return Referrals(bonus, timedelta(days=told.hold_days), friends, per, told.review)


MECHANIC = Mechanic(
    NAME,
    referrals,
    [
        Section(
            NAME,
            ReferralsIn,
            Referrals,
            _referrals,
            many=False,
            refers=[("referrer.reward", "rewards"), ("friend.reward", "rewards")],
        )
    ],
)
