"""Handing the talk over to a person, and coming back from it."""

from bot.conversation import flow
from bot.conversation.commands import AskPerson
from bot.conversation.facts import Facts, Outcome, Reply, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import reply
from bot.conversation.unasked import unasked
from bot.loyalty.programme import Programme
from bot.messages import Button
from bot.wording import negotiate, translate


def begin(facts: Facts, intent: Intent) -> Turn:
    """Whoever asks is handed over; what they ask about stands in the talk that staff read.

    It is asked about where it was only guessed: the bot would fall silent for somebody who never wished for it.
    """
    if intent.sure:
        return Turn(command=AskPerson())
    t = flow.words(facts)
    text = t.say("Would you like to talk to one of us? Then write: person")
    return Turn((reply(facts, text, Button(t.say("Talk to a person"), "person")),))


def called(facts: Facts, command: AskPerson, result: Outcome) -> Turn:
    """Said once; after it the bot is silent."""
    t = flow.words(facts)
    text = t.say(
        "I have called somebody from {programme}. They will answer you here, and until then I keep quiet.",
        programme=facts.programme.called(facts.locale),
    )
    return Turn((reply(facts, text, title=t.say("Talk to a person")),))


def back(programme: Programme, locale: str) -> Reply:
    """Staff are done: the bot answers again."""
    language = negotiate(locale, programme.languages)
    text = translate(language).say("I am back and glad to help. To talk to somebody again, write: person")
    return unasked(programme, language, text)


def nobody_came(programme: Programme, locale: str) -> Reply:
    """Nobody answered in a day: kindly said."""
    language = negotiate(locale, programme.languages)
    text = translate(language).say(
        "{programme}: sorry, nobody could answer you in time. I am here again. To call somebody once more, "
        "write: person",
        programme=programme.called(language),
    )
    return unasked(programme, language, text)
