"""What to answer: one small function per answer, facts in, a reply out."""

from collections.abc import Iterator
from datetime import date

from bot.conversation.facts import Facts, MemberFacts, Reply
from bot.conversation.flow import current, words
from bot.conversation.replies import (
    MOST_BUTTONS,
    amount,
    ask_buttons,
    bar,
    next_buttons,
    redeem_buttons,
    reply,
    reward_name,
    rewards_in_order,
    stranger_buttons,
)
from bot.conversation.tiers import in_short
from bot.loyalty.badges import Badge, held
from bot.loyalty.challenges import Challenge, days_in
from bot.loyalty.reward import Reward
from bot.loyalty.stamps import NAME as STAMPS
from bot.loyalty.stamps import StampCard
from bot.messages import Button
from bot.wording import day, own_name


def stranger(facts: Facts) -> Reply:
    """They are no member yet: how to become one."""
    t = words(facts)
    text = t.say("You are not a member of {programme} yet.", programme=facts.programme.name)
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
    if upcoming := facts.programme.next_reward(have):
        if facts.channel != "sms":
            yield bar(have, upcoming.cost)
        missing, name = amount(facts, upcoming.cost - have), reward_name(facts, upcoming)
        yield t.say("{points} to go to the next reward: {reward}.", points=missing, reward=name)
    if within := [reward_name(facts, r) for r in rewards_in_order(facts) if r.cost <= have]:
        yield t.say("You can have now: {rewards}.", rewards=", ".join(within))
    yield from in_short(facts)
    for card in facts.programme.of(StampCard).values():
        yield _card_line(facts, card, member)


def _card_line(facts: Facts, card: StampCard, member: MemberFacts) -> str:
    have = member.progress.get(STAMPS, {}).get(card.key, 0)
    return words(facts).plural(
        "{card}: {have} of {need}, {n} stamp to go.",
        "{card}: {have} of {need}, {n} stamps to go.",
        max(0, card.need - have),
        card=facts.programme.text(card.names, facts.locale),
        have=have,
        need=card.need,
    )


def greeting(facts: Facts) -> Reply:
    """Hello, with the balance for a member and the way in for a stranger."""
    if facts.member is None:
        return stranger(facts)
    name, t = facts.member.name, words(facts)
    return balance(facts, t.say("Hello {name}!", name=name) if name else t.say("Hello!"))


def welcome(facts: Facts) -> Reply:
    """The first words to a new member."""
    if facts.member is None:
        return stranger(facts)
    t = words(facts)
    opening = t.say(
        "Welcome! You are now a member of {programme}. Your member number: {code}",
        programme=facts.programme.name,
        code=facts.member.code,
    )
    lines = (opening, t.say("You have {points}.", points=amount(facts, facts.member.points)), _can_ask(facts))
    return reply(facts, "\n".join(lines), *ask_buttons(facts))


def rewards(facts: Facts) -> Reply:
    """All that can be had, numbered, with its price; anyone may see it."""
    t, listed = words(facts), rewards_in_order(facts)
    if not listed:
        return reply(facts, t.say("There are no rewards at the moment."))
    lines = [reward_line(facts, n, reward) for n, reward in enumerate(listed, 1)]
    if facts.member is None:
        return reply(facts, "\n".join((*lines, stranger(facts).text)), *stranger_buttons(facts), title=t.say("Rewards"))
    within = [reward for reward in listed if reward.cost <= facts.member.points]
    if within:
        lines.append(t.say("To redeem one, write redeem and its number, for example: redeem 1"))
    return reply(facts, "\n".join(lines), *redeem_buttons(facts, within), title=t.say("Rewards"))


def reward_line(facts: Facts, n: int, reward: Reward) -> str:
    """One line of a numbered list: price, and what is missing."""
    t, name, cost = words(facts), reward_name(facts, reward), amount(facts, reward.cost)
    line = t.say("{number}. {reward}: {cost}", number=n, reward=name, cost=cost)
    if facts.member is None:
        return line
    missing = reward.cost - facts.member.points
    if missing <= 0:
        return t.say("{line}, you can have it now", line=line)
    return t.say("{line}, {points} to go", line=line, points=amount(facts, missing))


