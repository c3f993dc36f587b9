"""Stamping oneself with the code that the counter shows; who is no member yet joins by one answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.conversation import flow, joining, opting_in, pictures, views
from bot.conversation.commands import CheckIn, Enrol
from bot.conversation.facts import Facts, Reply, Result, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import amount, ask_buttons, reply
from bot.errors import Conflict, NotAllowed, RegularsError
from bot.loyalty.codes import tidy
from bot.loyalty.locations import SelfStamping
from bot.loyalty.stamps import StampCard, come_by_visits

DEEP_LINK = "s_"
_LENGTH = 8
"""Of a counter's code with its dash."""


def start(facts: Facts, intent: Intent) -> Turn:
    """A first word; its payload may be the counter's code."""
    if intent.argument.startswith(DEEP_LINK) and (code := code_in(intent.argument)):
        return Turn(command=CheckIn(code))
    return joining.start(facts, intent)


def begin(facts: Facts, intent: Intent) -> Turn:
    """With the code, check it; without, say where it is."""
    if code := code_in(intent.argument):
        return Turn(command=CheckIn(code))
    t = flow.words(facts)
    if facts.programme.one(SelfStamping) is None:
        return Turn(
            (reply(facts, t.say("Stamps are given at the counter. Show your card there."), *ask_buttons(facts)),)
        )
    return Turn((reply(facts, t.say("Scan the code at the counter, or write its letters and digits here.")),))


def typed(facts: Facts, text: str) -> Turn | None:
    """A counter's code and nothing else; it has a digit in it always, so no word is taken for one."""
    if facts.programme.one(SelfStamping) is None or not any(map(str.isdecimal, text)):
        return None
    code = code_in(text)
    return Turn(command=CheckIn(code)) if code else None


def code_in(text: str) -> str:
    """The code, as it comes with a link (``s_CODE``) or is typed; empty when it is none."""
    code = tidy(text.strip().removeprefix(DEEP_LINK)[:20])
    return code if code and len(code) == _LENGTH else ""


def concluded(facts: Facts, command: CheckIn, result: Result) -> Turn:
    """What the stamp brought, why there is none, or the one question before the first."""
    t = flow.words(facts)
    if isinstance(result, Conflict):
        return Turn((reply(facts, _why_not(facts, str(result.facts.get("why", ""))), *ask_buttons(facts)),))
    if isinstance(result, NotAllowed):
        text = t.say("This code does not hold any more. Please scan the one that is shown now.")
        return Turn((reply(facts, text),))
    if isinstance(result, RegularsError):
        return Turn((views.failed(facts),))
    if facts.member is None:
        return joining.quickly(facts, claim=list(result["claim"]))
    return Turn((_stamped(facts, result["outcomes"]),))


def welcomed(facts: Facts, command: Enrol, result: Result) -> Turn:
    """The welcome to a new member, the stamp that they came for, and how they confirm a mail address."""
    turn = joining.conclude(facts, command, result)
    if not isinstance(result, RegularsError) and result.get("outcomes") and facts.member:
        turn = replace(turn, replies=(*turn.replies, _stamped(facts, result["outcomes"])))
    return opting_in.noted(facts, turn, result)


def _stamped(facts: Facts, outcomes: Sequence[Mapping[str, Any]]) -> Reply:
    t, text = flow.words(facts), "\n".join(_lines(facts, outcomes))
    title = t.say("Your stamp") if come_by_visits(facts.programme) else t.say("Good that you are here")
    card = next((one["card"] for one in outcomes if one["type"] == "stamps_added"), None)
    shown = pictures.stamps(facts, card, facts.member) if card and facts.member else None
    return reply(facts, text, *ask_buttons(facts), title=title, picture=shown)


def _lines(facts: Facts, outcomes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What came of a stamp, line by line."""
    t, cards = flow.words(facts), facts.programme.of(StampCard)
    stamped = any(one["type"] == "stamps_added" for one in outcomes)
    yield t.say("Stamped. Thank you for coming!") if stamped else t.say("Noted. Thank you for coming!")
    for one in outcomes:
        if one["type"] == "points_earned" and facts.member:
            yield t.say(
                "{given} for you. You have {points}.",
                given=amount(facts, one["points"]),
                points=amount(facts, one["balance"]),
            )
        elif one["type"] == "stamps_added" and facts.member:
            yield views.card_line(facts, cards[one["card"]], facts.member)
        elif "voucher" in one and (reward := facts.programme.rewards.get(one.get("reward", ""))):
            name = facts.programme.text(reward.names, facts.locale)
            yield t.say("Yours now: {reward}. Your code: {code}", reward=name, code=one["voucher"])


def _why_not(facts: Facts, why: str) -> str:
    t = flow.words(facts)
    match why:
        case "used":
            return t.say("You have used this code already.")
        case "pause":
            return t.say("You were stamped a little while ago. Come back soon!")
        case "daily":
            return t.say("That was enough for today. See you tomorrow!")
    return t.say("Too many stamps were given here this hour. Please ask at the counter.")
