"""Challenges and streaks in the reader's words: how far one is, what it takes, and what it brings."""

from collections.abc import Iterator

from bot.loyalty.badges import Badge
from bot.loyalty.challenges import Challenge
from bot.loyalty.prizes import Prize
from bot.loyalty.programme import Programme
from bot.wording.catalogues import translate
from bot.wording.counting import points
from bot.wording.formats import money, number
from bot.wording.typesetting import listed


def is_days_of_a_week(challenge: Challenge) -> bool:
    """The goal that has sentences of its own: different days of one week, for a badge."""
    prize = challenge.levels[0].prize
    plain = len(challenge.levels) == 1 and bool(prize.badge) and not prize.points and not prize.reward
    days = (challenge.goal.kind, challenge.goal.of, challenge.window.each) == ("distinct", "day", "week")
    return plain and days and not challenge.opt_in and challenge.repeat == "window"


def so_far(programme: Programme, challenge: Challenge, have: int, need: int, language: str) -> str:
    """``3 of 5 times``."""
    t, goal = translate(language), challenge.goal
    if goal.is_money:
        paid, asked = money(programme, have, language), money(programme, need, language)
        return t.say("{have} of {need}", have=paid, need=asked)
    got = number(have, language)
    match goal.kind, goal.of:
        case "count", _:
            return t.plural("{have} of {n} time", "{have} of {n} times", need, have=got)
        case "sum", _:
            return t.plural("{have} of {n} piece", "{have} of {n} pieces", need, have=got)
        case "distinct", "day":
            return t.plural("{have} of {n} day", "{have} of {n} days", need, have=got)
        case "streak", "day":
            return t.plural("{have} of {n} day in a row", "{have} of {n} days in a row", need, have=got)
        case "streak", "week":
            return t.plural("{have} of {n} week in a row", "{have} of {n} weeks in a row", need, have=got)
        case _, "location":
            return t.plural("{have} of {n} place", "{have} of {n} different places", need, have=got)
    return t.plural("{have} of {n} kind", "{have} of {n} different kinds", need, have=got)


def brings(programme: Programme, prize: Prize, language: str) -> str:
    """What is won, in a few words."""
    return listed(_parts(programme, prize, language), language)


def _parts(programme: Programme, prize: Prize, language: str) -> Iterator[str]:
    if prize.points:
        yield points(programme, prize.points, language)
    if prize.reward:
        yield programme.text(programme.rewards[prize.reward].names, language)
    if prize.badge:
        name = badge_name(programme, programme.of(Badge)[prize.badge], prize.level, language)
        yield translate(language).say("the badge {badge}", badge=name)


def badge_name(programme: Programme, badge: Badge, level: int, language: str) -> str:
    """``Explorer, Silver`` for one with levels."""
    name = programme.text(badge.names, language)
    if not 1 <= level <= len(badge.levels):
        return name
    return f"{name}, {programme.text(badge.levels[level - 1], language)}"
