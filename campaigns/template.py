"""Texts that marketers write in Liquid: parsed once, tried out when the programme is checked, filled in per member."""

from collections.abc import Mapping
from typing import Any

from liquid import Environment, StrictUndefined
from liquid.exceptions import LiquidError

LONGEST = 4000
"""Bytes that a text may come to, whatever its loops do."""


class _Liquid(Environment):
    loop_iteration_limit = 100
    output_stream_limit = LONGEST
    local_namespace_limit = 10_000


_LIQUID = _Liquid(undefined=StrictUndefined)
# Other templates do not exist here.
for _tag in ("include", "render"):
    del _LIQUID.tags[_tag]


class Counted(dict[str, int]):
    """A number that reads as words: ``{{ bonus }}`` is "50 points", ``{{ bonus.points }}`` is 50."""

    def __init__(self, words: str, **numbers: int) -> None:
        super().__init__(numbers)
        self._words = words

    def __str__(self) -> str:
        return self._words


_MEMBER = {"name": "Anna Kiss", "first_name": "Anna"}
_POINTS = Counted("162 points", points=162)
_COMMON = {"member": _MEMBER, "programme": {"name": "Bean & Leaf"}, "balance": _POINTS}
GIFT: Mapping[str, Any] = {**_COMMON, "bonus": _POINTS}
"""What a birthday or win-back text may name, with an example of each."""
PLAIN: Mapping[str, Any] = _COMMON
"""The same when the campaign gives no bonus."""
NEAR: Mapping[str, Any] = {**_COMMON, "reward": {"name": "Any drink"}, "to_go": "2 stamps"}
"""What the text of a reward that is near may name; how much is to go only in words, for it may be points or stamps."""

ENDING: Mapping[str, Any] = {**_COMMON, "points": _POINTS, "day": "31 December 2026"}
"""What the text about points that end may name: how many, and the last day of the first of them."""


class Template:
    """One text in one language."""

    def __init__(self, source: str) -> None:
        """Raises ValueError, in words for the writer, when it is not valid Liquid."""
        if not source.strip():
            raise ValueError("is empty")
        try:
            self._parsed = _LIQUID.from_string(source)
        except LiquidError as error:
            raise ValueError(f"is not valid Liquid: {error.message}") from error

    def fault(self, example: Mapping[str, Any]) -> str:
        """What is wrong when only the names in ``example`` exist; empty when nothing is."""
        for segments in self._parsed.global_variable_segments():
            known: Any = example
            for segment in segments:
                if not isinstance(known, Mapping) or segment not in known:
                    path = ".".join(map(str, segments))
                    return f'"{path}" is not known here; known are {", ".join(sorted(_paths(example)))}'
                known = known[segment]
        try:
            self.render(example)
        except LiquidError as error:
            return f"cannot be filled in: {error.message}"
        return ""

    def render(self, context: Mapping[str, Any]) -> str:
        """Raises LiquidError when the text breaks its limits with these very values."""
        return str(self._parsed.render(context)).strip()


def _paths(example: Mapping[str, Any]) -> list[str]:
    return [
        path
        for name, value in example.items()
        for path in ([name] if not isinstance(value, dict) or isinstance(value, Counted) else [])
        + [f"{name}.{part}" for part in (value if isinstance(value, dict) else ())]
    ]
