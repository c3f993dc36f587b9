"""Text to intent: what a customer means, by the words in each language's catalogue (``bot.wording``)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import translate as glob
from functools import lru_cache
from typing import Any

from babel import Locale

from bot.wording import languages, negotiate, own_name, texts
from bot.wording.formats import locale_of

_CONTEXTS = ("whole", "leading", "questions", "before")
_LONGEST = 1000
"""What is longer is no command and no answer, and not worth the time of reading it."""
_LONGEST_QUESTION = 200
_APOSTROPHES = str.maketrans("", "", "'’ʼ`")
_SIGNATURE = re.compile(r"\n-- ?\r?\n")
"""Where a mail's signature begins (RFC 3676, 4.3)."""
_PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n")
_ADDRESSED = re.compile(r"^/(\w+)@\w+")
"""In a Telegram group a command names the bot: ``/balance@some_bot``."""


@dataclass(frozen=True, slots=True)
class Intent:
    """``name`` is a key of the word tables, ``number``, or empty when nothing was recognised."""

    name: str
    argument: str = ""
    text: str = ""
    """The message as it was said (its first paragraph), for answers such as a name."""
    sure: bool = True
    """False when the words may as well be something else: "Magyar" is a language and a family name."""
    question: bool = False
    """Asked about in a sentence, not said as a word of command."""


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    whole: Mapping[str, str]
    leading: Mapping[str, str]
    questions: tuple[tuple[re.Pattern[str], str], ...]
    tongues: Mapping[str, str]
    before_name: tuple[str, ...]


def fold(text: str) -> str:
    """Without case, accents, apostrophes, repeated spaces and punctuation around it."""
    text = text.translate(_APOSTROPHES)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _bare(" ".join(text.casefold().split()))


def _bare(text: str) -> str:
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return text[start:end]


@lru_cache(1)
def tables() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    """Every language's words, English first: context → intent → phrases."""
    return {language: {context: _phrases(context, language) for context in _CONTEXTS} for language in languages()}


def _phrases(context: str, language: str) -> dict[str, list[str]]:
    return {name: lines.splitlines() for name, lines in texts(context, language).items()}


@lru_cache(1)
def _opt_out() -> frozenset[str]:
    """Opting out works in every language there is, whichever the programme offers."""
    return frozenset(fold(word) for table in tables().values() for word in table["whole"]["stop"])


@lru_cache(256)
def _vocabulary(language: str, offered: tuple[str, ...]) -> _Vocabulary:
    """The person's own language first, then the programme's others, and English always."""
    known = tuple(tables())
    order = dict.fromkeys(negotiate(tag, known) for tag in (language, *offered, "en"))
    chosen = [tables()[name] for name in order]
    return _Vocabulary(
        whole=dict(_first_wins(chosen, "whole")),
        leading=dict(_first_wins(chosen, "leading")),
        questions=tuple(
            (re.compile(glob(_fold_pattern(phrase))), name)
            for table in chosen
            for name, phrases in table["questions"].items()
            for phrase in phrases
        ),
        tongues=dict(_tongues(offered)),
        before_name=tuple(fold(words) for table in chosen for words in table["before"]["name"]),
    )


def _fold_pattern(phrase: str) -> str:
    """Word by word, because folding would strip the stars at the ends."""
    return " ".join("*".join(map(fold, word.split("*"))) for word in phrase.split())


def _first_wins(chosen: list[Mapping[str, Any]], part: str) -> Iterator[tuple[str, str]]:
    for table in reversed(chosen):
        for name, phrases in table[part].items():
            for phrase in phrases:
                yield fold(phrase), name


def _tongues(offered: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each language by its own name and by what the other ones call it."""
    for language in offered:
        for speaker in ("en", *offered):
            name = Locale.get_display_name(locale_of(language), locale_of(speaker))
            yield fold(name or language), language
        yield fold(own_name(language)), language


def read(text: str, language: str, offered: tuple[str, ...]) -> Intent:
    """What ``text`` means to someone who speaks ``language``, in a programme that offers ``offered``."""
    text = _ADDRESSED.sub(r"/\1", _SIGNATURE.split(text.strip(), maxsplit=1)[0])
    if len(text) <= _LONGEST and fold(text) in _opt_out():
        return Intent("stop", text=text)
    # Only opting out needs the message to be nothing else; a mail may well go on after its question.
    text = _PARAGRAPH_END.split(text, maxsplit=1)[0].strip()
    if len(text) > _LONGEST:
        return Intent("", text=text[:_LONGEST])
    said, words = fold(text), _vocabulary(language, offered)
    if name := words.whole.get(said):
        return Intent(name if name != "stop" else "", text=text)
    if said.isdecimal() and len(said) <= 9:
        return Intent("number", said, text)
    return _with_argument(text, said, words) or _loosely(text, said, words)


def _with_argument(text: str, said: str, words: _Vocabulary) -> Intent | None:
    head, *rest = text.split(maxsplit=1) or [""]
    word, argument = fold(head), rest[0] if rest else ""
    if head.startswith("/"):
        # Telegram's deep links arrive as /start with a payload.
        name = words.whole.get(word, "")
        if name and name != "stop" and (not argument or name == "start" or word in words.leading):
            return Intent(name, argument, text)
        return None
    name = words.leading.get(word, "")
    return Intent(name, argument, text) if name and fold(argument) else None


def _loosely(text: str, said: str, words: _Vocabulary) -> Intent:
    if tongue := words.tongues.get(said):
        return Intent("language", tongue, text, sure=False)
    if len(said) <= _LONGEST_QUESTION:
        for pattern, name in words.questions:
            if pattern.fullmatch(said):
                return Intent(name, text=text, question=True)
    return Intent("", text=text)


def language_named(text: str, language: str, offered: tuple[str, ...]) -> str | None:
    """The offered language that ``text`` names, by tag or by name."""
    said = fold(text)
    by_tag = {fold(tag): tag for tag in offered}
    return by_tag.get(said) or _vocabulary(language, offered).tongues.get(said)


def without_opener(text: str, language: str, offered: tuple[str, ...]) -> str:
    """A name without what people say before it: "My name is Anna" → "Anna"."""
    parts = text.split()
    for opener in _vocabulary(language, offered).before_name:
        size = len(opener.split())
        if len(parts) > size and fold(" ".join(parts[:size])) == opener:
            return " ".join(parts[size:])
    return " ".join(parts)
