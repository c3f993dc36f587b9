"""Challenges: a goal over matching activities, in a window of the business's calendar, for points, rewards, badges."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from bot.loyalty.activity import Activity
from bot.loyalty.conditions import Condition, ConditionIn, SomeKeys, compile_condition
from bot.loyalty.goals import Goal, GoalIn, Kept, Reach, goal_of, have, most_of, reach_of, tag
from bot.loyalty.mechanic import Mechanic
from bot.loyalty.member import Draft, Outcome, Progress
from bot.loyalty.money import from_minor
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts
from bot.loyalty.prizes import REFERS, Level, Then, give, prize_of
from bot.loyalty.programme import Programme
from bot.loyalty.windows import Window, WindowIn, joined_on, window_of

NAME = "challenges"
JOINED = "challenge_joined"
"""The activity of taking up a challenge; its attribute ``challenge`` names which."""
_TAKEN_UP, _DONE = "challenges_joined", "challenges_done"
_SPANS_KEPT = 5
"""Activities told late still count in their own week or month, as far back as this."""
_NOTHING: Mapping[str, Any] = {}
_MOST_AT_ONCE = 100
"""A single activity completes a challenge that repeats at most so often."""


_REPEATS: Mapping[bool | str, str] = {True: "always", False: "never", "window": "window"}


class LevelIn(Part):
    reach: Reach
    then: Then


class ChallengeIn(Part):
    key: Key
    name: Texts
    about: Texts | None = None
    on: SomeKeys
    when: ConditionIn | None = None
    goal: GoalIn
    window: WindowIn | None = None
    join: Literal["auto", "opt_in"] = "auto"
    repeat: bool | Literal["window"] = "window"
    then: Then | None = None
    levels: Annotated[list[LevelIn], Field(max_length=20)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        goal = self.goal
        if (self.then is None) == (not self.levels):
            raise ValueError('needs either "then" or "levels"')
        if self.then and goal.reach is None and not (goal.count or goal.set):
            raise ValueError('the goal needs "reach"')
        if self.repeat is True and (self.levels or goal.kind not in ("count", "sum")):
            raise ValueError("only counts and sums without levels can repeat within a window")
        return self


@dataclass(frozen=True, slots=True)
class Challenge:
    """``levels`` rise; a challenge without any has one. ``repeat`` is ``window``, ``always`` or ``never``.
    ``tag`` tells what is kept for its goal from what was for another one."""

    key: str
    names: Names
    about: Names
    on: tuple[str, ...]
    when: Condition | None
    goal: Goal
    window: Window
    opt_in: bool
    repeat: str
    levels: tuple[Level, ...]
    tag: str = ""

    @property
    def reach(self) -> int:
        """What completes it."""
        return self.levels[-1].reach

    @property
    def badge(self) -> str:
        """The badge that completing it brings, if any."""
        return self.levels[-1].prize.badge

    def spans(self, progress: Progress) -> dict[str, Kept]:
        """What is kept for each span of its window."""
        kept: dict[str, Kept] = progress.get(NAME, {}).get(self.key, {})
        return kept


def challenges(programme: Programme, activity: Activity, draft: Draft) -> None:
    """Bring every challenge that the activity counts for nearer to its goal."""
    if activity.type == JOINED:
        _take_up(programme, activity, draft)
    day = draft.local.date()
    for challenge in _by_type(programme).get(activity.type, ()):
        if challenge.opt_in and not taken_up(draft.progress, challenge, activity.occurred_at):
            continue
        if challenge.when is None or challenge.when.holds(draft):
            _move(challenge, activity, day, draft)


@lru_cache(64)
def _by_type(programme: Programme) -> Mapping[str, Sequence[Challenge]]:
    found: dict[str, list[Challenge]] = {}
    for challenge in programme.of(Challenge).values():
        for kind in challenge.on:
            found.setdefault(kind, []).append(challenge)
    return found


def _take_up(programme: Programme, activity: Activity, draft: Draft) -> None:
    key = str((activity.attributes or {}).get("challenge", ""))
    challenge = programme.of(Challenge).get(key)
    taken = draft.progress.get(_TAKEN_UP, {})
    if challenge is not None and challenge.opt_in and key not in taken:
        draft.progress[_TAKEN_UP] = {**taken, key: int(activity.occurred_at.timestamp())}
        draft.outcomes.append({"type": "challenge_joined", "challenge": key})


def taken_up(progress: Progress, challenge: Challenge, at: datetime) -> bool:
    """Whether a challenge of one's own choice had been taken up by then."""
    since = progress.get(_TAKEN_UP, {}).get(challenge.key)
    return since is not None and since <= at.timestamp()


def _move(challenge: Challenge, activity: Activity, day: date, draft: Draft) -> None:
    profile = draft.state.profile
    joined = joined_on(profile.joined_at, draft.programme.zone) if challenge.window.days and profile else None
    name = challenge.window.key(day, joined)
    if name is None:
        return
    name += challenge.tag
    everything = draft.progress.get(NAME, _NOTHING)
    spans: Mapping[str, Kept] = everything.get(challenge.key, _NOTHING)
    old = spans.get(name)
    new = challenge.goal.add(old, activity, day)
    if new is None or new is old:
        return
    after = {**spans, name: new} if name in spans else _opened(challenge, spans, name, new)
    if name not in after:
        return
    draft.progress[NAME] = {**everything, challenge.key: after}
    _answer(challenge, old, new, day, draft)


