"""Which language somebody speaks of whom nothing is known yet: by the words of their message."""

from dataclasses import dataclass
from functools import lru_cache

from bot.conversation.folding import fold
from bot.conversation.questions import Questions
from bot.conversation.vocabulary import tables
from bot.wording import negotiate
from bot.wording.formats import locale_of

_LONGEST = 200
_SAID_BY_ANYBODY = ("stop", "yes", "no")
"""Opting out is understood in every language, and an answer this short is a word of too many."""


@dataclass(frozen=True, slots=True)
class _Own:
    whole: frozenset[str]
    leading: frozenset[str]
    questions: Questions

    def has(self, said: str) -> bool:
        return said in self.whole or self.leads(said) or bool(self.questions.find(said))

    def leads(self, said: str) -> bool:
        return said.partition(" ")[0] in self.leading


def spoken(text: str, offered: tuple[str, ...]) -> str | None:
    """The offered language whose own words these are; None when they are of none, or of several.

    Where two scripts of one language have them it is the first of the two; None where that one is the default anyway.
    """
    said = fold(text.lstrip("/")) if len(text) <= _LONGEST else ""
    if not said or _is_command(said):
        return None
    found = [tag for tag in offered if _own(tag).has(said)]
    if len({locale_of(tag).language for tag in found}) != 1 or (found[0] == offered[0] and len(found) > 1):
        return None
    return found[0]


def _is_command(said: str) -> bool:
    """What our buttons and posters send, and carriers tell people to write, is English whatever they speak."""
    english = _own("en")
    return english.leads(said) or (" " not in said and said in english.whole)


@lru_cache(64)
def _own(tag: str) -> _Own:
    known = tables()
    table = known[negotiate(tag, tuple(known))]
    telling = (phrases for name, phrases in table["whole"].items() if name not in _SAID_BY_ANYBODY)
    leading = {fold(phrase) for phrases in table["leading"].values() for phrase in phrases}
    questions = Questions((name, phrase) for name, phrases in table["questions"].items() for phrase in phrases)
    return _Own(frozenset(fold(one) for some in telling for one in some), frozenset(leading), questions)
