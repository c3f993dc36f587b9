"""Which language somebody speaks of whom nothing is known yet: by the words of their message."""

from dataclasses import dataclass
from functools import lru_cache

from bot.conversation.folding import fold
from bot.conversation.questions import Questions
from bot.conversation.vocabulary import tables
from bot.wording import negotiate

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Own:
    whole: frozenset[str]
    leading: frozenset[str]
    questions: Questions

    def has(self, said: str) -> bool:
        return said in self.whole or said.partition(" ")[0] in self.leading or bool(self.questions.find(said))


def spoken(text: str, offered: tuple[str, ...]) -> str | None:
    """The offered language whose own words these are; None when they are of no language, or of the first one too."""
    said = fold(text.lstrip("/")) if len(text) <= _LONGEST else ""
    if not said:
        return None
    speak = (tag for tag in offered if _own(tag).has(said))
    found = next(speak, None)
    return None if found == offered[0] else found


@lru_cache(64)
def _own(tag: str) -> _Own:
    known = tables()
    table = known[negotiate(tag, tuple(known))]
    # Opting out is understood in every language, so it tells of none.
    whole = {fold(phrase) for name, phrases in table["whole"].items() if name != "stop" for phrase in phrases}
    leading = {fold(phrase) for phrases in table["leading"].values() for phrase in phrases}
    questions = Questions((name, phrase) for name, phrases in table["questions"].items() for phrase in phrases)
    return _Own(frozenset(whole), frozenset(leading), questions)
