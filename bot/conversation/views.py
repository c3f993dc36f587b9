"""What to answer: one small function per answer, facts in, a reply out."""

from collections.abc import Iterator
from dataclasses import replace

from bot.conversation import pictures
from bot.conversation.facts import Facts, MemberFacts, Reply, Turn
from bot.conversation.flow import PHONES, current, words
from bot.conversation.replies import (
    amount,
    ask_buttons,
    bar,
    next_buttons,
    next_reward,
    reply,
    reward_name,
    stranger_buttons,
    within_reach,
)
from bot.conversation.tiers import in_short
from bot.loyalty.expiry import last_day
from bot.loyalty.stamps import StampCard, on_card
from bot.wording import day, listed, money


def stranger(facts: Facts) -> Reply:
    """They are no member yet: how to become one."""
    t = words(facts)
    text = t.say("You are not a member of {programme} yet.", programme=facts.programme.called(facts.locale))
    if current(facts) != "join":
        text = f"{text} {t.say('To join, write: join')}"
    return reply(facts, text, *stranger_buttons(facts))


def balance(facts: Facts, opening: str = "") -> Reply:
    """Points, what they bring, what is missing, and the stamps."""
    if facts.member is None:
        return stranger(facts)
    lines = [opening] if opening else []
    lines += _balance_lines(facts, facts.member)
    return reply(facts, "\n".join(lines), *ask_buttons(facts), title=words(facts).say("Your balance"))


def _balance_lines(facts: Facts, member: MemberFacts) -> Iterator[str]:
    t, have = words(facts), member.points
    yield t.say("You have {points}.", points=amount(facts, have))
    if member.pending:
        yield t.say("Still to come: {points}.", points=amount(facts, member.pending))
    if member.credit > 0:
        yield t.say("Your store credit: {money}", money=money(facts.programme, member.credit, facts.locale))
    if (ending := member.ending) and ending.points:
        last = day(last_day(facts.programme, ending.at), facts.locale)
        yield t.say("{points} will expire after {day}.", points=amount(facts, ending.points), day=last)
    if upcoming := next_reward(facts):
        if facts.channel != "sms":
            yield bar(have, upcoming.cost)
        missing, name = amount(facts, upcoming.cost - have), reward_name(facts, upcoming)
        yield t.say("{points} to go to the next reward: {reward}.", points=missing, reward=name)
    if within := [reward_name(facts, reward) for reward in within_reach(facts)]:
        yield t.say("You can have now: {rewards}.", rewards=listed(within, facts.locale))
    yield from in_short(facts)
    for card in facts.programme.of(StampCard).values():
        yield card_line(facts, card, member)


def card_line(facts: Facts, card: StampCard, member: MemberFacts) -> str:
    have = on_card(member.progress, card, facts.now.astimezone(facts.programme.zone).date())
    return words(facts).plural(
        "{card}: {have} of {need}, {n} stamp to go.",
        "{card}: {have} of {need}, {n} stamps to go.",
        max(0, card.need - have),
        card=facts.programme.text(card.names, facts.locale),
        have=have,
        need=card.need,
    )


def card(facts: Facts) -> Reply:
    """What to show at the counter: the member number, and the stamps."""
    if facts.member is None:
        return stranger(facts)
    lines = [words(facts).say("Your member number: {code}", code=facts.member.code)]
    lines += [card_line(facts, one, facts.member) for one in facts.programme.of(StampCard).values()]
    return reply(facts, "\n".join(lines), *ask_buttons(facts), picture=pictures.card(facts, facts.member))


def greeting(facts: Facts) -> Reply:
    """Hello, with the balance for a member and the way in for a stranger."""
    if facts.member is None:
        return stranger(facts)
    name, t = facts.member.name, words(facts)
    return balance(facts, t.say("Hello {name}!", name=name) if name else t.say("Hello!"))


def welcome(facts: Facts, claimed: int = 0) -> Reply:
    """The first words to a new member, of whose purchases as a guest so many were ``claimed``."""
    if facts.member is None:
        return stranger(facts)
    t = words(facts)
    opening = t.say(
        "Welcome! You are now a member of {programme}. Your member number: {code}",
        programme=facts.programme.called(facts.locale),
        code=facts.member.code,
    )
    lines = [opening, t.say("You have {points}.", points=amount(facts, facts.member.points)), _can_ask(facts)]
    if claimed:
        counted = t.plural(
            "We counted {n} purchase that you made before you joined.",
            "We counted {n} purchases that you made before you joined.",
            claimed,
        )
        lines.insert(1, counted)
    return reply(facts, "\n".join(lines), *ask_buttons(facts))


def _can_ask(facts: Facts) -> str:
    t = words(facts)
    if facts.member is None:
        return t.say("You can write: join, rewards, challenges, badges, how, language, stop")
    return t.say("You can write: balance, rewards, redeem, challenges, badges, how, language, stop")


def help_(facts: Facts) -> Reply:
    """All that can be asked."""
    t = words(facts)
    text = _can_ask(facts)
    if facts.member:
        text = t.say(
            "You can write: balance, rewards, redeem, vouchers, card, tier, history, challenges, badges, gift, invite, "
            "how, goal, language, settings, privacy, person, stop"
        )
    if facts.channel in PHONES:
        # Carriers want the answer to HELP to name who writes, and the way out.
        text = f"{facts.programme.called(facts.locale)}: {text}\n{t.say('To get no more messages, write: STOP')}"
    return reply(facts, text, *next_buttons(facts), title=t.say("Help"))


def puzzled(facts: Facts, text: str) -> Turn | None:
    """A mere question mark asks for help."""
    marks = text.strip()
    return Turn((help_(facts),)) if marks and not marks.strip("?？") and not current(facts) else None


def thanked(facts: Facts) -> Reply:
    """They thank us."""
    return reply(facts, words(facts).say("You are welcome!"), *next_buttons(facts))


def lost(facts: Facts) -> Reply:
    """Nothing was understood."""
    text = f"{words(facts).say('Sorry, I did not understand that.')}\n{_can_ask(facts)}"
    return reply(facts, text, *next_buttons(facts))


def late(facts: Facts) -> Reply:
    """The answer came after its question had been given up."""
    text = words(facts).say("Sorry, that was a while ago, so I have let go of my question. Nothing was changed.")
    return reply(facts, f"{text}\n{_can_ask(facts)}", *next_buttons(facts))


def nothing_done(facts: Facts) -> Reply:
    """A dialog was left."""
    return reply(facts, words(facts).say("All right, nothing was changed."), *next_buttons(facts))


def failed(facts: Facts) -> Reply:
    """A command could not be carried out."""
    return replace(sorry(facts), buttons=next_buttons(facts))


def sorry(facts: Facts) -> Reply:
    """The same where not even who they are may be asked."""
    return reply(facts, words(facts).say("Sorry, that did not work. Nothing was changed."))
