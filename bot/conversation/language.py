"""Choosing the language of the talk."""

from bot.conversation import flow, joining
from bot.conversation.commands import SetLocale
from bot.conversation.facts import Facts, Outcome, Reply, Turn
from bot.conversation.intents import Intent, language_named
from bot.conversation.replies import MOST_BUTTONS, next_buttons, reply
from bot.messages import Button
from bot.wording import own_name

LIST = "language"
"""The step of the numbered list of languages."""


def begin(facts: Facts, intent: Intent) -> Turn:
    """Take the language that is named; without one, show those that there are."""
    offered = facts.programme.languages
    if chosen := language_named(intent.argument, facts.locale, offered):
        return Turn(command=SetLocale(chosen))
    return Turn((_offer(facts),), flow.at(facts, "list", LIST, keys=list(offered)))


def concluded(facts: Facts, command: SetLocale, result: Outcome) -> Turn:
    """Say so in the new language, and go on with joining in it."""
    text = flow.words(facts).say("Language: {language}", language=own_name(facts.locale))
    said = Turn((reply(facts, text, *next_buttons(facts)),))
    unfinished = joining.unfinished(facts) if flow.current(facts) else None
    return joining.resumed(facts, unfinished, said) if unfinished else said


def _offer(facts: Facts) -> Reply:
    """The programme's languages, numbered, each by its own name."""
    t, offered = flow.words(facts), facts.programme.languages
    lines = [t.say("Which language would you like? Answer with its number.")]
    lines += [f"{n}. {own_name(language)}" for n, language in enumerate(offered, 1)]
    buttons = (Button(own_name(language), f"language {language}") for language in offered[:MOST_BUTTONS])
    return reply(facts, "\n".join(lines), *buttons)
