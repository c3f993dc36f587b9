"""A reward, as the programme describes it: what can be had, for what, by whom and how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.loyalty.conditions import REWARDS, Condition, ConditionIn, compile_condition
from bot.loyalty.money import to_minor
from bot.loyalty.parts import Compiling, Key, Money, Names, Part, Points, Section, Texts, Whole, Words

Kind = Literal[
    "discount_percent",
    "discount_amount",
    "free_product",
    "free_shipping",
    "gift_card",
    "store_credit",
    "cash_back",
    "experience",
    "donation",
    "upgrade",
    "sample",
    "trial",
    "membership",
    "merchandise",
    "partner_offer",
]
MONEY = frozenset({"store_credit", "cash_back"})
"""Their value goes into the member's credit at once; the voucher is a receipt."""
RECEIPTS = MONEY | {"donation"}
"""There is nothing to show at the counter: the voucher counts as used from the start."""
_GOODS = frozenset({"free_product", "upgrade", "sample", "trial", "merchandise", "discount_percent", "discount_amount"})
_NEEDED: Mapping[str, frozenset[str]] = {
    "value": frozenset({"discount_percent", "discount_amount", "gift_card"}) | MONEY,
    "cause": frozenset({"donation"}),
    "days": frozenset({"trial"}),
    "seats": frozenset({"experience"}),
}
_TAKEN: Mapping[str, frozenset[str]] = {
    "value": _NEEDED["value"] | {"donation"},
    "cause": _NEEDED["cause"],
    "days": _NEEDED["days"] | {"membership"},
    "seats": _NEEDED["seats"],
    "product": _GOODS,
    "sku": _GOODS,
}
_REMINDED = 3
"""Days before its end that a trial is told of, unless the programme says otherwise."""


def _a_moment(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f'"{text}" is no day; write it like 2026-12-24 or 2026-12-24T10:00') from error
    if at.tzinfo:
        raise ValueError("is in the programme's own time zone; leave the offset out")
    return text


Moment = Annotated[str, AfterValidator(_a_moment)]
"""A day, or a time of a day, on the clocks of the business."""


class Cost(Part):
    points: Points | None = None
    credit: Money | None = None


class Limit(Part):
    per_member: Whole
    per: Literal["day", "week", "month", "year"]


class Valid(Part):
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")


class RewardIn(Part):
    key: Key
    name: Texts
    about: Texts | None = None
    kind: Kind
    value: Words | None = None
    product: Words | None = None
    sku: Words | None = None
    cause: Key | None = None
    days: Whole | None = None
    cost: Cost | None = None
    free: bool = False
    grant_only: bool = False
    stock: Whole | None = None
    seats: Whole | None = None
    per_member: Whole | None = None
    limit: Limit | None = None
    when: ConditionIn | None = None
    valid: Valid | None = None
    voucher_days: Whole | None = None
    remind_days: Whole | None = None


@dataclass(frozen=True, slots=True)
class Reward:
    """What can be had for ``cost`` points or for ``credit`` (minor units), or not be bought at all (``grant_only``).

    ``value`` is in minor units, ``percent`` in hundredths of one per cent. ``stock`` counts seats too. ``opens`` and
    ``closes`` bound when it is offered, on the clocks of the business. Vouchers are good for ``days``, and of their
    end their owners are told ``remind_days`` before.
    """

    key: str
    names: Names
    kind: str
    cost: int
    about: Names = field(default_factory=dict)
    credit: int = 0
    grant_only: bool = False
    value: int = 0
    percent: int = 0
    product: str = ""
    sku: str = ""
    cause: str = ""
    days: int = 0
    stock: int | None = None
    per_member: int | None = None
    per_period: tuple[int, str] | None = None
    when: Condition | None = None
    opens: datetime | None = None
    closes: datetime | None = None
    remind_days: int = 0

    def short(self, points: int) -> int:
        """How many points are missing to it; none to what costs none, however many are owed."""
        return max(0, self.cost - points) if self.cost else 0


def _reward(told: RewardIn, compiling: Compiling) -> Reward:
    _check(told, compiling)
    percent, value = _worth(told, compiling)
    valid, cost = told.valid or Valid(), told.cost or Cost()
    days = told.voucher_days or told.days or 0
    reminded = told.remind_days or (min(_REMINDED, days - 1) if told.kind == "trial" else 0)
    if reminded and reminded >= days:
        compiling.fault("must be fewer than the days that the voucher is good for", "remind_days")
    reward = Reward(
        told.key,
        compiling.names(told.name),
        told.kind,
        cost.points or 0,
        about=compiling.names(told.about),
        credit=compiling.minor(cost.credit, "cost", "credit") if cost.credit else 0,
        grant_only=told.grant_only,
        value=value,
        percent=percent,
        product=told.product or "",
        sku=told.sku or "",
        cause=told.cause or "",
        days=days,
        stock=told.seats or told.stock,
        per_member=told.per_member,
        per_period=(told.limit.per_member, told.limit.per) if told.limit else None,
        when=compile_condition(told.when, compiling, "when", asking=REWARDS),
        opens=datetime.fromisoformat(valid.start) if valid.start else None,
        closes=_end(valid.end) if valid.end else None,
        remind_days=reminded,
    )
    if reward.opens and reward.closes and reward.opens >= reward.closes:
        compiling.fault('ends before it begins; "from" must lie before "to"', "valid")
    return reward


def _end(text: str) -> datetime:
    """A day is meant to its end."""
    if len(text) > len("2026-12-24"):
        return datetime.fromisoformat(text)
    return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time())


def _check(told: RewardIn, compiling: Compiling) -> None:
    """What belongs together, and what one kind needs and another cannot use."""
    for name, kinds in _NEEDED.items():
        if told.kind in kinds and getattr(told, name) is None:
            compiling.fault(f"is missing; {told.kind} needs it", name)
    for name, kinds in _TAKEN.items():
        if told.kind not in kinds and getattr(told, name) is not None:
            compiling.fault(f"means nothing for {told.kind}; leave it out", name)
    if told.seats and told.stock:
        compiling.fault("is told by seats already; leave one of them out", "stock")
    ways = (told.cost is not None, told.free, told.grant_only)
    if sum(ways) != 1:
        compiling.fault("say how it is had, in one way: cost, free = true or grant_only = true", "cost")
    if told.cost and (told.cost.points is None) == (told.cost.credit is None):
        compiling.fault("is in points or in credit; write one of them", "cost")
    if told.free and not (told.per_member or told.limit):
        compiling.fault("is without end for who may take it freely; say how many, per_member = 1", "free")
    if told.grant_only and (told.per_member or told.limit or told.when or told.valid or told.seats):
        compiling.fault("is given, not taken: per_member, limit, when, valid and seats mean nothing", "grant_only")


def _worth(told: RewardIn, compiling: Compiling) -> tuple[int, int]:
    """Hundredths of one per cent, and minor units."""
    if told.value is None or told.kind not in _TAKEN["value"]:
        return 0, 0
    if told.kind != "discount_percent":
        value = compiling.minor(told.value, "value")
        if value <= 0:
            compiling.fault("must be more than 0", "value")
        return 0, value
    digits = told.value.removesuffix("%")
    try:
        percent = to_minor(digits, 2)
    except ValueError:
        percent = 0
    if digits == told.value or not 0 < percent <= 10_000:
        compiling.fault(f'"{told.value}" is no share; write it like "10%"', "value")
    return percent, 0


SECTION = Section("rewards", RewardIn, Reward, _reward, refers=[("cause", "causes")])
