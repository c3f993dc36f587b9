"""CSV files, read line by line with the number of each line and how many bytes of the file are behind it."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.errors import bad_field

Line = tuple[int, int, list[str]]
"""Its number, the bytes read so far, its fields."""


def lines(path: Path) -> Iterator[Line]:
    """The lines of a file in UTF-8 with commas, the header first; empty ones are left out.

    Raises:
        BadInput: where it cannot be read as such: where one row ends and the next begins is not known any more.
    """
    done = 0

    def decoded(raw: Iterable[bytes]) -> Iterator[str]:
        nonlocal done
        for line in raw:
            text = line.decode("utf-8-sig" if done == 0 else "utf-8")
            done += len(line)
            yield text

    with path.open("rb") as file:
        rows = csv.reader(decoded(file), strict=True)
        try:
            for row in rows:
                if row:
                    yield rows.line_num, done, row
        except (UnicodeDecodeError, csv.Error) as error:
            raise bad_field(f"line {rows.line_num + 1}", f"cannot be read as CSV in UTF-8: {error}") from error
