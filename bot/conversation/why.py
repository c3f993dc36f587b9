"""Why did I get this message, or these points: the reason behind the last of each."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.conversation.commands import Why
from bot.conversation.facts import Facts, Outcome, Reply, Turn
from bot.conversation.flow import words
from bot.conversation.history import signed, what_for
from bot.conversation.intents import Intent
from bot.conversation.replies import next_buttons, reply
from bot.loyalty import referrals
from bot.wording import day, money
from bot.wording.explaining import explain
from bot.wording.explaining.parts import Reader
from bot.wording.explaining.terms import friends_bonus


def begin(facts: Facts, intent: Intent) -> Turn:
    """Looked up for anybody: a message may have come to one who never joined."""
    return Turn(command=Why())


def concluded(facts: Facts, command: Why, result: Outcome) -> Turn:
    """The last message that was no answer, and the last points."""
    return Turn((_told(facts, result),))


def _told(facts: Facts, result: Mapping[str, Any]) -> Reply:
    t, message, line = words(facts), result["message"], result["line"]
    lines = [*(_message(facts, message) if message else ()), *(_points(facts, line) if line else ())]
    text = "\n".join(lines) or t.say("There is nothing to explain yet: no news from us here, and no points.")
    return reply(facts, text, *next_buttons(facts), title=t.say("Why"))


def _message(facts: Facts, message: Mapping[str, Any]) -> Iterator[str]:
    t, sent = words(facts), _day(facts, message["at"])
    if message["purpose"] != "marketing":
        yield t.say("Our message of {day} came because it is about your membership.", day=sent)
        return
    reason = _occasion(facts, message["campaign"])
    yield t.say("Our message of {day} came because {reason}.", day=sent, reason=reason)
    if message["agreed"]:
        agreed = _day(facts, message["agreed"])
        yield t.say("You agreed to news here on {day}. To get no more, write: STOP", day=agreed)


def _occasion(facts: Facts, key: str | None) -> str:
    """By the kind of the campaign; one that is no more has lost its occasion."""
    t = words(facts)
    kind = next((str(one.get("kind")) for one in facts.programme.campaigns if one.get("key") == key), "")
    match kind:
        case "birthday":
            return t.say("it was your birthday")
        case "winback":
            return t.say("you had not been here for a while")
        case "near_reward":
            return t.say("your next reward was near")
        case "expiring":
            return t.say("points of yours were about to end")
    return t.say("we had news for our members")


def _points(facts: Facts, line: Mapping[str, Any]) -> Iterator[str]:
    t, sum_, on = words(facts), signed(facts, line), _day(facts, line["at"])
    if line["amount"]:
        spent = money(facts.programme, line["amount"], facts.locale)
        yield t.say("{points} on {day}, for {money}.", points=sum_, day=on, money=spent)
    elif what := what_for(facts, line):
        yield t.say("{points} on {day}: {what}.", points=sum_, day=on, what=what)
    else:
        yield t.say("{points} on {day}.", points=sum_, day=on)
    # A refund takes back what several rules gave, in one line that names the last of them.
    if line["kind"] != "refund" and (rule := _rule(facts, line)):
        yield t.say("The rule: {rule}", rule=rule)
    yield t.say("For everything that came and went, write: history")


def _rule(facts: Facts, line: Mapping[str, Any]) -> str:
    """The sentence by which the programme explains the rule behind a line of the ledger, to its side of it."""
    if (line["rule"], line["type"]) == (referrals.NAME, referrals.WAS_BROUGHT):
        return friends_bonus(Reader(facts.programme, facts.locale))
    named = line["rule"].rpartition(":")[2]
    told = [one for section in explain(facts.programme, facts.locale) for one in section.lines]
    return next((one.text for one in told if named and one.rule.rpartition(".")[2] == named), "")


def _day(facts: Facts, at: datetime) -> str:
    return day(at.astimezone(facts.programme.zone).date(), facts.locale)
