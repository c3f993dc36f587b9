"""What no caller should send, and some will."""

import json
from typing import Any

from hypothesis import strategies as st

from tests.web.from_schema import Draw

TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udc00\ud83d",
    "👩‍👩‍👧‍👦 Zoë",
    "مرحبا\u202eabc",
    "'; DROP TABLE members; --",
    "' OR '1'='1",
    "%s %(x)s {0} $1 :name",
    "{{ member.name }}{% for i in (1..9) %}x{% endfor %}",
    "{{ 7 * 7 }}{{ ''.__class__.__mro__ }}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "x" * 201,
    "x" * 5000,
    "٣٤",
    "1e400",
    "-0",
    "+1",
    "NaN",
    "1,50",
    "0.0000001",
    "9" * 24,
    "1000000000000.01",
    "phone:+0",
    "phone:" + "9" * 200,
    "email:@",
    "telegram:😀",
    "external:\x00",
    "0000-00-00",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-03-04T12:00:00",
    "2026-03-04T12:00:00+23:59",
    "2031-01-01T00:00:00+01:00",
    "1900-01-01T00:00:00-12:00",
    "3.4.2026",
    "null",
    "\r\nSet-Cookie: x=1",
)
_NUMBERS = (0, -1, 1, 12.99, 1e308, -(2**31), 2**31, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**30, 10**400)
_OTHER: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[[[[]]]]],
    [None],
    {"": ""},
    {"id": "1", "code": "2"},
    float("nan"),
    float("inf"),
)
_DEEP = 100_000
RAW = (
    b"",
    b" ",
    b"null",
    b"[]",
    b"{",
    b'{"a":1}{"a":1}',
    b"\xff\xfe",
    b'"\\ud800"',
    b"[" * _DEEP,
    b'{"a":' * _DEEP + b"1" + b"}" * _DEEP,
    b'{"member": {"id": ' + b"9" * 5000 + b"}}",
    b'{"id": "\xc3"}',
    b"<?xml version='1.0'?>",
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
)


def spoilt(draw: Draw, body: Any) -> bytes:
    """A body with something wrong in one to three places, or none of JSON at all."""
    if draw(st.integers(0, 9)) == 0:
        return bytes(draw(st.sampled_from(RAW)))
    body = json.loads(json.dumps(body))
    for _ in range(draw(st.integers(1, 3))):
        body = _spoilt(draw, body)
    return json.dumps(body).encode()


def _spoilt(draw: Draw, value: Any) -> Any:
    """Goes down a branch, and at some place puts something else there, takes it away, or adds to it."""
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        name, act = draw(st.sampled_from(sorted(value))), draw(st.integers(0, 7))
        if act == 0:
            return {key: one for key, one in value.items() if key != name}
        if act == 1:
            return {**value, draw(st.sampled_from(("unknown", *TEXTS))): value[name]}
        return {**value, name: _spoilt(draw, value[name])}
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        return [_spoilt(draw, value[0]), *value[1:]]
    return draw(st.sampled_from((*TEXTS, *_NUMBERS, *_OTHER)))
