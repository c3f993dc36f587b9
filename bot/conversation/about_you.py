"""What members told of themselves and may correct: name and birthday."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.conversation import flow, views
from bot.conversation.commands import SetBirthday, SetName
from bot.conversation.confirming import UNPROVEN, not_here
from bot.conversation.facts import Dialog, Facts, Turn
from bot.conversation.intents import Intent
from bot.conversation.personal import birthday_in, birthday_question, name_in, name_question
from bot.conversation.replies import reply
from bot.wording import day

FLOW = "about_you"


def lines(facts: Facts, settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is kept, each with its key; what only staff may correct has none.

    A birthday brings presents, so it is changed in a chat once a year; and a mail's sender can be forged.
    """
    t, born = flow.words(facts), settings["birthday"]
    own = facts.channel not in UNPROVEN
    name = t.say("Name: {name}", name=settings["name"] or t.say("none"))
    birthday = t.say("Birthday: {day}", day=day(born, facts.locale) if born else t.say("none"))
    for key, text, may in (("name", name, own), ("birthday", birthday, own and not settings["birthday_fixed"])):
        yield (text, key) if may else (t.say("{item} (to correct it, write: person)", item=text), "")


def ask(facts: Facts, key: str, opening: str = "") -> Turn:
    """The question, as it is put when joining."""
    if facts.channel in UNPROVEN:
        return not_here(facts)
    text = birthday_question(facts) if key == "birthday" else name_question(facts)
    return Turn((reply(facts, f"{opening} {text}".strip()),), flow.at(facts, FLOW, key))


def proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """Take an answer; None when the text is a wish of its own."""
    step = dialog["step"]
    # A name may look like "cancel" typed wrongly.
    if intent.name in ("no", "skip") or (intent.name == "cancel" and (intent.sure or step != "name")):
        return Turn((views.nothing_done(facts),))
    if flow.is_wish(intent):
        return None
    return _take_birthday(facts, intent.text) if step == "birthday" else _take_name(facts, intent)


def _take_name(facts: Facts, intent: Intent) -> Turn:
    name = "" if intent.name in ("yes", "number") else name_in(facts, intent.text)
    return Turn(command=SetName(name)) if name else ask(facts, "name")


def _take_birthday(facts: Facts, text: str) -> Turn:
    if born := birthday_in(facts, text):
        return Turn(command=SetBirthday(born))
    # Nothing was said when the question is only put again, in another language.
    return ask(facts, "birthday", flow.words(facts).say("I could not read that as a full date.") if text else "")
