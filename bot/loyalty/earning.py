"""Points and store credit for activities."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from bot.loyalty import basis, caps, tiers
from bot.loyalty.activity import Activity
from bot.loyalty.basis import Counted, counted
from bot.loyalty.earning_rules import SECTION, EarningRule, points_for
from bot.loyalty.expiry import expires_at
from bot.loyalty.mechanic import Mechanic
from bot.loyalty.member import CREDIT, POINTS, Draft, Posting
from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme
from bot.loyalty.ratios import ONE, Ratio, higher, product, rounded

__all__ = ["MECHANIC", "NAME", "EarningRule", "earning", "points_for"]

NAME = "earning"
MOST: Ratio = (100, 1)
"""However many multipliers come together, they make no more than this of it."""
_MOST_GIVEN = 10**12
"""Points, or minor units of credit, that a rule gives for one activity at most: sums stay far within 63 bits."""
_ONCE = "once"
_ONCE_KEPT = 500
"""Things remembered by a rule that gives once for each; of more, the one rewarded longest ago is forgotten."""


class _Plan(NamedTuple):
    """The rules about one type of activity."""

    gives: tuple[EarningRule, ...]
    multipliers: tuple[EarningRule, ...]


def earning(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Post what every rule gives that the activity meets."""
    plan = _plans(programme).get(activity.type)
    if plan is None:
        return
    counts, before = counted(programme, activity), len(draft.postings)
    multipliers: Sequence[EarningRule] | None = None
    for rule in plan.gives:
        amount, pieces = counts.of(rule.items)
        given = points_for(rule, amount, pieces)
        if not given or not _meets(rule, counts, draft):
            continue
        if multipliers is None:
            multipliers = [one for one in plan.multipliers if _meets(one, counts, draft)]
        by = _multiple(rule, multipliers, draft)
        if by != ONE:
            given = rounded(given * by[0], by[1], rule.round)
        given = min(given, _MOST_GIVEN)
        if rule.caps or rule.once_per:
            given = _limited(rule, given, draft)
        if given:
            _post(rule, given, draft)
    _tell(draft.postings[before:], draft)


@lru_cache(64)
def _plans(programme: Programme) -> Mapping[str, _Plan]:
    rules = tuple(programme.of(EarningRule).values())
    return {
        on: _Plan(
            tuple(rule for rule in rules if rule.on == on and rule.multiply is None),
            tuple(rule for rule in rules if rule.on == on and rule.multiply is not None),
        )
        for on in {rule.on for rule in rules}
    }


def _meets(rule: EarningRule, counts: Counted, draft: Draft) -> bool:
    if rule.minimum and (counts.amount or 0) < rule.minimum:
        return False
    return rule.when is None or rule.when.holds(draft)


def _multiple(rule: EarningRule, multipliers: Sequence[EarningRule], draft: Draft) -> Ratio:
    """The highest of those that do not stack, times each that does. That of the tier is for points from purchases."""
    bought = rule.on == "purchase" and rule.wallet == POINTS
    highest = higher(ONE, tiers.multiplier(draft.programme, draft.state)) if bought and draft.state.tier else ONE
    if highest == ONE and not multipliers:
        return ONE
    stacked = ONE
    for one in multipliers:
        if one.multiply is not None and (rule.key in one.of if one.of else rule.wallet == POINTS):
            if one.stack:
                stacked = product(stacked, one.multiply)
            else:
                highest = higher(highest, one.multiply)
    if highest == stacked == ONE:
        return ONE
    made = product(highest, stacked)
    return MOST if higher(made, MOST) == made else made


def _limited(rule: EarningRule, given: int, draft: Draft) -> int:
    """What is left under the rule's caps, remembering it; nothing for a thing that was rewarded before."""
    all_used: Mapping[str, Any] = draft.progress.get(NAME, {})
    used: Mapping[str, Any] = all_used.get(rule.key, {})
    after: dict[str, Any] = dict(used)
    if rule.once_per:
        thing, seen = _thing(rule.once_per, draft.activity), used.get(_ONCE, [])
        if thing is None or thing in seen:
            return 0
        after[_ONCE] = [*seen[-_ONCE_KEPT + 1 :], thing]
    if rule.caps:
        given, capped = caps.take(rule.caps, given, draft.local.date(), used)
        after = {**after, **{cap.slot: capped[cap.slot] for cap in rule.caps if cap.slot in capped}}
    if given:
        draft.progress[NAME] = {**all_used, rule.key: after}
    return given


def _thing(attribute: str, activity: Activity) -> str | None:
    """What an activity is about, in few letters; None when it does not say."""
    value = (activity.attributes or {}).get(attribute)
    if value is None or value == "":
        return None
    return b64encode(blake2b(repr(value).encode("utf-8", "replace"), digest_size=9).digest()).decode()


def _post(rule: EarningRule, given: int, draft: Draft) -> None:
    if not rule.pending_days:
        draft.post(Posting("earn", given, rule.key, rule.wallet, None, None, rule.awaiting))
        return
    due = draft.activity.occurred_at + timedelta(days=rule.pending_days)
    # Store credit is money owed: it does not expire with the points.
    ends = expires_at(draft.programme, due) if rule.wallet == POINTS else None
    draft.post(Posting("earn", given, rule.key, rule.wallet, ends, due if due > draft.now else None, rule.awaiting))


def _tell(posted: Sequence[Posting], draft: Draft) -> None:
    points = credit = 0
    waiting: dict[tuple[str, datetime | None], int] = {}
    for posting in posted:
        if posting.pending:
            key = (posting.wallet, posting.due_at)
            waiting[key] = waiting.get(key, 0) + posting.points
        elif posting.wallet == CREDIT:
            credit += posting.points
        else:
            points += posting.points
    exponent = draft.programme.exponent
    if points:
        draft.outcomes.append({"type": "points_earned", "points": points, "balance": draft.points})
    if credit:
        balance = from_minor(draft.credit, exponent)
        draft.outcomes.append({"type": "credit_earned", "amount": from_minor(credit, exponent), "balance": balance})
    for (wallet, due), waits in waiting.items():
        what = {"points": waits} if wallet == POINTS else {"amount": from_minor(waits, exponent)}
        at = due.isoformat() if due else None
        draft.outcomes.append({"type": f"{wallet}_pending", **what, "at": at})


MECHANIC = Mechanic(NAME, earning, [SECTION, basis.SECTION])
