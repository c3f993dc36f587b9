"""Links that nobody can make up: what they are about, signed with our key, so nothing need be kept."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

_SIGNATURE = 16
"""Bytes of HMAC-SHA256: 128 bits are beyond guessing (RFC 2104 §5)."""


def sign(secret: bytes, label: str, text: str, until: datetime) -> str:
    """A token for a path that holds ``text`` until a moment; one ``label`` never passes for another."""
    return sealed(secret, f"{int(until.timestamp())}\n{text}".encode(), f"{label}:".encode())


def read(secret: bytes, label: str, token: str, now: datetime) -> str | None:
    """The text of a token of ours that holds still; None for any other."""
    payload = unsealed(secret, token, f"{label}:".encode())
    if payload is None:
        return None
    until, _, text = payload.decode().partition("\n")
    return text if now.timestamp() < int(until) else None


def sealed(key: bytes, payload: bytes, label: bytes = b"") -> str:
    """A token for a path that holds ``payload`` for ever."""
    return _as_text(_signature(key, label + payload) + payload)


def unsealed(key: bytes, token: str, label: bytes = b"") -> bytes | None:
    """The payload of such a token; None for one that is not ours."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    signature, payload = raw[:_SIGNATURE], raw[_SIGNATURE:]
    return payload if hmac.compare_digest(signature, _signature(key, label + payload)) else None


def proof(key: bytes, data: bytes) -> str:
    """What stands in a path beside ``data`` that are there to be read, and shows that we put them there."""
    return _as_text(_signature(key, data))


def _signature(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")[:_SIGNATURE]


def _as_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
