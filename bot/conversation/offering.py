"""Asking which of a few things is meant, where a sentence says too little to tell."""

from bot.conversation import flow
from bot.conversation.facts import Facts, Turn
from bot.conversation.intents import Intent, tables
from bot.conversation.replies import reply
from bot.messages import Button
from bot.wording import negotiate


def begin(facts: Facts, intent: Intent) -> Turn:
    """Offer them, each by the word that one may write for it; what was asked before stays as it was."""
    names = intent.argument.split()
    known = tables()
    mine, english = known[negotiate(facts.locale, tuple(known))]["whole"], known["en"]["whole"]
    words = " / ".join(mine[name][0] for name in names)
    text = flow.words(facts).say("Did you mean: {words}?", words=words)
    buttons = (Button(mine[name][0], english[name][0]) for name in names)
    return Turn((reply(facts, text, *buttons),), facts.dialog if flow.current(facts) else None)
