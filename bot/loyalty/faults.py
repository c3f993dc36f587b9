"""What can be wrong between the parts of a programme document, told together with what is wrong inside of them.

These checks read the document as it was written, so that one fault in its shape does not hide the others; what
they cannot make sense of is left to the shape's own checks.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.errors import Fault
from bot.loyalty.money import exponent_of, to_minor

_NAMED = ("stamp_cards", "rewards", "challenges", "badges")
_MOST_POINTS = 1000
"""For the smallest unit of money: with the largest amount taken, points stay far below what a column holds."""
_FINEST = 4
"""Decimals of the finest currency: what is taken as right while the programme's own is not known."""


def as_fault(error: Mapping[str, Any]) -> Fault:
    """One error of the validating library in our words."""
    kind, message = error["type"], error["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        message = "unknown key; check the spelling"
    elif kind == "missing":
        message = "is missing"
    elif kind == "string_pattern_mismatch":
        message = f'"{error["input"]}" is not written as it must be ({error["ctx"]["pattern"]})'
    return Fault(".".join(str(step) for step in error["loc"] if step != ""), message)


def reference_faults(tree: Mapping[str, Any]) -> Iterator[Fault]:
    """Keys that are there twice, names of what is not there, texts that some would not get, rules out of measure."""
    yield from _doubled_keys(tree)
    yield from _missing(tree, "stamp_cards", ("reward",), "rewards")
    yield from _missing(tree, "challenges", ("then", "badge"), "badges")
    yield from _untranslated(tree)
    yield from _amounts(tree)


def _parts(tree: Mapping[str, Any], section: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    parts = tree.get(section)
    for i, part in enumerate(parts if isinstance(parts, list) else ()):
        if isinstance(part, Mapping):
            yield i, part


def _doubled_keys(tree: Mapping[str, Any]) -> Iterator[Fault]:
    for section in ("earning", *_NAMED):
        seen: set[str] = set()
        for i, part in _parts(tree, section):
            key = part.get("key")
            if isinstance(key, str):
                if key in seen:
                    yield Fault(f"{section}.{i}.key", f'"{key}" is there twice')
                seen.add(key)


def _missing(tree: Mapping[str, Any], section: str, path: tuple[str, ...], among: str) -> Iterator[Fault]:
    keys = {part["key"] for _, part in _parts(tree, among) if isinstance(part.get("key"), str)}
    for i, part in _parts(tree, section):
        name = _at(part, *path)
        if isinstance(name, str) and name not in keys:
            yield Fault(f"{section}.{i}.{'.'.join(path)}", f'there is no {path[-1]} "{name}"')


def _untranslated(tree: Mapping[str, Any]) -> Iterator[Fault]:
    languages = _at(tree, "programme", "languages")
    if not isinstance(languages, list) or not languages:
        return
    for section in _NAMED:
        for i, part in _parts(tree, section):
            for name in ("name", "about"):
                texts = part.get(name)
                if isinstance(texts, Mapping) and texts and languages[0] not in texts:
                    yield Fault(f"{section}.{i}.{name}", f'has no "{languages[0]}", which others fall back to')


def _amounts(tree: Mapping[str, Any]) -> Iterator[Fault]:
    exponent = _exponent(_at(tree, "programme", "currency"))
    for i, rule in _parts(tree, "earning"):
        per, points = _at(rule, "give", "per"), _at(rule, "give", "points")
        if not isinstance(per, str):
            continue
        try:
            minor = to_minor(per, exponent)
        except ValueError as error:
            yield Fault(f"earning.{i}.give.per", str(error))
            continue
        if minor <= 0:
            yield Fault(f"earning.{i}.give.per", "must be more than 0")
        elif isinstance(points, int) and points > _MOST_POINTS * minor:
            yield Fault(f"earning.{i}.give.points", f"is more than {_MOST_POINTS} for the smallest unit of money")


def _at(tree: Any, *path: str) -> Any:
    for step in path:
        tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree


def _exponent(currency: Any) -> int:
    try:
        return exponent_of(currency) if isinstance(currency, str) else _FINEST
    except ValueError:
        return _FINEST
