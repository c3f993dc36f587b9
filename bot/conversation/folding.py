"""Text as it is compared: what people type in so many ways, brought to one."""

import unicodedata
from functools import lru_cache

_APOSTROPHES = str.maketrans("", "", "'’ʼ`")
_PAUSES = ".,;:!?"


def fold(text: str) -> str:
    """Without case, accents, full-width forms, apostrophes, repeated spaces and punctuation around words."""
    text = text.translate(_APOSTROPHES)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    words = (word.rstrip(_PAUSES) for word in text.casefold().split())
    return bare(" ".join(word for word in words if word))


def bare(text: str) -> str:
    """Without what is no letter or digit around it."""
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return text[start:end]


@lru_cache(8192)
def fold_pattern(phrase: str) -> str:
    """Piece by piece, because folding would strip the stars at the ends."""
    return " ".join("*".join(map(fold, word.split("*"))) for word in phrase.split())


def unspaced(word: str) -> bool:
    """Whether it ends in a script that writes no spaces between words."""
    return unicodedata.name(word[-1], "").startswith("CJK")
