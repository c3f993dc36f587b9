"""What to answer about tiers."""

from collections.abc import Iterator
from datetime import timedelta

from bot.conversation.facts import Facts, Reply
from bot.conversation.flow import words
from bot.conversation.replies import bar, next_buttons, reply
from bot.loyalty.tiers import Standing, Tier, standing
from bot.wording import day
from bot.wording.tiers import brings, offer, to_go


def tier(facts: Facts) -> Reply:
    """The member's tier, until when, what it brings and what is missing to the next; to others, all tiers."""
    t = words(facts)
    where = standing(facts.programme, facts.member.progress, facts.now) if facts.member else None
    lines = _mine(facts, where) if where else _all(facts)
    text = "\n".join(lines) or t.say("There are no tiers at the moment.")
    return reply(facts, text, *next_buttons(facts), title=t.say("Your tier"))


def in_short(facts: Facts) -> Iterator[str]:
    """A line for the balance, where the programme has tiers."""
    where = standing(facts.programme, facts.member.progress, facts.now) if facts.member else None
    if where and (where.tier or where.next):
        name, upwards = _name(facts, where.tier) if where.tier else "", list(_upwards(facts, where))
        # A full stop at the end of a line would not be the one of every script.
        yield ". ".join(filter(None, (name, *upwards))) if upwards else words(facts).say("Your tier: {tier}", tier=name)


def _mine(facts: Facts, where: Standing) -> Iterator[str]:
    t = words(facts)
    if where.tier is None:
        yield t.say("You have no tier yet.")
    elif where.until is None:
        yield t.say("Your tier: {tier}", tier=_name(facts, where.tier))
    else:
        last = (where.until.astimezone(facts.programme.zone) - timedelta(1)).date()
        yield t.say("Your tier: {tier}, until {day}", tier=_name(facts, where.tier), day=day(last, facts.locale))
    if where.tier:
        yield from _benefits(facts, where.tier)
    if where.next and facts.channel != "sms":
        yield bar(where.progress, where.next.start)
    yield from _upwards(facts, where)
    if where.next:
        yield from _benefits(facts, where.next, following=True)


def _all(facts: Facts) -> Iterator[str]:
    for each in facts.programme.of(Tier).values():
        yield f"{_name(facts, each)}: {offer(facts.programme, each, facts.locale)}"


def _benefits(facts: Facts, tier: Tier, *, following: bool = False) -> Iterator[str]:
    t, given = words(facts), "; ".join(brings(facts.programme, tier, facts.locale))
    if given and following:
        yield t.say("{tier} brings: {benefits}", tier=_name(facts, tier), benefits=given)
    elif given:
        yield t.say("It brings you: {benefits}", benefits=given)


def _upwards(facts: Facts, where: Standing) -> Iterator[str]:
    if where.next:
        yield to_go(facts.programme, where.next, where.missing, facts.locale)


def _name(facts: Facts, tier: Tier) -> str:
    return facts.programme.text(tier.names, facts.locale)
