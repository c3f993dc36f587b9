"""Codes that people read aloud: no letters that look alike, a check digit, and too many to guess."""

import hashlib
import hmac
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans({" ": None, "-": None})


def new_code(length: int) -> str:
    """A random code of ``length`` characters, the last one a check digit, in groups of four.

    Each character but the last carries log2(30) ≈ 4.9 bits: 12 make 54 bits.
    """
    number, body = secrets.randbelow(len(ALPHABET) ** (length - 1)), ""
    for _ in range(length - 1):
        number, place = divmod(number, len(ALPHABET))
        body += ALPHABET[place]
    return grouped(body + _check_digit(body))


def grouped(code: str) -> str:
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def tidy(text: str) -> str | None:
    """A code as typed by a person, in its one true form; None when it cannot be one (a typing error)."""
    plain = text.upper().translate(_ALIKE)
    if len(plain) < 2 or any(letter not in ALPHABET for letter in plain) or _check_digit(plain[:-1]) != plain[-1]:
        return None
    return grouped(plain)


def _check_digit(body: str) -> str:
    """Luhn's algorithm over an alphabet of N characters (the "mod N" form of ISO/IEC 7812-1 annex B)."""
    size, total = len(ALPHABET), 0
    for place, letter in enumerate(reversed(body)):
        value = ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // size + value % size
    return ALPHABET[-total % size]


def hashed(secret: bytes, label: str, text: str) -> str:
    """A keyed hash, to keep one-time codes without keeping them readable."""
    return hmac.new(secret, f"{label}:{text}".encode(), hashlib.sha256).hexdigest()
