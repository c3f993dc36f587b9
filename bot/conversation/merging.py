"""Asking whether two memberships, both proven, are to become one: only an exact yes does it."""

from bot.conversation import confirming, flow, views
from bot.conversation.commands import Merge
from bot.conversation.facts import Dialog, Facts, Outcome, Result, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import amount, ask_buttons, reply
from bot.errors import RegularsError


def proposed(facts: Facts, result: Result) -> Turn | None:
    """The question, when what was proven belongs to another membership than this chat; None otherwise."""
    if isinstance(result, RegularsError) or not (other := result.get("merge")) or facts.member is None:
        return None
    return _ask(facts, other["id"], other["points"], other["name"])


def _ask(facts: Facts, other: int, points: int, name: str) -> Turn:
    t, about = flow.words(facts), f"link merge {int(facts.now.timestamp())}"
    mine = facts.member.points if facts.member else 0
    text = t.say(
        "You have two memberships: this one with {points}, and that of {name} with {others}. Shall we make them one? "
        "Nothing is lost, but it cannot be undone, so only if both are yours.",
        points=amount(facts, mine),
        name=name,
        others=amount(facts, points),
    )
    kept = {"other": other, "points": points, "name": name, "about": about}
    return confirming.ask(facts, text, about, flow.at(facts, "link", "merge", **kept))


def take_answer(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """The yes, after which nothing can be undone."""
    other, points, name = dialog["other"], dialog["points"], dialog["name"]
    return confirming.take_answer(facts, intent, Merge(other), lambda: _ask(facts, other, points, name))


def merged(facts: Facts, command: Merge, result: Outcome) -> Turn:
    """What they have now."""
    if facts.member is None:
        return Turn((views.failed(facts),))
    text = flow.words(facts).say(
        "Done: your two memberships are one now. You have {points}, and both of your member numbers lead here.",
        points=amount(facts, facts.member.points),
    )
    return Turn((reply(facts, text, *ask_buttons(facts)),))
