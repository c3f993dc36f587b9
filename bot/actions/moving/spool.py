"""Checked lines of a file on their way to being recorded, in a temporary file without a name: memory stays flat."""

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from bot.actions.recording.record import Checked

Line = tuple[int, int, Checked]
"""Its number, the bytes read so far, and what it says."""


class Spool:
    """Written once, then read in the same order."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._pieces = 0

    def put(self, lines: Sequence[Line]) -> None:
        """Add lines at the end."""
        pickle.dump(lines, self._file, pickle.HIGHEST_PROTOCOL)
        self._pieces += 1

    def __iter__(self) -> Iterator[Line]:
        self._file.seek(0)
        for _ in range(self._pieces):
            yield from pickle.load(self._file)


@contextmanager
def spooled() -> Iterator[Spool]:
    """An empty one; what it holds is gone with the block, or with the process."""
    with TemporaryFile() as file:
        yield Spool(file)
