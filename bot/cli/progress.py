"""How far long work has come: a bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STEP = 10
"""Percent between two plain lines."""
Tell = Callable[[int], None]


@contextmanager
def progress(what: str, whole: int) -> Iterator[Tell]:
    """A function to be told how much of ``whole`` is done; shown on stderr, which leaves stdout to results."""
    with _bar(what, whole) if sys.stderr.isatty() else _lines(what, whole) as tell:
        yield tell


@contextmanager
def _bar(what: str, whole: int) -> Iterator[Tell]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=whole)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def _lines(what: str, whole: int) -> Iterator[Tell]:
    shown = -1

    def tell(done: int) -> None:
        nonlocal shown
        step = done * 100 // max(1, whole) // STEP * STEP
        if step > shown:
            shown = step
            print(f"{what}: {step} %", file=sys.stderr, flush=True)

    yield tell
