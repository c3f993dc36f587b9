"""What a sentence is about, when nothing else tells what is meant: enough to show something, never to do something."""

from collections.abc import Iterable

from bot.conversation.folding import fold, unspaced

_GENERAL = "balance"
"""Points are named along with most subjects: "which rewards are there for my points"."""


class Subjects:
    """Beginnings of words, and what they are about; in scripts without spaces, any part of the text."""

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        """Of pairs: meaning, word."""
        folded = [(meaning, fold(word)) for meaning, word in words]
        self._about = [(meaning, word if unspaced(word) else f" {word}") for meaning, word in folded]

    def find(self, said: str) -> str:
        """The one subject there is; empty when there is none, or more than one."""
        text = f" {said}"
        found = {meaning for meaning, word in self._about if word in text}
        if len(found) > 1:
            found.discard(_GENERAL)
        return found.pop() if len(found) == 1 else ""
