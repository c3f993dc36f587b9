"""Punctuation between parts of a sentence, as the reader's script sets it.

Code joins parts with ", ", "; ", ": ", ". " and spaces; Chinese takes full-width signs there, and no space beside them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.wording.formats import locale_of

_HAN = r"\u3001-\u303f\u3400-\u9fff\uff01-\uff65"
_SIGNS = {",": "，", ";": "；", ":": "：", ".": "。"}
_GLUE = re.compile(rf"(?:(?<=[{_HAN}])([,:.])|([,:])(?= [{_HAN}])|(;)) ")
_BESIDE_SIGNS = re.compile(r" +(?=[，。；：！？、（）「」])|(?<=[，。；：！？、（「]) +")


@lru_cache(64)
def is_full_width(language: str) -> bool:
    """Whether the language is set without spaces, with signs as wide as its characters."""
    return locale_of(language).language == "zh"


def typeset(text: str, language: str) -> str:
    """``text`` with the signs of ``language`` between its parts; words and numbers stay as they are."""
    if not is_full_width(language):
        return text
    return _BESIDE_SIGNS.sub("", _GLUE.sub(lambda found: _SIGNS[found[0].strip()], text))


def listed(things: Iterable[str], language: str) -> str:
    """``a, b, c``"""
    return ("、" if is_full_width(language) else ", ").join(things)
