"""What changed between two programme documents, in words."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from bot.loyalty.parts import Tree


def differences(before: str, after: str) -> list[str]:
    """A sentence for each change from one document (TOML) to another: ``earning "spend": give.points was 1, is 2``."""
    return list(_tables(tomllib.loads(before), tomllib.loads(after)))


def _tables(before: Tree, after: Tree) -> Iterator[str]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if isinstance(old if old is not None else new, list) and isinstance(new if new is not None else old, list):
            yield from _rows(name, old or [], new or [])
        elif old is None:
            yield f"[{name}] is new: {_shown(new)}"
        elif new is None:
            yield f"[{name}] is gone"
        else:
            yield from _values(f"[{name}] ", "", old, new)


def _rows(name: str, before: list[Any], after: list[Any]) -> Iterator[str]:
    old, new = ({_key(row, i): row for i, row in enumerate(rows)} for rows in (before, after))
    for key in dict.fromkeys((*old, *new)):
        if key not in old:
            yield f'{name} "{key}" is new: {_shown({k: v for k, v in new[key].items() if k != "key"})}'
        elif key not in new:
            yield f'{name} "{key}" is gone'
        else:
            yield from _values(f'{name} "{key}": ', "", old[key], new[key])
    kept = [key for key in new if key in old]
    if kept != [key for key in old if key in new]:
        yield f"{name}: the order is now {', '.join(kept)}"


def _key(row: Any, number: int) -> str:
    return str(row.get("key", number)) if isinstance(row, Mapping) else str(number)


def _values(where: str, path: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from _values(where, f"{path}.{name}".lstrip("."), before.get(name), after.get(name))
    elif before is None:
        yield f"{where}{path} is now {_shown(after)}"
    elif after is None:
        yield f"{where}{path} is no longer set (was {_shown(before)})"
    else:
        yield f"{where}{path} was {_shown(before)}, is {_shown(after)}"


def _shown(value: Any) -> str:
    """A value as one would write it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case Mapping():
            return "{ " + ", ".join(f"{name} = {_shown(one)}" for name, one in value.items()) + " }"
        case list():
            return f"[{', '.join(map(_shown, value))}]"
    return str(value)
