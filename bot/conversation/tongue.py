"""Which language somebody speaks of whom nothing is known yet: by the words of their message."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.conversation.folding import fold, unspaced
from bot.conversation.questions import Questions
from bot.conversation.vocabulary import tables
from bot.wording import negotiate
from bot.wording.formats import locale_of

_LONGEST = 200
_SAID_BY_ANYBODY = ("stop", "yes", "no")
"""Opting out is understood in every language, and an answer this short is a word of too many."""
_COUNTRIES = {"+86": "CN", "+65": "SG", "+886": "TW", "+852": "HK", "+853": "MO"}
"""By calling code, those where most people write Chinese."""
_SCRIPT = re.compile("[-_][A-Za-z]{4}(?![A-Za-z])")
"""The part of a tag that says a script, which a country alone leaves open."""


class _Written(NamedTuple):
    signs: str
    """The national character set: what only one of them has is of that script."""
    country: str


_WRITTEN = {"Hans": _Written("gb2312", "CN"), "Hant": _Written("big5", "TW")}


@dataclass(frozen=True, slots=True)
class _Own:
    whole: frozenset[str]
    leading: frozenset[str]
    questions: Questions

    def has(self, said: str) -> bool:
        return said in self.whole or self.leads(said) or bool(self.questions.find(said))

    def leads(self, said: str) -> bool:
        return said.partition(" ")[0] in self.leading


def spoken(text: str, offered: tuple[str, ...], known: str = "", address: str = "") -> str | None:
    """The offered language whose own words these are; None when they are of none, of several, or it is ``known``.

    Words that two scripts of a language share leave it open which. The answer is a tag without a script then, such as
    ``zh-TW``: by the country of a phone number, else by the first script offered. While no more is known than that,
    whatever is written in one of the scripts alone tells it.
    """
    if known:
        return None if _SCRIPT.search(known) else _script(text, _scripts(known, offered))
    said = fold(text.lstrip("/")) if len(text) <= _LONGEST else ""
    if not said or _is_command(said):
        return None
    found = [tag for tag in offered if _own(tag).has(said)]
    if len({locale_of(tag).language for tag in found}) != 1:
        return None
    scripts = _scripts(found[0], offered)
    return _script(text, scripts) or _of_country(scripts[0], address) if scripts else found[0]


def _scripts(tag: str, offered: tuple[str, ...]) -> list[str]:
    """The offered languages that differ from this one by script alone; none when there is nothing to tell apart."""
    language = re.split("[-_]", tag.lower())[0]
    same = [one for one in offered if locale_of(one).language == language and locale_of(one).script in _WRITTEN]
    return same if len(same) > 1 else []


def _script(text: str, scripts: list[str]) -> str | None:
    signs = "".join(filter(unspaced, text[:_LONGEST]))
    sets = ((tag, _WRITTEN[locale_of(tag).script or ""].signs) for tag in scripts)
    fit = [tag for tag, known in sets if signs.encode(known, "ignore").decode(known) == signs]
    return fit[0] if len(fit) == 1 else None


def _of_country(tag: str, address: str) -> str:
    locale = locale_of(tag)
    called = next((country for code, country in _COUNTRIES.items() if address.startswith(code)), None)
    return f"{locale.language}-{called or _WRITTEN[locale.script or ''].country}"


def _is_command(said: str) -> bool:
    """What our buttons and posters send, and carriers tell people to write, is English whatever they speak."""
    english = _own("en")
    return english.leads(said) or (" " not in said and said in english.whole)


@lru_cache(64)
def _own(tag: str) -> _Own:
    known = tables()
    table = known[negotiate(tag, tuple(known))]
    telling = (phrases for name, phrases in table["whole"].items() if name not in _SAID_BY_ANYBODY)
    leading = {fold(phrase) for phrases in table["leading"].values() for phrase in phrases}
    questions = Questions((name, phrase) for name, phrases in table["questions"].items() for phrase in phrases)
    return _Own(frozenset(fold(one) for some in telling for one in some), frozenset(leading), questions)
