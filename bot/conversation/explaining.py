"""How the programme works: the subjects first, each in full when asked for by number or by name."""

from collections.abc import Sequence

from bot.conversation import flow
from bot.conversation.facts import Facts, Reply, Turn
from bot.conversation.intents import Intent, fold
from bot.conversation.replies import MOST_BUTTONS, next_buttons, reply
from bot.messages import Button
from bot.wording.explaining import Section, explain

LIST = "how"
"""The step of the numbered list of subjects."""
_EARNING, _TERMS = "earning", "terms"
_AT_ONCE = 3
"""Sentences about earning that are told without being asked for."""


def begin(facts: Facts, intent: Intent) -> Turn:
    """The subject that is named, ``how 2`` or ``how rewards``; without one, all of them."""
    sections = explain(facts.programme, facts.locale)
    asked = {fold(intent.argument), fold(intent.text), fold(intent.text.partition(" ")[2])}
    for n, section in enumerate(sections, 1):
        if asked & {str(n), section.name, fold(section.title)}:
            return _listed(facts, _in_full(facts, section))
    return _listed(facts, _overview(facts, sections))


def earn(facts: Facts, intent: Intent) -> Turn:
    """How one earns."""
    return begin(facts, Intent(intent.name, _EARNING))


def terms(facts: Facts, intent: Intent) -> Turn:
    """When points end, and what else is good to know."""
    return begin(facts, Intent(intent.name, _TERMS))


def _listed(facts: Facts, told: Reply) -> Turn:
    """A number is an answer to it, so that one may read on."""
    keys = [section.name for section in explain(facts.programme, facts.locale)]
    return Turn((told,), flow.listed(facts, LIST, keys))


def _overview(facts: Facts, sections: Sequence[Section]) -> Reply:
    t = flow.words(facts)
    lines = [line.text for section in sections if section.name == _EARNING for line in section.lines][:_AT_ONCE]
    lines += [t.say("{number}. {title}", number=n, title=section.title) for n, section in enumerate(sections, 1)]
    lines.append(t.say("For more, answer with a number."))
    buttons = [Button(section.title, f"how {n}") for n, section in enumerate(sections, 1)][:MOST_BUTTONS]
    return reply(facts, "\n".join(lines), *buttons, title=t.say("How it works"))


def _in_full(facts: Facts, section: Section) -> Reply:
    lines = [section.title, *(f"- {line.text}" for line in section.lines)]
    return reply(facts, "\n".join(lines), *next_buttons(facts), title=section.title)
