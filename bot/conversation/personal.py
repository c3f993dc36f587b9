"""Name and birthday: how they are asked for, and what is read out of the answers."""

from datetime import date

from bot.conversation import flow
from bot.conversation.dates import birthday
from bot.conversation.facts import Facts
from bot.conversation.intents import without_opener, wonders
from bot.wording import day

_LONGEST_NAME = 80
_EXAMPLE = date(1990, 3, 12)


def name_question(facts: Facts) -> str:
    """With the word to leave by, for nearly any word may be a name."""
    return flow.words(facts).say("What is your name? (To leave, write: {word})", word=flow.leave_word(facts))


def name_in(facts: Facts, text: str) -> str:
    """A name fit to be kept, or nothing."""
    if text.startswith("/") or wonders(text):
        return ""
    name = without_opener(text, facts.locale, facts.programme.languages)
    fit = len(name) <= _LONGEST_NAME and name.isprintable() and any(map(str.isalpha, name)) and "://" not in name
    return name if fit else ""


def birthday_question(facts: Facts) -> str:
    """With a day written as they would write theirs."""
    return flow.words(facts).say(
        "When is your birthday? Write it like this: {example}. If you would rather not say, write: skip",
        example=day(_EXAMPLE, facts.locale),
    )


def birthday_in(facts: Facts, text: str) -> date | None:
    """The full date that somebody may be born on."""
    programme = facts.programme
    today = facts.now.astimezone(programme.zone).date()
    return birthday(text, today, programme.languages, programme.country)
