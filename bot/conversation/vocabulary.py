"""What customers say, from the catalogues, made ready for looking up."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale

from bot.conversation.folding import fold, fold_pattern
from bot.conversation.fuzzy import SHORTEST, Near
from bot.wording import languages, negotiate, own_name, texts
from bot.wording.formats import locale_of

CONTEXTS = ("whole", "leading", "questions", "before", "after", "numbers")
"""What a catalogue holds for understanding; each is explained there."""
Table = Mapping[str, Mapping[str, list[str]]]
_TELLING = 8
"""A question of so many letters before its first star is told apart within a longer message."""


@lru_cache(1)
def tables() -> Mapping[str, Table]:
    """Every language's words, English first: context → msgid → phrases."""
    return {language: {context: _phrases(context, language) for context in CONTEXTS} for language in languages()}


def _phrases(context: str, language: str) -> dict[str, list[str]]:
    return {name: lines.splitlines() for name, lines in texts(context, language).items()}


@lru_cache(1)
def opt_out() -> frozenset[str]:
    """Opting out works in every language there is, whichever the programme offers."""
    return frozenset(fold(phrase) for table in tables().values() for phrase in table["whole"]["stop"])


@lru_cache(1)
def signature() -> re.Pattern[str]:
    """What mail programs write beneath a message, in every language."""
    phrases = (phrase for table in tables().values() for phrase in table["after"]["signature"])
    return re.compile("|".join(map(_expression, phrases)))


@dataclass(frozen=True, slots=True)
class Questions:
    """Patterns over the whole message. One expression of all is several times faster than one after the other."""

    names: tuple[str, ...]
    all: re.Pattern[str]
    within: re.Pattern[str]
    """The telling ones, after a few words of something else."""

    def find(self, said: str) -> str:
        """The intent of the first that fits; empty when none does."""
        found = self.all.fullmatch(said) or self.within.fullmatch(said)
        return self.names[int((found.lastgroup or "")[1:])] if found else ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One person's words, folded."""

    whole: Mapping[str, str]
    leading: Mapping[str, str]
    unspaced: Mapping[str, str]
    """The leading ones of scripts without spaces, which may run into what follows."""
    numbers: Mapping[str, str]
    questions: Questions
    tongues: Mapping[str, str]
    before_name: tuple[str, ...]
    before_wish: re.Pattern[str]
    after_wish: re.Pattern[str]
    near: Near
    """Whole messages typed wrongly."""
    words: Near
    """Single words typed wrongly."""


@lru_cache(256)
def vocabulary(language: str, offered: tuple[str, ...]) -> Vocabulary:
    """The person's own language first, then the programme's others, and English always."""
    known = tuple(tables())
    order = dict.fromkeys(negotiate(tag, known) for tag in (language, *offered, "en"))
    chosen = [tables()[name] for name in order]
    whole, leading = _first_wins(chosen, "whole"), _first_wins(chosen, "leading")
    questions = [
        (name, phrase) for table in chosen for name in table["questions"] for phrase in table["questions"][name]
    ]
    return Vocabulary(
        whole=whole,
        leading=leading,
        unspaced={word: name for word, name in leading.items() if _unspaced(word)},
        numbers=_first_wins(chosen, "numbers"),
        questions=_questions(questions),
        tongues=dict(_tongues(offered)),
        before_name=tuple(fold(words) for table in chosen for words in table["before"]["name"]),
        before_wish=_edge(chosen, "before"),
        after_wish=_edge(chosen, "after"),
        near=Near(whole | dict.fromkeys(opt_out(), "stop")),
        words=Near({word: word for word in _words(whole, (phrase for _, phrase in questions))}),
    )


def _first_wins(chosen: Iterable[Table], context: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in chosen:
        for name, phrases in table[context].items():
            for phrase in phrases:
                found.setdefault(fold(phrase), name)
    return found


def _expression(phrase: str) -> str:
    return ".*".join(map(re.escape, fold_pattern(phrase).split("*")))


def _questions(phrases: list[tuple[str, str]]) -> Questions:
    every = [f"(?P<q{i}>{_expression(phrase)})" for i, (_, phrase) in enumerate(phrases)]
    telling = [
        every[i]
        for i, (_, phrase) in enumerate(phrases)
        if " " in (head := phrase.partition("*")[0]) and len(head) > _TELLING
    ]
    names = tuple(name for name, _ in phrases)
    return Questions(names, re.compile("|".join(every)), re.compile(rf"(?:\S+ ){{1,6}}(?:{'|'.join(telling)})"))


def _edge(chosen: Iterable[Table], context: str) -> re.Pattern[str]:
    """What may stand at one end of a wish; only in scripts without spaces may it touch the wish."""
    folded = {fold(phrase) for table in chosen for phrase in table[context]["wish"]}
    phrases = (p if _unspaced(p) else rf"\b{p}\b" for p in sorted(map(re.escape, folded), key=len, reverse=True))
    either = "|".join(phrases)
    return re.compile(rf"(?:(?:{either})\W*)+" if context == "before" else rf"(?:\W*(?:{either}))+$")


def _unspaced(word: str) -> bool:
    return unicodedata.name(word[-1], "").startswith("CJK")


def _words(whole: Iterable[str], questions: Iterable[str]) -> Iterator[str]:
    pieces = (piece for phrase in questions for piece in fold_pattern(phrase).split("*"))
    for phrase in (*whole, *pieces):
        yield from (word for word in phrase.split() if len(word) >= SHORTEST)


def _tongues(offered: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each language by its own name and by what the other ones call it."""
    for language in offered:
        for speaker in ("en", *offered):
            name = Locale.get_display_name(locale_of(language), locale_of(speaker))
            yield fold(name or language), language
        yield fold(own_name(language)), language
