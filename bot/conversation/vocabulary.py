"""What customers say, from the catalogues, made ready for looking up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from bot.conversation.concepts import Concepts, Word, words
from bot.conversation.folding import fold, fold_pattern, unspaced
from bot.conversation.fuzzy import SHORTEST, Near
from bot.conversation.made_of import MadeOf
from bot.conversation.politeness import Politeness
from bot.conversation.questions import Questions
from bot.wording import languages, negotiate, texts
from bot.wording.formats import locale_of, name_of

CONTEXTS = ("whole", "leading", "questions", "concepts", "before", "after", "numbers")
"""What a catalogue holds for understanding; each is explained there."""
Table = Mapping[str, Mapping[str, list[str]]]


@lru_cache(1)
def tables() -> Mapping[str, Table]:
    """Every language's words, English first: context → msgid → phrases."""
    return {language: {context: _phrases(context, language) for context in CONTEXTS} for language in languages()}


def _phrases(context: str, language: str) -> dict[str, list[str]]:
    return {name: lines.splitlines() for name, lines in texts(context, language).items()}


@lru_cache(1)
def opt_out() -> frozenset[str]:
    """Opting out works in every language there is, whichever the programme offers."""
    return frozenset(map(fold, _all(tables().values(), "whole", "stop")))


@lru_cache(1)
def signatures() -> Questions:
    """What mail programs write beneath a message, in every language."""
    return Questions(("signature", phrase) for phrase in _all(tables().values(), "after", "signature"))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One person's words, folded."""

    whole: Mapping[str, str]
    leading: Mapping[str, str]
    unspaced: Mapping[str, str]
    """The leading ones of scripts without spaces, which may run into what follows: 捐贈 before 捐."""
    numbers: Mapping[str, str]
    questions: Questions
    refusals: Questions
    """What says that something is not wished for."""
    concepts: Concepts
    tongues: Mapping[str, str]
    before_name: tuple[str, ...]
    after_name: tuple[str, ...]
    politeness: Politeness
    gifts: MadeOf
    """What may stand around a number and the phone that shall have so many points."""
    near: Near
    """Whole messages typed wrongly."""
    near_leading: Near
    near_words: Near
    """Any single words typed wrongly."""


@lru_cache(256)
def vocabulary(language: str, offered: tuple[str, ...]) -> Vocabulary:
    """The person's own language first, then the programme's others, English always, and the same in other scripts."""
    known = tuple(tables())
    order = dict.fromkeys(negotiate(tag, known) for tag in (language, *offered, "en"))
    spoken = {locale_of(tag).language for tag in order}
    order |= dict.fromkeys(tag for tag in known if locale_of(tag).language in spoken)
    chosen = [tables()[name] for name in order]
    whole, leading = _first_wins(order, "whole"), _first_wins(order, "leading")
    questions = [(name, phrase) for table in chosen for name, of in table["questions"].items() for phrase in of]
    return Vocabulary(
        whole=whole,
        leading=leading,
        unspaced={word: leading[word] for word in sorted(leading, key=len, reverse=True) if unspaced(word)},
        numbers=_first_wins(order, "numbers"),
        questions=Questions(questions),
        refusals=Questions(("not", phrase) for phrase in _all(chosen, "before", "not")),
        concepts=_concepts(tuple(sorted(order))).led_by(sorted(order).index(next(iter(order)))),
        tongues=dict(_tongues(offered)),
        before_name=tuple(sorted(map(fold, _all(chosen, "before", "name")), key=len, reverse=True)),
        after_name=tuple(sorted(map(fold, _all(chosen, "after", "name")), key=len, reverse=True)),
        politeness=Politeness(_all(chosen, "before", "wish"), _all(chosen, "after", "wish")),
        gifts=MadeOf(_all(chosen, "before", "gift"), _all(chosen, "after", "gift")),
        near=Near(whole | dict.fromkeys(opt_out(), "stop")),
        near_leading=Near(leading),
        near_words=_near_words(frozenset(order)),
    )


@lru_cache(16)
def _concepts(languages: tuple[str, ...]) -> Concepts:
    return Concepts([_named(language) for language in languages])


@lru_cache(16)
def _named(language: str) -> tuple[Word, ...]:
    return words(tables()[language]["concepts"])


def _first_wins(order: Iterable[str], context: str) -> dict[str, str]:
    return {said: name for language in reversed([*order]) for said, name in _folded(language, context).items()}


@lru_cache(64)
def _folded(language: str, context: str) -> Mapping[str, str]:
    phrases = [(phrase, name) for name, some in tables()[language][context].items() for phrase in some]
    return {fold(phrase): name for phrase, name in reversed(phrases)}


def _all(chosen: Iterable[Table], context: str, name: str) -> list[str]:
    return [phrase for table in chosen for phrase in table[context][name]]


@lru_cache(16)
def _near_words(languages: frozenset[str]) -> Near:
    """The same whichever of them comes first."""
    return Near({word: word for language in sorted(languages) for word in _words(language) if len(word) >= SHORTEST})


def _words(language: str) -> Iterator[str]:
    yield from (word.text for word in _named(language) if " " not in word.text)
    yield from chain.from_iterable(map(str.split, _folded(language, "whole")))
    for phrase in chain.from_iterable(tables()[language]["questions"].values()):
        yield from fold_pattern(phrase).replace("*", " ").split()


def _tongues(offered: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """By its own name and by what the others call it; "Chinese" is the first that is offered of its scripts."""
    for language in reversed(offered):
        for speaker in ("en", *offered):
            yield fold(name_of(locale_of(language).language, speaker)), language
    for language in offered:
        for speaker in ("en", *offered):
            name = locale_of(language).get_display_name(locale_of(speaker))
            yield from ((fold(called), language) for called in (name, name_of(language, speaker)) if called)
