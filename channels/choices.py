"""Choices where nothing can be pressed: they are written out beneath the text, which may name them already."""

import re


def names(text: str, word: str) -> bool:
    """Whether the text has the word, or the words, as a whole: what is offered twice only costs the reader time."""
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE))
