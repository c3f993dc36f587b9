"""What a text costs as SMS, and how to write it for less. Pure.

Carriers charge by the segment. A text of GSM 03.38's letters alone has 160 units in one segment or 153 in each of
several; one letter outside makes all of it UCS-2, with 70 or 67 (3GPP TS 23.038, TS 23.040).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Written with an escape before them, so each takes two units."""
_GSM = _BASIC | _EXTENDED
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛‹›′´`", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\t", " "),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
        **dict.fromkeys("\u2028\u2029\u0085", "\n"),
        **dict.fromkeys("•‣◦▪●·", "-"),
    }
    | {"…": "...", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "Œ": "OE", "œ": "oe", "№": "No."}
    | {"▰": "#", "▱": "-", "★": "*", "☆": "*", "→": "->", "×": "x", "™": "(TM)", "®": "(R)", "©": "(C)"}
    | {"½": "1/2", "¼": "1/4", "¾": "3/4"}
)
_WITHOUT_ACCENTS = str.maketrans("őŐűŰłŁđĐı", "öÖüÜlLdDi")
"""What is nearest; every other letter only loses what is above or beneath it."""

Accents = Literal["keep", "plain"]


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs. ``units`` are septets of GSM-7 or 16-bit units of UCS-2; an empty text takes a segment too.

    ``dear`` are the characters that make it UCS-2, or else those that count twice, each with its position.
    """

    encoding: Literal["GSM-7", "UCS-2"]
    segments: int
    units: int
    dear: tuple[tuple[str, int], ...] = ()


def cost(text: str) -> Segments:
    """What a text costs."""
    outside = () if _is_gsm(text) else _where(text, (c not in _GSM for c in text))
    if outside:
        sizes = [1 + (c > "\uffff") for c in text]
        return Segments("UCS-2", _segments(sizes, 70, 67), sum(sizes), outside)
    sizes = [1 + (c in _EXTENDED) for c in text]
    return Segments("GSM-7", _segments(sizes, 160, 153), sum(sizes), _where(text, (size == 2 for size in sizes)))


def smart(text: str, accents: Accents = "keep") -> str:
    """The same in GSM-7's characters when that costs less, or no more; else as it was written.

    Typography is nobody's loss. Accents carry meaning (Hungarian "kor" is age, "kór" disease), so they are given up
    only where the operator said ``plain``.
    """
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    if plain == text and _is_gsm(text):
        return text
    if accents == "plain" and not _is_gsm(plain):
        plain = "".join(map(_without_accent, plain))
    return plain if _is_gsm(plain) and cost(plain).segments <= cost(text).segments else text


def _segments(sizes: Iterable[int], alone: int, each: int) -> int:
    """How many are filled; a pair of units is never parted between two."""
    sizes = list(sizes)
    if sum(sizes) <= alone:
        return 1
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return count


def _where(text: str, marked: Iterable[bool]) -> tuple[tuple[str, int], ...]:
    return tuple((c, at) for at, (c, is_so) in enumerate(zip(text, marked, strict=True)) if is_so)


def _is_gsm(text: str) -> bool:
    return _GSM.issuperset(text)


def _without_accent(letter: str) -> str:
    if _is_gsm(letter):
        return letter
    near = letter.translate(_WITHOUT_ACCENTS)
    return near if _is_gsm(near) else unicodedata.normalize("NFKD", letter)[0]
