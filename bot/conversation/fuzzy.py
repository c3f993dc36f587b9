"""Words typed wrongly: the phrase that was meant, when it can be only one.

Distance is optimal string alignment: letters missing, added, taken for another, or two neighbours swapped.
"""

from collections import defaultdict
from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
"""Shorter words are too easily another word."""
LONGEST = 60
_SHORT = 5
"""Up to this length only a slip of the fingers is forgiven: two letters swapped, or one doubled or not doubled."""


class Near:
    """Phrases and what they mean. They are kept by the length of what can be near to them, for speed."""

    __slots__ = ("_within", "meaning")

    def __init__(self, meaning: Mapping[str, str]) -> None:
        self.meaning = meaning
        self._within: dict[int, list[str]] = defaultdict(list)
        for phrase in meaning:
            edits = _forgiven(phrase)
            for length in range(len(phrase) - edits, len(phrase) + edits + 1):
                if edits and SHORTEST <= length <= LONGEST:
                    self._within[length].append(phrase)

    def find(self, said: str) -> str:
        """What the nearest phrase means; empty when none is near, or phrases of other meanings are as near."""
        choices = self._within.get(len(said))
        if not choices:
            return ""
        found = process.extract(said, choices, scorer=OSA.distance, score_cutoff=_most(len(said)), limit=None)
        near = [(edits, self.meaning[phrase]) for phrase, edits, _ in found if _is_slip(said, phrase, edits)]
        if not near:
            return ""
        best, meant = min(near)
        # The more is forgiven, the clearer the lead must be.
        rivals = {meaning for edits, meaning in near if edits <= best + (best > 1)}
        return meant if len(rivals) == 1 else ""


def _most(length: int) -> int:
    """More edits than any phrase near ``length`` is forgiven."""
    return 1 if length < 6 else 2 if length < 12 else 3


def _forgiven(phrase: str) -> int:
    """How many edits: none below four letters, three from fifteen."""
    length = len(phrase)
    return 0 if length < SHORTEST else 1 if length < 8 else 2 if length < 15 else 3


def _is_slip(said: str, phrase: str, edits: int) -> bool:
    if edits > _forgiven(phrase):
        return False
    if len(phrase) <= _SHORT:
        return _undoubled(said) == _undoubled(phrase) or sorted(said) == sorted(phrase)
    return edits == 1 or said[0] == phrase[0]


def _undoubled(word: str) -> str:
    return "".join(letter for i, letter in enumerate(word) if i == 0 or letter != word[i - 1])
