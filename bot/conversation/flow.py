"""Where a talk of several turns stands."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.conversation.facts import Dialog, Facts
from bot.conversation.intents import Intent
from bot.wording import Translator, translate

VERSION = 1
"""Raised when a flow's data changes: a dialog of another version counts as lapsed."""
HOLD = timedelta(hours=1)
"""How long a question waits for its answer."""
LIST = "list"
"""The flow of every numbered list; its step says of what."""
ANSWERS = ("", "yes", "no", "number", "skip")
"""What makes no sense but as an answer to a question."""

PHONES = ("sms", "whatsapp")
"""Channels whose addresses are phone numbers: carriers and Twilio listen in for the words of opting out."""


def at(facts: Facts, flow: str, step: str, **data: Any) -> Dialog:
    """A dialog that waits at ``step``; ``data`` must be JSON-ready."""
    return {"flow": flow, "step": step, "until": (facts.now + HOLD).isoformat(), "version": VERSION, **data}


def listed(facts: Facts, what: str, keys: Sequence[str], **data: Any) -> Dialog:
    """After a numbered list of ``what`` a number chooses one of the ``keys``."""
    return at(facts, LIST, what, keys=list(keys), **data)


def is_wish(intent: Intent) -> bool:
    """Whether it is for certain a wish of its own, and no answer to what was asked."""
    return intent.sure and intent.name not in ANSWERS


def lapsed(facts: Facts) -> bool:
    """Whether a question was asked that waits no longer."""
    dialog = facts.dialog
    if not dialog:
        return False
    return dialog.get("version") != VERSION or facts.now >= datetime.fromisoformat(dialog["until"])


def current(facts: Facts) -> str:
    """The flow that waits for an answer; empty when none does."""
    return str(facts.dialog["flow"]) if facts.dialog and not lapsed(facts) else ""


def asked(facts: Facts, flow: str, about: str) -> Dialog | None:
    """The question that waits, if it is the one about this."""
    dialog = facts.dialog
    return dialog if dialog and current(facts) == flow and dialog.get("about") == about else None


def yes_to(text: str, kind: str) -> str:
    """What a yes button of this kind is tied to; empty when the text is no such button's."""
    start = f"yes {kind} "
    return text.removeprefix(start) if text.startswith(start) else ""


def words(facts: Facts) -> Translator:
    """The replies' words in the person's language."""
    return translate(facts.locale)


def leave_word(facts: Facts) -> str:
    """What to write to leave a dialog. Behind a phone number CANCEL opts out of everything, so it is another there."""
    t = words(facts)
    return t.say("back") if facts.channel in PHONES else t.say("cancel")
