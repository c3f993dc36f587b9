"""What people put around a word out of politeness: "hi, my rewards please"."""

from collections.abc import Iterable, Iterator

from bot.conversation.folding import bare, fold, unspaced

_MOST_WORDS = 5


class Politeness:
    """Phrases that may stand before and after; only in scripts without spaces may they touch the word."""

    def __init__(self, before: Iterable[str], after: Iterable[str]) -> None:
        self._before, self._after = frozenset(map(fold, before)), frozenset(map(fold, after))
        self._touching = tuple(sorted(filter(unspaced, self._before), key=len, reverse=True))
        self._touched = tuple(sorted(filter(unspaced, self._after), key=len, reverse=True))

    def stripped(self, said: str) -> str:
        """Only the word, folded; all when there was nothing around it."""
        while (rest := next(self._shorter(said), said)) != said:
            said = rest
        return said

    def _shorter(self, said: str) -> Iterator[str]:
        words = said.split(" ")
        for n in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
            if bare(" ".join(words[:n])) in self._before:
                yield bare(" ".join(words[n:]))
            if bare(" ".join(words[-n:])) in self._after:
                yield bare(" ".join(words[:-n]))
        if said.startswith(self._touching):
            yield from (bare(said.removeprefix(p)) for p in self._touching if said.startswith(p))
        if said.endswith(self._touched):
            yield from (bare(said.removesuffix(p)) for p in self._touched if said.endswith(p))