def too_few(facts: Facts, reward: Reward, missing: int) -> Reply:
    """``missing`` points more are needed for a reward."""
    points, name = amount(facts, missing), reward_name(facts, reward)
    text = words(facts).say("Not enough yet: {points} to go to {reward}.", points=points, reward=name)
    return reply(facts, text, *ask_buttons(facts))


def challenges(facts: Facts) -> Reply:
    """This week's challenges, how far one has come, and what they bring."""
    t = words(facts)
    lines = [_challenge_line(facts, challenge) for challenge in facts.programme.of(Challenge).values()]
    text = "\n".join(lines) or t.say("There are no challenges at the moment.")
    return reply(facts, text, *next_buttons(facts), title=t.say("Challenges"))


def _challenge_line(facts: Facts, challenge: Challenge) -> str:
    t, programme = words(facts), facts.programme
    name = programme.text(challenge.names, facts.locale)
    badge = programme.text(programme.of(Badge)[challenge.badge].names, facts.locale)
    progress = facts.member.progress if facts.member else {}
    have = days_in(progress, challenge, facts.now.astimezone(programme.zone).date())
    if have >= challenge.reach:
        return t.say("{challenge}: done this week! It brings the badge: {badge}", challenge=name, badge=badge)
    return t.plural(
        "{challenge}: {have} of {n} day this week. It brings the badge: {badge}",
        "{challenge}: {have} of {n} days this week. It brings the badge: {badge}",
        challenge.reach,
        challenge=name,
        have=have,
        badge=badge,
    )


def badges(facts: Facts) -> Reply:
    """The badges one has, each with its day, and those still to win."""
    t, programme = words(facts), facts.programme
    mine = held(facts.member.progress) if facts.member else {}
    lines = []
    for badge in programme.of(Badge).values():
        name = programme.text(badge.names, facts.locale)
        if won := mine.get(badge.key):
            lines.append(t.say("You have: {badge} ({day})", badge=name, day=day(date.fromisoformat(won), facts.locale)))
        elif badge.about:
            about = programme.text(badge.about, facts.locale)
            lines.append(t.say("Still to win: {badge} ({about})", badge=name, about=about))
        else:
            lines.append(t.say("Still to win: {badge}", badge=name))
    text = "\n".join(lines) or t.say("There are no badges at the moment.")
    return reply(facts, text, *next_buttons(facts), title=t.say("Badges"))


def languages(facts: Facts) -> Reply:
    """The programme's languages, numbered, each by its own name."""
    t, offered = words(facts), facts.programme.languages
    lines = [t.say("Which language would you like? Answer with its number.")]
    lines += [f"{n}. {own_name(language)}" for n, language in enumerate(offered, 1)]
    buttons = (Button(own_name(language), f"language {language}") for language in offered[:MOST_BUTTONS])
    return reply(facts, "\n".join(lines), *buttons)


def _can_ask(facts: Facts) -> str:
    t = words(facts)
    if facts.member is None:
        return t.say("You can write: join, rewards, challenges, badges, language, stop")
    return t.say("You can write: balance, rewards, redeem, challenges, badges, language, stop")


def help_(facts: Facts) -> Reply:
    """What can be asked, in one short message."""
    return reply(facts, _can_ask(facts), *next_buttons(facts), title=words(facts).say("Help"))


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
    return reply(facts, words(facts).say("Sorry, that did not work. Nothing was changed."), *next_buttons(facts))


def stopped(facts: Facts) -> Reply:
    """The one confirmation after STOP."""
    text = words(facts).say(
        "{programme}: you will get no more messages here. To come back, write: START", programme=facts.programme.name
    )
    return reply(facts, text)


def back(facts: Facts) -> Reply:
    """After STOP they came back by themselves."""
    opening = words(facts).say("Welcome back!")
    if facts.member:
        return balance(facts, opening)
    return reply(facts, f"{opening} {stranger(facts).text}", *stranger_buttons(facts))


def language_set(facts: Facts) -> Reply:
    """The language was changed; said in the new one."""
    return reply(facts, words(facts).say("Language: {language}", language=own_name(facts.locale)), *next_buttons(facts))
