"""Tiers in the reader's words: how much there is to go, and what each brings."""

from collections.abc import Iterator
from decimal import Decimal

from babel.numbers import format_decimal

from bot.loyalty.programme import Programme
from bot.loyalty.tiers import Qualification, Tier
from bot.wording.catalogues import translate
from bot.wording.counting import points
from bot.wording.formats import locale_of, money
from bot.wording.typesetting import typeset


def so_much(programme: Programme, n: int, language: str) -> str:
    """``n`` of what tiers count: ``€43``, ``43 points``, ``43 visits``."""
    rules = programme.one(Qualification)
    if rules is None or rules.by == "spend":
        return money(programme, n, language)
    if rules.by == "points":
        return points(programme, n, language)
    return translate(language).plural("{n} visit", "{n} visits", n)


def to_go(programme: Programme, tier: Tier, missing: int, language: str) -> str:
    """``€43 to Gold.``"""
    much, name = so_much(programme, missing, language), programme.text(tier.names, language)
    return translate(language).say("{amount} to {tier}.", amount=much, tier=name)


def brings(programme: Programme, tier: Tier, language: str) -> Iterator[str]:
    """Each benefit in a few words."""
    t, given = translate(language), tier.benefits
    times, one = given.multiplier
    if times != one:
        factor = format_decimal(Decimal(times) / one, "0.####", locale_of(language))
        yield t.say("{times} times the points", times=factor)
    if given.free_shipping:
        yield t.say("free shipping")
    if given.early_access_hours:
        yield t.plural("{n} hour of early access", "{n} hours of early access", given.early_access_hours)
    for perk in given.perks:
        yield programme.text(perk, language)


def offer(programme: Programme, tier: Tier, language: str) -> str:
    """How it is reached and what it brings, in one line."""
    t = translate(language)
    start = (
        t.say("from {amount}", amount=so_much(programme, tier.start, language))
        if tier.start
        else t.say("for everybody")
    )
    return typeset("; ".join([start, *brings(programme, tier, language)]), language)
