"""Rewards in words: what each costs, who may have it, how often and until when."""

from collections.abc import Iterator
from datetime import timedelta

from bot.loyalty.condition import OneOf
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.wording.catalogues import translate
from bot.wording.counting import points
from bot.wording.explaining.conditions import parts_of_all, told
from bot.wording.explaining.parts import Line, Reader, as_part, at_most, sentence, times
from bot.wording.formats import money


def price(programme: Programme, reward: Reward, language: str) -> str:
    """What a reward costs, in few words."""
    t = translate(language)
    if reward.grant_only:
        return t.say("a present from us")
    if reward.credit:
        return t.say("{money} of your credit", money=money(programme, reward.credit, language))
    return points(programme, reward.cost, language) if reward.cost else t.say("free")


def whose(programme: Programme, reward: Reward, language: str) -> str:
    """The tiers that may have a reward, in few words; empty where everybody may."""
    tiers = [part for part in parts_of_all(reward.when) if isinstance(part, OneOf) and part.field == "tier"]
    return told(Reader(programme, language), *tiers)


def in_order(programme: Programme) -> list[Reward]:
    """What can be bought first, cheapest first."""
    return sorted(programme.rewards.values(), key=lambda reward: (reward.grant_only, reward.cost, reward.credit))


def rewards(reader: Reader) -> Iterator[Line]:
    """A sentence for each reward."""
    for reward in in_order(reader.programme):
        cost = price(reader.programme, reward, reader.language)
        named = reader.t.say("{name}: {text}", name=reader.text(reward.names), text=cost)
        yield Line(f"rewards.{reward.key}", sentence(named, *_limits(reader, reward)))


def _limits(reader: Reader, reward: Reward) -> Iterator[str]:
    t = reader.t
    if reward.about:
        yield as_part(reader.text(reward.about))
    yield told(reader, *parts_of_all(reward.when))
    if reward.opens:
        yield t.say("from {day}", day=reader.day(reward.opens.date()))
    if reward.closes:
        yield t.say("until {day}", day=reader.day((reward.closes - timedelta(microseconds=1)).date()))
    if reward.stock is not None and reward.kind == "experience":
        yield t.plural("{n} place", "{n} places", reward.stock)
    elif reward.stock is not None:
        yield t.plural("{n} in all", "{n} in all", reward.stock)
    if reward.per_member:
        yield t.say("{times} for each member", times=times(reader, reward.per_member))
    if reward.per_period:
        yield at_most(reader, times(reader, reward.per_period[0]), reward.per_period[1])
    if reward.days:
        yield t.plural("good for {n} day", "good for {n} days", reward.days)
