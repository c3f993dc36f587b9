"""The form of codes that people read aloud: no letters that look alike, and a check digit."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
MEMBER = 8
"""Characters of a member's number, its check digit counted and its dash not."""
DIGITS = 6
"""Of a one-time code, which is typed off one screen into another."""
_ALIKE = str.maketrans({" ": None, "-": None})


def numbered(number: int, length: int) -> str:
    """A number as a code of ``length`` characters, the last one a check digit; what of it finds no room is left out."""
    body = ""
    for _ in range(length - 1):
        number, place = divmod(number, len(ALPHABET))
        body += ALPHABET[place]
    return with_check_digit(body)


def with_check_digit(body: str) -> str:
    """A code of ``body`` and its check digit, in groups of four."""
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
