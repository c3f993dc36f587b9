"""Long lists in pages, numbered through: a number means the same on every page."""

import re
from collections.abc import Sequence
from typing import TypeVar

from bot.conversation.facts import Dialog, Facts
from bot.conversation.flow import words
from bot.conversation.intents import Intent, fold
from bot.messages import Button

T = TypeVar("T")

UNPAGED, SIZE = 8, 7
"""So long a list stands whole; of a longer one so much is a page, with its buttons a phone's screen full."""
_TURNED = re.compile("rewards ([1-9][0-9]{0,2})")


def pages(length: int) -> int:
    return 1 if length <= UNPAGED else -(-length // SIZE)


def within(page: int, length: int) -> int:
    """The page, or the nearest that there is."""
    return max(1, min(page, pages(length)))


def part(listed: Sequence[T], page: int) -> list[tuple[int, T]]:
    """What stands on a page, each with its number."""
    numbered = list(enumerate(listed, 1))
    return numbered[(page - 1) * SIZE : page * SIZE] if pages(len(listed)) > 1 else numbered


def hint(facts: Facts, page: int, length: int) -> str:
    """How to see the rest; nothing when there is none."""
    if (of := pages(length)) == 1:
        return ""
    return words(facts).say("Page {page} of {pages}. To turn pages, write: more, back", page=page, pages=of)


def buttons(facts: Facts, page: int, length: int) -> tuple[Button, ...]:
    """To turn the page. They name it, so that pressing twice in haste skips none."""
    t, last = words(facts), pages(length)
    back = [Button(t.say("Back"), f"rewards {page - 1}")] if page > 1 else []
    more = [Button(t.say("More"), f"rewards {page + 1}")] if page < last else []
    return (*back, *more)


def pressed(text: str) -> int:
    """The page that a button names, 0 when the text is no such button's."""
    named = _TURNED.fullmatch(text)
    return int(named[1]) if named else 0


def turned(facts: Facts, dialog: Dialog, intent: Intent) -> int:
    """The page that was asked for by a word, 0 when none was.

    "Back" leaves a dialog elsewhere; in a list it leaves the page, until there is none before it.
    """
    page, length = dialog.get("page", 1), len(dialog["keys"])
    if intent.name == "more" and page < pages(length):
        return int(page) + 1
    leaves = fold(intent.text) == fold(words(facts).say("cancel"))
    return int(page) - 1 if intent.name == "cancel" and not leaves else 0
