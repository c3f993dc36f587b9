"""What to answer about challenges, streaks and badges, and taking a challenge up."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.conversation import pictures, views
from bot.conversation.commands import TakeUp
from bot.conversation.facts import Facts, Outcome, Reply, Turn
from bot.conversation.flow import words
from bot.conversation.intents import Intent
from bot.conversation.replies import MOST_BUTTONS, next_buttons, reply
from bot.loyalty import streaks
from bot.loyalty.badges import Badge, Held, won
from bot.loyalty.challenge_stand import Stand, stand
from bot.loyalty.challenges import Challenge
from bot.loyalty.streaks import Streak
from bot.messages import Button
from bot.wording import day, number
from bot.wording.challenges import badge_name, brings, is_days_of_a_week, so_far


def show(facts: Facts, intent: Intent) -> Turn:
    """The challenges; or, with the number or key of one, take it up."""
    if not intent.argument:
        return Turn((challenges(facts),))
    if facts.member is None:
        return Turn((views.stranger(facts),))
    key = intent.argument.strip().lower()
    offered = {challenge.key: challenge for challenge in _to_take_up(facts)}
    if key.isdecimal() and len(key) < 4:
        key = next((one for n, one in enumerate(offered, 1) if n == int(key)), "")
    if key not in offered:
        return Turn((challenges(facts),))
    return Turn(command=TakeUp(key))


def taken_up(facts: Facts, command: TakeUp, result: Outcome) -> Turn:
    """Good luck, and where it stands."""
    challenge = facts.programme.of(Challenge).get(command.challenge)
    if challenge is None:
        return Turn((views.failed(facts),))
    text = words(facts).say("You are in. Good luck!")
    return Turn((reply(facts, f"{text}\n{_challenge_line(facts, challenge)}", *next_buttons(facts)),))


def challenges(facts: Facts) -> Reply:
    """Those that run now: how far one has come, until when, what they bring; and the streaks."""
    t, offered = words(facts), _to_take_up(facts)
    lines = [_challenge_line(facts, one) for one in facts.programme.of(Challenge).values() if _is_shown(facts, one)]
    lines += [_streak_line(facts, streak) for streak in facts.programme.of(Streak).values()]
    buttons = [
        Button(t.say("Take part: {challenge}", challenge=_name(facts, one)), f"challenge {one.key}")
        for one in offered[:MOST_BUTTONS]
    ]
    text = "\n".join(lines) or t.say("There are no challenges at the moment.")
    return reply(facts, text, *buttons, *next_buttons(facts), title=t.say("Challenges"))


def _stand(facts: Facts, challenge: Challenge) -> Stand:
    progress, profile = (facts.member.progress, facts.member.profile) if facts.member else ({}, None)
    return stand(facts.programme, challenge, progress, profile, facts.now)


def _is_shown(facts: Facts, challenge: Challenge) -> bool:
    """One that is over, or of somebody's first days only, is shown to nobody else."""
    return _stand(facts, challenge).running or (challenge.window.days > 0 and facts.member is None)


def _to_take_up(facts: Facts) -> list[Challenge]:
    """What a member may still take up, in the order of the numbers."""
    if facts.member is None:
        return []
    places = ((one, _stand(facts, one)) for one in facts.programme.of(Challenge).values())
    return [one for one, place in places if place.running and not place.taken_up]


def _name(facts: Facts, part: Challenge | Streak) -> str:
    return facts.programme.text(part.names, facts.locale)


