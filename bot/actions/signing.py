"""Links that nobody can make up: what they are about and until when, signed with our key, so nothing need be kept."""

import base64
import binascii
import hmac
from datetime import datetime

_SIGNATURE = 16
"""Bytes of HMAC-SHA256: 128 bits are beyond guessing (RFC 2104 §5)."""


def sign(secret: bytes, label: str, text: str, until: datetime) -> str:
    """A token for a path that holds ``text`` until a moment; one ``label`` never passes for another."""
    payload = f"{int(until.timestamp())}\n{text}".encode()
    return base64.urlsafe_b64encode(_signature(secret, label, payload) + payload).decode().rstrip("=")


def read(secret: bytes, label: str, token: str, now: datetime) -> str | None:
    """The text of a token of ours that holds still; None for any other."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return None
    signature, payload = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(secret, label, payload)):
        return None
    until, _, text = payload.decode().partition("\n")
    return text if now.timestamp() < int(until) else None


def _signature(secret: bytes, label: str, payload: bytes) -> bytes:
    return hmac.digest(secret, f"{label}:".encode() + payload, "sha256")[:_SIGNATURE]
