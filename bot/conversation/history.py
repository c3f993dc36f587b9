"""What to answer about what came and went: the newest lines of the ledger, in words."""

from collections.abc import Mapping
from typing import Any

from bot.conversation import views
from bot.conversation.commands import ShowHistory
from bot.conversation.facts import Facts, Outcome, Turn
from bot.conversation.flow import words
from bot.conversation.intents import Intent
from bot.conversation.replies import amount, next_buttons, reply
from bot.loyalty import challenges, referrals, streaks
from bot.loyalty.challenges import Challenge
from bot.loyalty.member import CREDIT
from bot.loyalty.streaks import Streak
from bot.wording import day, money

_WON: Mapping[str, type[Challenge | Streak]] = {challenges.NAME: Challenge, streaks.NAME: Streak}
"""What has a name of its own, by how the ledger begins its rule: ``challenges:three_visits``."""


def begin(facts: Facts, intent: Intent) -> Turn:
    """A member's own lines; only members have any."""
    return Turn(command=ShowHistory()) if facts.member else Turn((views.stranger(facts),))


def conclude(facts: Facts, command: ShowHistory, result: Outcome) -> Turn:
    """The newest first, each with its day."""
    t = words(facts)
    text = "\n".join(_line(facts, line) for line in result["lines"]) or t.say("Nothing came or went yet.")
    return Turn((reply(facts, text, *next_buttons(facts), title=t.say("History")),))


def _line(facts: Facts, line: Mapping[str, Any]) -> str:
    on, what = day(line["at"].astimezone(facts.programme.zone).date(), facts.locale), what_for(facts, line)
    return f"{on}: {signed(facts, line)}" + (f", {what}" if what else "")


def signed(facts: Facts, line: Mapping[str, Any]) -> str:
    """``+12 points``, ``-€5``"""
    n = line["points"]
    sum_ = money(facts.programme, abs(n), facts.locale) if line["wallet"] == CREDIT else amount(facts, abs(n))
    return f"{'+' if n > 0 else '-'}{sum_}"


def what_for(facts: Facts, line: Mapping[str, Any]) -> str:
    """Why a line of the ledger is there, in a few words; empty when they would tell nothing."""
    t = words(facts)
    known = {
        "earn": t.say("earned"),
        "bonus": t.say("a present"),
        "expire": t.say("expired"),
        "refund": t.say("taken back for a refund"),
        "cancel": t.say("given back"),
        "gift_in": t.say("a gift you got"),
        "gift_out": t.say("a gift you gave"),
        "donate": t.say("donated"),
        "credit_spent": t.say("paid with credit"),
        "adjust": t.say("corrected by us"),
        "opening": t.say("brought along"),
    }
    if line["kind"] == "earn" and (told := _earned_by(facts, line)):
        return told
    reward = facts.programme.rewards.get(line["rule"])
    if reward and line["kind"] in ("redeem", "cancel", "reward"):
        return facts.programme.text(reward.names, facts.locale)
    return known.get(line["kind"], "")


def _earned_by(facts: Facts, line: Mapping[str, Any]) -> str:
    """What was done, where the rule says more than that something was bought; empty where it does not."""
    if line["rule"] == referrals.NAME:
        t = words(facts)
        was_brought = line["type"] == referrals.WAS_BROUGHT
        return t.say("a friend invited you") if was_brought else t.say("for inviting a friend")
    table, _, key = line["rule"].rpartition(":")
    won = facts.programme.of(_WON[table]).get(key) if table in _WON else None
    return facts.programme.text(won.names, facts.locale) if won else ""
