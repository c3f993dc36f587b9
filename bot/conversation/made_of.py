"""Messages that consist of certain words and of nothing else."""

import re
from collections.abc import Iterable

from bot.conversation.folding import fold, unspaced


class MadeOf:
    """Knows a message of nothing but these words, at least one of them of the ``needed``."""

    def __init__(self, needed: Iterable[str], others: Iterable[str]) -> None:
        needed = tuple(needed)
        self._needed = re.compile(_one_of(needed))
        # Atomic, for else 送给送给送给 could be parted in ever so many ways.
        self._all = re.compile(rf"(?>{_one_of((*needed, *others))}[\W_]*)++")

    def fits(self, text: str) -> bool:
        """Whether it says no more than that. Signs between words do not matter."""
        said = fold(text)
        return bool(self._all.fullmatch(said) and self._needed.search(said))


def _one_of(words: Iterable[str]) -> str:
    """The longer first; only in scripts without spaces may words touch."""
    folded = sorted(set(map(fold, words)), key=len, reverse=True)
    ends = (re.escape(word) if unspaced(word) else rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" for word in folded)
    return f"(?:{'|'.join(ends)})"
