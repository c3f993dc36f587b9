"""A programme that explains itself: its rules in the reader's words, from the rules themselves.

The front page, the conversation, the API and the command all say what stands here, so they say the same.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.loyalty.programme import Programme
from bot.loyalty.tiers import Qualification, Tier
from bot.wording.explaining.achieving import cards, challenges
from bot.wording.explaining.earning import earning, prices
from bot.wording.explaining.parts import Line, Reader, Section
from bot.wording.explaining.rewards import rewards
from bot.wording.explaining.terms import friends, terms
from bot.wording.tiers import offer
from bot.wording.typesetting import typeset

__all__ = ["Line", "Section", "explain"]


@lru_cache(64)
def explain(programme: Programme, language: str) -> tuple[Section, ...]:
    """All that a programme gives and asks, by subject; subjects without a rule are left out."""
    reader = Reader(programme, language)
    t = reader.t
    told = (
        Section("earning", t.say("How you earn"), (*earning(reader), *prices(reader))),
        Section("cards", t.say("Stamp cards"), tuple(cards(reader))),
        Section("rewards", t.say("Rewards"), tuple(rewards(reader))),
        Section("tiers", t.say("Tiers"), tuple(_tiers(reader))),
        Section("challenges", t.say("Challenges"), tuple(challenges(reader))),
        Section("friends", t.say("Friends and good causes"), tuple(friends(reader))),
        Section("terms", t.say("Good to know"), tuple(terms(reader))),
    )
    return tuple(section._replace(lines=_set(section.lines, language)) for section in told if section.lines)


def _set(lines: Iterable[Line], language: str) -> tuple[Line, ...]:
    return tuple(line._replace(text=typeset(line.text, language)) for line in lines)


def _tiers(reader: Reader) -> Iterator[Line]:
    tiers, rules = reader.programme.of(Tier), reader.programme.one(Qualification)
    for tier in tiers.values():
        text = offer(reader.programme, tier, reader.language)
        yield Line(f"tiers.{tier.key}", reader.t.say("{name}: {text}", name=reader.text(tier.names), text=text))
    if tiers and rules:
        yield Line("qualification", _qualification(reader, rules))


def _qualification(reader: Reader, rules: Qualification) -> str:
    """What counts, over which time, and how long a tier is kept."""
    t = reader.t
    by = {
        "spend": t.say("What you spend counts"),
        "points": t.say("The points you earn count"),
        "visits": t.say("Your visits and purchases count"),
    }[rules.by]
    period = {
        "calendar_year": t.say("in a calendar year; a tier is kept to the end of the next year"),
        "rolling_12_months": t.say("over the last 12 months; a tier is kept while that is enough"),
        "life": t.say("for ever"),
    }[rules.period]
    if not rules.grace or rules.period == "life":
        return f"{by} {period}"
    return f"{by} {period}, " + t.plural("and {n} month longer", "and {n} months longer", rules.grace)
