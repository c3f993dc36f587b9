"""Codes that are too many to guess, or live too short for it."""

import hashlib
import hmac
import secrets

from bot.loyalty.codes import ALPHABET, DIGITS, numbered


def new_code(length: int) -> str:
    """A random code of ``length`` characters, to be read aloud: the last one a check digit, in groups of four.

    Each character but the last carries log2(30) ≈ 4.9 bits: 12 make 54 bits.
    """
    return numbered(secrets.randbelow(len(ALPHABET) ** (length - 1)), length)


def new_digits() -> str:
    """The random digits of a one-time code."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def hashed(secret: bytes, label: str, text: str) -> str:
    """A keyed hash, to keep one-time codes without keeping them readable."""
    return hmac.new(secret, f"{label}:{text}".encode(), hashlib.sha256).hexdigest()