def _challenge_line(facts: Facts, challenge: Challenge) -> str:
    place = _stand(facts, challenge)
    if is_days_of_a_week(challenge):
        return _days_of_a_week(facts, challenge, place)
    t, programme, locale = words(facts), facts.programme, facts.locale
    name = _name(facts, challenge)
    if place.completed:
        return t.say("{challenge}: done!", challenge=name)
    level = challenge.levels[place.level]
    prize = brings(programme, level.prize, locale)
    far = so_far(programme, challenge, place.have, place.need, locale)
    line = t.say("{challenge}: {so_far}. It brings: {prize}.", challenge=name, so_far=far, prize=prize)
    if place.level:
        line += " " + t.plural("{n} level done.", "{n} levels done.", place.level)
    if place.until:
        line += " " + t.say("Until {day}.", day=day(place.until, locale))
    if facts.member and not place.taken_up:
        n = [one.key for one in _to_take_up(facts)].index(challenge.key) + 1
        line += " " + t.say("To take part, write: challenge {number}", number=n)
    return line


def _days_of_a_week(facts: Facts, challenge: Challenge, place: Stand) -> str:
    t, name, programme = words(facts), _name(facts, challenge), facts.programme
    badge = programme.text(programme.of(Badge)[challenge.badge].names, facts.locale)
    if place.completed:
        return t.say("{challenge}: done this week! It brings the badge: {badge}", challenge=name, badge=badge)
    return t.plural(
        "{challenge}: {have} of {n} day this week. It brings the badge: {badge}",
        "{challenge}: {have} of {n} days this week. It brings the badge: {badge}",
        place.need,
        challenge=name,
        have=place.have,
        badge=badge,
    )


def _streak_line(facts: Facts, streak: Streak) -> str:
    return " ".join(_streak_parts(facts, streak))


def _streak_parts(facts: Facts, streak: Streak) -> Iterator[str]:
    t, locale, days = words(facts), facts.locale, streak.unit == "day"
    progress, profile = (facts.member.progress, facts.member.profile) if facts.member else ({}, None)
    place = streaks.stand(facts.programme, streak, progress, profile, facts.now)
    row = (
        t.plural("{n} day in a row.", "{n} days in a row.", place.length)
        if days
        else t.plural("{n} week in a row.", "{n} weeks in a row.", place.length)
    )
    yield f"{_name(facts, streak)}: {row}"
    if not place.length and place.missed:
        lost, first = number(place.lost_length, locale), day(place.missed, locale)
        yield (
            t.say("The last one, of {length} days, ended because of {day}.", length=lost, day=first)
            if days
            else t.say("The last one, of {length} weeks, ended in the week of {day}.", length=lost, day=first)
        )
    if place.freezes:
        yield t.plural("{n} freeze left.", "{n} freezes left.", place.freezes)
    if place.next:
        prize, missing = brings(facts.programme, place.next.prize, locale), place.next.reach - place.length
        yield t.plural("{n} more brings: {prize}.", "{n} more bring: {prize}.", missing, prize=prize)


def badges(facts: Facts) -> Reply:
    """The badges one has, each with its day, and those still to win."""
    t = words(facts)
    lines = [line for badge in facts.programme.of(Badge).values() for line in _badge_lines(facts, badge)]
    text = "\n".join(lines) or t.say("There are no badges at the moment.")
    shown = pictures.badges(facts, facts.member) if facts.member else None
    return reply(facts, text, *next_buttons(facts), title=t.say("Badges"), picture=shown)


def _badge_lines(facts: Facts, badge: Badge) -> Iterator[str]:
    t, programme = words(facts), facts.programme
    mine = won(facts.member.progress, badge.key) if facts.member else ()
    for one in _latest(mine):
        name = badge_name(programme, badge, one.level, facts.locale)
        yield t.say("You have: {badge} ({day})", badge=name, day=day(date.fromisoformat(one.day), facts.locale))
    if mine and mine[-1].level >= len(badge.levels):
        return
    name = badge_name(programme, badge, mine[-1].level + 1 if mine else 1, facts.locale)
    if badge.about:
        about = programme.text(badge.about, facts.locale)
        yield t.say("Still to win: {badge} ({about})", badge=name, about=about)
    else:
        yield t.say("Still to win: {badge}", badge=name)


def _latest(mine: Sequence[Held]) -> list[Held]:
    """The highest level of each of the last few periods."""
    highest = {one.period: one for one in mine}
    return list(highest.values())[-3:]
