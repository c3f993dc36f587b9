"""Questions over a whole message, as patterns in which a star is anything."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from bot.conversation.folding import fold_pattern

_ANCHOR = 6
"""Letters of a pattern by which it is found among hundreds."""
_TELLING = 8
"""A pattern of several words and more letters than these before its first star is known within a longer message."""
_WORDS_BEFORE = 6
_rank = attrgetter("rank")


@dataclass(frozen=True, slots=True)
class _Pattern:
    rank: int
    meaning: str
    pieces: tuple[str, ...]

    def fits(self, said: str) -> bool:
        first, *rest = self.pieces
        if not rest:
            return said == first
        *middle, last = rest
        at, end = len(first), len(said) - len(last)
        if not (said.startswith(first) and said.endswith(last)):
            return False
        for piece in middle:
            found = said.find(piece, at, max(at, end))
            if found < 0:
                return False
            at = found + len(piece)
        return at <= end

    def fits_within(self, said: str) -> bool:
        """After a few words of something else: "hello, how many points do i have"."""
        first = self.pieces[0]
        if len(first) <= _TELLING or " " not in first:
            return False
        at = said.find(f" {first}")
        return at >= 0 and said.count(" ", 0, at) < _WORDS_BEFORE and self.fits(said[at + 1 :])


class Questions:
    """Patterns and what they mean; of several that fit, the one that says most wins, else the first.

    One that fits the whole message comes before one that fits after a few words of something else.
    """

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """Of pairs: meaning, pattern."""
        anchored: dict[str, list[_Pattern]] = defaultdict(list)
        folded = [(meaning, tuple(fold_pattern(phrase).split("*"))) for meaning, phrase in phrases]
        folded.sort(key=lambda one: -sum(map(len, one[1])))
        for rank, (meaning, pieces) in enumerate(folded):
            anchored[max(pieces, key=len)[:_ANCHOR]].append(_Pattern(rank, meaning, pieces))
        self._anchored: Mapping[str, list[_Pattern]] = dict(anchored)

    def find(self, said: str) -> str:
        """What the question means; empty when no pattern fits."""
        near = [
            pattern
            for at in range(len(said))
            for size in range(1, _ANCHOR + 1)
            for pattern in self._anchored.get(said[at : at + size], ())
        ]
        near.sort(key=_rank)
        whole = (pattern.meaning for pattern in near if pattern.fits(said))
        within = (pattern.meaning for pattern in near if pattern.fits_within(said))
        return next(whole, "") or next(within, "")
