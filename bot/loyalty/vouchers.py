"""What a voucher promises: the reward's terms as of the day of issue, which no later programme changes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.loyalty.money import from_minor
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward

Terms = Mapping[str, Any]


def terms(programme: Programme, reward: Reward) -> dict[str, Any]:
    """``{"kind", "names", …}`` with what the kind has: ``value`` is ``"10%"``, or an amount of ``currency``."""
    told: dict[str, Any] = {"kind": reward.kind, "names": dict(reward.names)}
    if reward.about:
        told["about"] = dict(reward.about)
    if worth := value(programme, reward):
        told["value"] = worth
    if reward.value:
        told["currency"] = programme.currency
    for name in ("product", "sku", "cause", "days"):
        if got := getattr(reward, name):
            told[name] = got
    return told


def value(programme: Programme, reward: Reward) -> str | None:
    """``"10%"``, or an amount as a decimal string; None for a reward that has no such value."""
    if reward.percent:
        return f"{from_minor(reward.percent, 2).rstrip('0').rstrip('.')}%"
    return from_minor(reward.value, programme.exponent) if reward.value else None


def ends(reward: Reward, now: datetime) -> datetime | None:
    """When a voucher issued now is good no more: so many days of 24 hours later; None for never."""
    return now + timedelta(days=reward.days) if reward.days else None


def reminder(reward: Reward, now: datetime) -> datetime | None:
    """When its owner is told that it is going to end."""
    end = ends(reward, now)
    return end - timedelta(days=reward.remind_days) if end and reward.remind_days else None
