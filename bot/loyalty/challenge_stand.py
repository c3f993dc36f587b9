"""How far a member has come in a challenge, as shown to them."""

from datetime import date, datetime
from typing import NamedTuple

from bot.loyalty.challenges import Challenge, levels_done, taken_up
from bot.loyalty.goals import have, row_until
from bot.loyalty.member import Profile, Progress
from bot.loyalty.programme import Programme
from bot.loyalty.windows import joined_on


class Stand(NamedTuple):
    """How far a member has come in a challenge.

    ``need`` is that of the level to come, or of the last one; ``have`` is at most that. ``level`` levels are done.
    ``until`` is the last day of the span, if there is one; ``running`` whether today lies in it. ``taken_up`` is
    False for one that the member would have to take up first.
    """

    have: int
    need: int
    level: int
    completed: bool
    until: date | None
    running: bool
    taken_up: bool


def stand(
    programme: Programme, challenge: Challenge, progress: Progress, profile: Profile | None, at: datetime
) -> Stand:
    """Where a member is with a challenge at a moment."""
    day = at.astimezone(programme.zone).date()
    joined = profile and joined_on(profile.joined_at, programme.zone)
    name, goal = challenge.window.key(day, joined), challenge.goal
    kept = None if name is None else challenge.spans(progress).get(name + challenge.tag)
    so_far, levels = have(kept), challenge.levels
    level = sum(one.reach <= so_far for one in levels)
    level = max(level, levels_done(progress, challenge))
    if challenge.repeat == "always":
        so_far, level = so_far % challenge.reach, 0
    elif goal.kind == "streak" and level < len(levels):
        so_far = row_until(kept, goal, day)
    completed = level == len(levels)
    need = levels[min(level, len(levels) - 1)].reach
    mine = not challenge.opt_in or taken_up(progress, challenge, at)
    until = challenge.window.end(day, joined)
    return Stand(need if completed else min(so_far, need), need, level, completed, until, name is not None, mine)
