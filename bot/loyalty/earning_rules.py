"""An earning rule: how it is written in the document, and what it gives."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.loyalty.basis import Selection, SelectionIn, selection
from bot.loyalty.caps import Cap, CapIn, CapsIn
from bot.loyalty.conditions import Condition, ConditionIn, compile_condition
from bot.loyalty.member import CREDIT, POINTS
from bot.loyalty.money import FINEST, to_minor
from bot.loyalty.parts import ActivityType, Compiling, Key, Money, Part, Section, Words
from bot.loyalty.ratios import Ratio, Round, percent, ratio, rounded

_MOST_POINTS = 1000
"""For the smallest unit of money: with the largest amount taken, points stay far below what a column holds."""


def _credit(text: str) -> str:
    if text.endswith("%"):
        numerator, denominator = percent(text)
        if not 0 < numerator <= denominator:
            raise ValueError("must be more than 0% and at most 100%")
    elif to_minor(text, FINEST) <= 0:
        raise ValueError("must be more than 0")
    return text


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _multiple(text: str) -> str:
    numerator, denominator = ratio(text)
    if not denominator < numerator <= 100 * denominator:
        raise ValueError("must be more than 1 and at most 100")
    return text


class Give(Part):
    points: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    credit: Annotated[str, AfterValidator(_credit)] | None = None
    per: Money | None = None
    per_item: bool = False
    round: Round = "down"

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.points is None) == (self.credit is None):
            raise ValueError("gives either points or credit")
        if self.per and self.per_item:
            raise ValueError('is either for each "per" of the amount or "per_item"')
        if (self.per or self.per_item) and (self.credit or "").endswith("%"):
            raise ValueError('a percentage is of the amount; leave "per" and "per_item" out')
        return self


class EarningIn(Part):
    key: Key
    on: ActivityType
    give: Give | None = None
    multiply: Annotated[str, BeforeValidator(_as_text), AfterValidator(_multiple)] | None = None
    of: Annotated[list[Key], Field(min_length=1)] | None = None
    stack: bool = False
    when: ConditionIn | None = None
    minimum: Money | None = None
    items: SelectionIn | None = None
    cap: CapsIn | None = None
    once_per: Words | None = None
    pending_days: Annotated[int, Field(ge=1, le=366)] | None = None
    pending: Literal["confirmed"] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.give is None) == (self.multiply is None):
            raise ValueError('needs either "give" or "multiply"')
        strange = ("of", "stack") if self.give else ("items", "cap", "once_per", "pending_days", "pending")
        for name in strange:
            if name in self.model_fields_set:
                kind = "gives" if self.give else "multiplies"
                raise ValueError(f'a rule that {kind} cannot have "{name}"')
        if self.pending and self.pending_days:
            raise ValueError('waits either "pending_days" or until "pending" is settled')
        return self


@dataclass(frozen=True, slots=True)
class EarningRule:
    """``points`` of the ``wallet`` for each ``per`` (minor units) of the amount; ``per`` 0 means for the activity
    itself, or for each item. One with ``multiply`` gives nothing, but makes more of what the rules ``of`` give, or,
    when none are named, of all points given for the same type of activity.
    """

    key: str
    on: str
    points: int
    per: int
    round: str
    wallet: str = POINTS
    per_item: bool = False
    items: Selection | None = None
    when: Condition | None = None
    minimum: int = 0
    caps: tuple[Cap, ...] = ()
    once_per: str = ""
    pending_days: int = 0
    awaiting: bool = False
    multiply: Ratio | None = None
    of: tuple[str, ...] = ()
    stack: bool = False


def points_for(rule: EarningRule, amount: int | None, pieces: int = 0) -> int:
    """What a rule gives for an amount in minor units and so many pieces: ``points × amount ÷ per``, rounded as the
    rule says; ``points × pieces``; or ``points`` once, where it asks for certain items only when there are any.
    """
    if rule.per:
        return rounded(rule.points * max(amount or 0, 0), rule.per, rule.round)
    if rule.per_item:
        return rule.points * pieces
    return rule.points if rule.items is None or pieces else 0


def _rule(told: EarningIn, compiling: Compiling) -> EarningRule:
    when = compile_condition(told.when, compiling, "when")
    minimum = compiling.minor(told.minimum, "minimum") if told.minimum else 0
    if told.give is None:
        return EarningRule(
            told.key,
            told.on,
            0,
            0,
            "down",
            when=when,
            minimum=minimum,
            multiply=ratio(told.multiply or "1"),
            of=tuple(told.of or ()),
            stack=told.stack,
        )
    points, per, wallet = _given(told.give, compiling)
    return EarningRule(
        told.key,
        told.on,
        points,
        per,
        told.give.round,
        wallet,
        told.give.per_item,
        selection(told.items) if told.items else None,
        when,
        minimum,
        tuple(_cap(cap, i, wallet, compiling) for i, cap in enumerate(told.cap or ())),
        told.once_per or "",
        told.pending_days or 0,
        told.pending is not None,
    )


def _given(give: Give, compiling: Compiling) -> tuple[int, int, str]:
    """How much, for each how much (0: not of an amount), into which wallet."""
    if give.credit is not None and give.credit.endswith("%"):
        return (*percent(give.credit), CREDIT)
    per = compiling.minor(give.per, "give", "per") if give.per else 0
    if give.credit is not None:
        credit = compiling.minor(give.credit, "give", "credit")
        if per and credit > per:
            compiling.fault("is more than was paid for it", "give", "credit")
        return credit, per, CREDIT
    points = give.points or 0
    if per and points > _MOST_POINTS * per:
        compiling.fault(f"is more than {_MOST_POINTS} for the smallest unit of money", "give", "points")
    return points, per, POINTS


def _cap(told: CapIn, number: int, wallet: str, compiling: Compiling) -> Cap:
    at = ("cap", str(number))
    if told.times is not None:
        return Cap(told.times, told.per, times=True)
    if (told.credit is not None) != (wallet == CREDIT):
        compiling.fault(f"must cap what the rule gives: {wallet}", *at)
    most = compiling.minor(told.credit, *at, "credit") if told.credit is not None else told.points or 0
    return Cap(most, told.per)


SECTION = Section("earning", EarningIn, EarningRule, _rule, refers=[("of.*", "earning")])