def _opened(challenge: Challenge, spans: Mapping[str, Kept], name: str, new: Kept) -> dict[str, Kept]:
    """The spans with one more, of which only the latest are kept.

    What was kept for another kind of window or goal, before the challenge was changed, is dropped.
    """
    after = {one: kept for one, kept in spans.items() if len(one) == len(name) and _tagged(one, challenge.tag)}
    after[name] = new
    if len(after) > _SPANS_KEPT:
        del after[min(after)]
    return after


def _tagged(span: str, tag: str) -> bool:
    return span.endswith(tag) if tag else "#" not in span


def _answer(challenge: Challenge, old: Kept | None, new: Kept, today: date, draft: Draft) -> None:
    """Tell the progress, and complete what it completes."""
    before, after = have(old), have(new)
    # A badge has the day on which the goal was reached, and not that of the telling.
    day = str(new[-1]) if isinstance(new, list) and not challenge.tag else today.isoformat()
    if challenge.repeat == "always":
        times = after // challenge.reach - before // challenge.reach
        _tell(challenge, challenge.reach if times else after % challenge.reach, challenge.reach, draft)
        for _ in range(min(times, _MOST_AT_ONCE)):
            _complete(challenge, 0, day, draft)
        return
    done = levels_done(draft.progress, challenge)
    open_levels = [(n, level) for n, level in enumerate(challenge.levels) if n >= done and level.reach > before]
    if not open_levels:
        return
    if after > before:
        need = open_levels[0][1].reach
        _tell(challenge, min(after, need), need, draft)
    for n, level in open_levels:
        if level.reach <= after:
            _complete(challenge, n, day, draft)


def _tell(challenge: Challenge, have: int, need: int, draft: Draft) -> None:
    told: Outcome = {"type": "challenge_progress", "challenge": challenge.key, "have": have, "need": need}
    if challenge.goal.is_money:
        told |= {name: from_minor(told[name], draft.programme.exponent) for name in ("have", "need")}
    draft.outcomes.append(told)


def _complete(challenge: Challenge, n: int, day: str, draft: Draft) -> None:
    if challenge.repeat == "never":
        draft.progress[_DONE] = {**draft.progress.get(_DONE, {}), challenge.key: n + 1}
    level = {"level": n + 1} if len(challenge.levels) > 1 else {}
    draft.outcomes.append({"type": "challenge_completed", "challenge": challenge.key} | level)
    give(challenge.levels[n].prize, f"{NAME}:{challenge.key}", day, draft)


def levels_done(progress: Progress, challenge: Challenge) -> int:
    """The levels that were completed for good, of a challenge that never comes again."""
    done: int = progress.get(_DONE, {}).get(challenge.key, 0) if challenge.repeat == "never" else 0
    return min(done, len(challenge.levels))


def days_in(progress: Progress, challenge: Challenge, day: date) -> int:
    """How much already counts in the span of ``day``, of a window that does not depend on joining."""
    name = challenge.window.key(day, None)
    return 0 if name is None else have(challenge.spans(progress).get(name + challenge.tag))


def _challenge(told: ChallengeIn, compiling: Compiling) -> Challenge:
    levels = tuple(_levels(told, compiling))
    window, top = window_of(told.window), levels[-1].reach
    if [one.reach for one in levels] != sorted({one.reach for one in levels}):
        compiling.fault("each level must need more than the one before", "levels")
    if top > (most := most_of(told.goal, window.length)):
        compiling.fault(f"must be less than or equal to {most}", *(("levels",) if told.levels else ("goal", "reach")))
    goal = told.goal
    if told.levels and not goal.set and _said(goal, compiling) not in (0, top):
        compiling.fault("the last level must need what the goal says", "levels")
    counted = goal_of(goal, top, capped=told.repeat is not True)
    return Challenge(
        told.key,
        compiling.names(told.name),
        compiling.names(told.about),
        tuple(told.on),
        compile_condition(told.when, compiling, "when"),
        counted,
        window,
        told.join == "opt_in",
        _REPEATS[told.repeat],
        levels,
        tag(counted),
    )


def _levels(told: ChallengeIn, compiling: Compiling) -> Iterator[Level]:
    goal = told.goal
    for n, level in enumerate(told.levels):
        yield Level(reach_of(level.reach, goal, compiling, "levels", str(n), "reach"), prize_of(level.then))
    if told.then:
        yield Level(_said(goal, compiling), prize_of(told.then))


def _said(goal: GoalIn, compiling: Compiling) -> int:
    """What the goal itself says is needed; 0 where it leaves that to the levels."""
    if goal.reach is not None:
        return reach_of(goal.reach, goal, compiling, "goal", "reach")
    return goal.count or len(goal.set or ())


MECHANIC = Mechanic(NAME, challenges, [Section("challenges", ChallengeIn, Challenge, _challenge, refers=REFERS)])
