"""Hostile JSON and forms: real ones with pieces dropped, renamed, retyped and buried. The same seed, the same ones."""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any
from urllib.parse import quote_plus

_DEPTH = 60
TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud83d",
    "Zoë 👩‍👩‍👧‍👦",
    "مرحبا\u202e",
    "1e999",
    "NaN",
    "-1",
    "9" * 400,
    "/start",
    "/start link_" + "A" * 64,
    "/start r_\0",
    "stop",
    "yes",
    "redeem 1",
    "'; DROP TABLE members; --",
    "{{ member.name }}",
    "<script>",
    "x" * 70,
    "é" * 5000,
    "+36301234567",
    "whatsapp:+36301234567",
    "private",
    "../../x",
    "%ff%00",
)
_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**53,
    2**63,
    -(2**63) - 1,
    10**25,
    1.5,
    1e308,
    float("nan"),
    float("inf"),
    [],
    {},
    [[]],
    [None],
    {"": ""},
    {"id": {}},
    ["x"] * 200,
)


def values(seeds: Sequence[Any], count: int, seed: int = 0) -> Iterator[Any]:
    """So many values, each a few changes away from one of ``seeds``."""
    random = Random(seed)
    for _ in range(count):
        value = random.choice(seeds)
        for _ in range(random.randint(1, 4)):
            value = _changed(random, value)
        yield value


def as_json(random: Random, value: Any) -> bytes:
    """The value on the wire; now and then cut off, or in no encoding at all."""
    raw = json.dumps(value, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    match random.randrange(12):
        case 0:
            return raw[: random.randint(0, len(raw))]
        case 1:
            return raw.decode("utf-8", "replace").encode("utf-16")
        case 2:
            at = random.randint(0, len(raw))
            return raw[:at] + random.randbytes(5) + raw[at:]
    return raw


def _changed(random: Random, value: Any) -> Any:
    """Goes down some branch, and does something to what stands there."""
    if isinstance(value, dict) and value and random.random() < 0.85:
        key, rest = random.choice(list(value)), dict(value)
        match random.randrange(12):
            case 0:
                del rest[key]
            case 1:
                rest[random.choice((*TEXTS, *value))] = rest.pop(key)
            case _:
                rest[key] = _changed(random, value[key])
        return rest
    if isinstance(value, list) and value and random.random() < 0.7:
        at = random.randrange(len(value))
        return [*value[:at], _changed(random, value[at]), *value[at + 1 :]]
    return _another(random, value)


def _another(random: Random, value: Any) -> Any:
    match random.randrange(7):
        case 0 | 1:
            return random.choice(TEXTS)
        case 2 | 3:
            return deepcopy(random.choice(_VALUES))
        case 4:
            return str(value) if isinstance(value, int) else [value]
        case 5:
            for _ in range(random.randint(1, _DEPTH)):
                value = {random.choice(("x", "message", "chat")): value} if random.random() < 0.5 else [value]
            return value
    return "".join(chr(random.choice((random.randrange(128), random.randrange(0x3000)))) for _ in range(30))


def forms(seeds: Sequence[Sequence[tuple[str, str]]], count: int, seed: int = 0) -> Iterator[bytes]:
    """So many bodies of forms, each a few changes away from one of ``seeds``."""
    random = Random(seed)
    for _ in range(count):
        fields = list(random.choice(seeds))
        for _ in range(random.randint(1, 4)):
            _spoil(random, fields)
        raw = "&".join(f"{_escaped(random, name)}={_escaped(random, value)}" for name, value in fields).encode()
        yield _damaged(random, raw) if random.random() < 0.2 else raw


def _spoil(random: Random, fields: list[tuple[str, str]]) -> None:
    at = random.randrange(len(fields) or 1)
    name, value = fields[at] if fields else ("Body", "")
    match random.randrange(6):
        case 0:
            del fields[at : at + 1]
        case 1:
            fields.insert(random.randint(0, len(fields)), (name, random.choice((value, *TEXTS))))
        case 2:
            fields[at : at + 1] = [(random.choice((name.lower(), *TEXTS)), value)]
        case 3:
            fields += [(name, value)] * random.randint(2, 30)
        case _:
            fields[at : at + 1] = [(name, random.choice((value * 30, *TEXTS)))]


def _escaped(random: Random, text: str) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return quote_plus(raw) if random.random() < 0.97 else "".join(f"%{byte:x}" for byte in raw)


def _damaged(random: Random, raw: bytes) -> bytes:
    at = random.randint(0, len(raw))
    pieces = (b"%", b"%zz", b"%ff%fe", b"&&==", b"\0", b"\xff", b"\xed\xa0\x80", b";", b"=" * 50)
    return random.choice((raw[:at], raw[:at] + random.choice(pieces) + raw[at:], raw.replace(b"%", b"%25")))
