"""Checked lines of a file on their way to being recorded, in temporary files without names: memory stays flat."""

import heapq
import pickle
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from operator import itemgetter
from tempfile import TemporaryFile
from typing import IO, Self

from bot.actions.recording.record import Checked
from bot.loyalty.activity import Activity

Line = tuple[int, int, Checked]
"""Its number, the bytes read so far, and what it says."""


class Part:
    """Written once, then read in the same order."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._pieces = 0

    def put(self, lines: Sequence[Line]) -> None:
        """Add lines at the end."""
        pickle.dump(lines, self._file, pickle.HIGHEST_PROTOCOL)
        self._pieces += 1

    def written(self) -> Self:
        """The same, with nothing left in a buffer: another process can read it."""
        self._file.flush()
        return self

    def __iter__(self) -> Iterator[Line]:
        self._file.seek(0)
        for _ in range(self._pieces):
            yield from pickle.load(self._file)


class Spool:
    """Lines in parts that no member has lines in two of; read as a whole, they come in the order of the file.

    To see that no id repeats, a spool of several parts remembers a number for each line.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self._apart = len(parts) > 1
        self._names: set[int] = set()
        self._count = 0

    @property
    def divided(self) -> bool:
        """Whether parts may be recorded side by side: there are several, and no line concerns one in another part."""
        return self._apart and len(self._names) == self._count

    def put(self, lines: Sequence[Line]) -> None:
        """Add lines at the end."""
        if self._apart:
            self._count += len(lines)
            self._names.update(hash(one.name) for _, _, one in lines)
            self._apart = all(_stands_alone(one) for _, _, one in lines)
        for n, part in enumerate(self.parts):
            if own := [line for line in lines if hash(line[2].ref) % len(self.parts) == n]:
                part.put(own)

    def __iter__(self) -> Iterator[Line]:
        return heapq.merge(*self.parts, key=itemgetter(0))


def _stands_alone(one: Checked) -> bool:
    """Whether it is of a member whom no other line names in another way, and takes nothing back."""
    return (
        one.ref is not None and one.ref[0] == "external_id" and isinstance(one.what, Activity) and not one.what.refunds
    )


@contextmanager
def spooled(parts: int = 1) -> Iterator[Spool]:
    """An empty one; what it holds is gone with the block, or with the process."""
    with ExitStack() as files:
        yield Spool([Part(files.enter_context(TemporaryFile())) for _ in range(parts)])
