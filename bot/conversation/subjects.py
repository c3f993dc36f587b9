"""What a sentence is about, when nothing else tells what is meant: enough to show or to ask, never to do something."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.conversation.folding import fold, unspaced

_GENERAL = "balance"
"""Points are named along with most subjects."""


class _Cue(NamedTuple):
    meaning: str
    parts: tuple[str, ...]
    letters: int

    def is_in(self, text: str) -> bool:
        at = 0
        for part in self.parts:
            found = text.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return True


class Subjects:
    """Beginnings of words, and what they are about; in scripts without spaces, any part of the text.

    A star is anything: "points * expire".
    """

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        """Of pairs: meaning, beginning of a word or of several."""
        self._cues = [_cue(meaning, word) for meaning, word in words]

    def find(self, said: str) -> str:
        """What the cue that says most is about; empty when there is none, or as much speaks for something else."""
        text = f" {said}"
        heard = [cue for cue in self._cues if cue.is_in(text)]
        most = max((cue.letters for cue in heard), default=0)
        found = {cue.meaning for cue in heard if cue.letters == most}
        if len(found) > 1:
            found.discard(_GENERAL)
        return found.pop() if len(found) == 1 else ""


def _cue(meaning: str, words: str) -> _Cue:
    folded = [fold(part) for part in words.split("*")]
    parts = tuple(part if unspaced(part) else f" {part}" for part in folded)
    return _Cue(meaning, parts, sum(map(len, parts)))
