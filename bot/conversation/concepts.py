"""Which concepts a sentence names, whatever the order of its words: "points", "expire", "friend"."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from bot.conversation.folding import fold, unspaced

NOTHING = "nothing"
"""Words that hold another word and do not mean it: 有点 is a bit, not a point."""
_KEY = 5
"""Letters by which a word is found among thousands."""
_CHINESE = "[\u3400-\u9fff]"
_BEGINNING = re.compile(rf"(?<![\w.])\w|{_CHINESE}|(?<={_CHINESE})\w")
"""Where a word may begin: in scripts without spaces at any sign."""


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word, and the concepts that it stands for: alone, and with any ending."""

    text: str
    alone: frozenset[str]
    begun: frozenset[str]


class Concepts:
    """Several languages' words for them. The longest at a place wins: "how many" is not "how"."""

    def __init__(self, languages: Sequence[Iterable[Word]]) -> None:
        self._languages, self._first = len(languages), 0
        self._starting: dict[str, list[tuple[int, Word]]] = defaultdict(list)
        words = [(number, word) for number, words in enumerate(languages) for word in words]
        for number, word in sorted(words, key=lambda one: -len(one[1].text)):
            self._starting[word.text[:_KEY]].append((number, word))
        self.words = frozenset(word.text for _, word in words)
        """All of them."""

    def led_by(self, language: int) -> "Concepts":
        """The same words, of which this language's are heard first."""
        led = copy(self)
        led._first = language
        return led

    def heard(self, said: str) -> list[frozenset[str]]:
        """The concepts that a folded text names, as each language hears them; what hears none is left out."""
        heard: list[set[str]] = [set() for _ in range(self._languages)]
        behind = [0] * self._languages
        for found in _BEGINNING.finditer(said):
            start, shortest = found.start(), dict[int, int]()
            for mine, word in self._at(said, start):
                end = start + len(word.text)
                if start < behind[mine] if mine not in shortest else end <= shortest[mine]:
                    continue
                if concepts := word.alone if _ends(said, end) else word.begun:
                    heard[mine] |= concepts
                    if mine not in shortest:
                        behind[mine], shortest[mine] = end, _shortest(word, said, start)
        heard.insert(0, heard.pop(self._first))
        return [frozenset(some - {NOTHING}) for some in heard if some]

    def known(self, word: str) -> bool:
        """Whether a single word stands for something."""
        return bool(self.heard(word)) or word in self.words

    def _at(self, said: str, start: int) -> Iterator[tuple[int, Word]]:
        for size in range(_KEY, 0, -1):
            for number, word in self._starting.get(said[start : start + size], ()):
                if len(word.text) >= size and said.startswith(word.text, start):
                    yield number, word


def _shortest(word: Word, said: str, start: int) -> int:
    """What must be longer to count beside ``word``: a stem of its last word does, "tag" in "tagság"."""
    stems = word.begun == word.alone and not unspaced(word.text)
    return said.rfind(" ", start, start + len(word.text)) + 1 if stems else len(said)


def _ends(said: str, at: int) -> bool:
    return at == len(said) or not said[at].isalnum() or unspaced(said[at])


def words(named: Mapping[str, Iterable[str]]) -> tuple[Word, ...]:
    """One language's, by concept; a star at the end is any ending."""
    alone: dict[str, set[str]] = defaultdict(set)
    begun: dict[str, set[str]] = defaultdict(set)
    for concept, phrases in named.items():
        for phrase in phrases:
            word = fold(phrase.removesuffix("*"))
            alone[word].add(concept)
            if phrase.endswith("*") or unspaced(word):
                begun[word].add(concept)
    kept = {some: some for some in map(frozenset, (*alone.values(), *begun.values(), ()))}
    return tuple(Word(word, kept[frozenset(alone[word])], kept[frozenset(begun.get(word, ()))]) for word in alone)
