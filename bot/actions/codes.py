"""Codes that people read aloud: too many to guess."""

import hashlib
import hmac
import secrets

from bot.loyalty.codes import ALPHABET, grouped, tidy, with_check_digit

__all__ = ["ALPHABET", "grouped", "hashed", "new_code", "tidy"]


def new_code(length: int) -> str:
    """A random code of ``length`` characters, the last one a check digit, in groups of four.

    Each character but the last carries log2(30) ≈ 4.9 bits: 12 make 54 bits.
    """
    number, body = secrets.randbelow(len(ALPHABET) ** (length - 1)), ""
    for _ in range(length - 1):
        number, place = divmod(number, len(ALPHABET))
        body += ALPHABET[place]
    return with_check_digit(body)


def hashed(secret: bytes, label: str, text: str) -> str:
    """A keyed hash, to keep one-time codes without keeping them readable."""
    return hmac.new(secret, f"{label}:{text}".encode(), hashlib.sha256).hexdigest()
