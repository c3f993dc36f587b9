"""Leaving by STOP, asking where it may be meant, and coming back."""

from bot.conversation import views
from bot.conversation.commands import Resume, Stop
from bot.conversation.facts import Facts, Outcome, Turn
from bot.conversation.flow import words
from bot.conversation.intents import Intent
from bot.conversation.replies import reply, stranger_buttons

_WAKING = ("start", "join", "resume")


def heard(facts: Facts, intent: Intent) -> Turn | None:
    """Who says stop has left; who has left hears nothing until they come back by themselves."""
    if facts.stopped:
        return Turn(command=Resume()) if _wakes(intent) else Turn()
    return Turn(command=Stop()) if intent.name == "stop" else None


def _wakes(intent: Intent) -> bool:
    """The word alone: "join us for dinner" and "how do I join?" wake nobody. A deep link's payload is no speech."""
    alone = not intent.argument or intent.text.startswith("/")
    return intent.name in _WAKING and alone and not intent.question


def perhaps(facts: Facts) -> Turn:
    """Something like an opt-out was said."""
    text = words(facts).say("Do you want no more messages? Then answer with this one word: STOP")
    return Turn((reply(facts, text),), facts.dialog)


def stopped(facts: Facts, command: Stop, result: Outcome) -> Turn:
    """The one confirmation after STOP."""
    text = words(facts).say(
        "{programme}: you will get no more messages here. To come back, write: START",
        programme=facts.programme.called(facts.locale),
    )
    return Turn((reply(facts, text),))


def back(facts: Facts, command: Resume, result: Outcome) -> Turn:
    """After STOP they came back by themselves."""
    opening = words(facts).say("Welcome back!")
    if facts.member:
        return Turn((views.balance(facts, opening),))
    return Turn((reply(facts, f"{opening} {views.stranger(facts).text}", *stranger_buttons(facts)),))
