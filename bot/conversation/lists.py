"""Answering a numbered list by a number."""

from collections.abc import Callable, Mapping

from bot.conversation import flow, paging, rewards, views
from bot.conversation.facts import Dialog, Facts, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import reply


def proceed(
    lists: Mapping[str, Callable[[Facts, Intent], Turn]], facts: Facts, dialog: Dialog, intent: Intent
) -> Turn | None:
    """A number chooses from the last of ``lists``, a word turns its page; None when it is a wish of its own."""
    if page := paging.turned(facts, dialog, intent):
        return rewards.turned(facts, page)
    if intent.name != "number":
        return Turn((views.nothing_done(facts),)) if intent.name == "cancel" else None
    keys, n = dialog["keys"], int(intent.argument)
    if not 1 <= n <= len(keys):
        text = flow.words(facts).say("There is no such number in the list.")
        return Turn((reply(facts, text),), dialog)
    return lists[dialog["step"]](facts, Intent(dialog["step"], keys[n - 1]))
