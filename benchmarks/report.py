"""One line a figure: ours, the floor, their ratio, and the goal beside it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio (or a plain figure) is to reach: at least or at most ``value``."""

    value: float
    at_least: bool = True

    def met(self, figure: float) -> bool:
        return figure >= self.value if self.at_least else figure <= self.value

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.value:g}"


def show(name: str, ours: float, floor: float | None, unit: str, goal: Goal) -> None:
    """Print a figure; with a floor, what counts is the ratio to it."""
    figure = ours if floor is None else ours / floor
    beside = "" if floor is None else f"  floor {floor:10,.1f} {unit}  ratio {figure:5.2f}×"
    print(
        f"{name:<58} {ours:10,.1f} {unit}{beside}  goal {goal}  {'met' if goal.met(figure) else 'MISSED'}", flush=True
    )


async def side_by_side(*measures: Callable[[], Awaitable[float]]) -> list[float]:
    """The median of five rounds for each, taken in turn so that noise falls on all alike."""
    taken: Sequence[list[float]] = [[] for _ in measures]
    for _ in range(ROUNDS):
        for figures, measure in zip(taken, measures, strict=True):
            figures.append(await measure())
    return [median(figures) for figures in taken]
