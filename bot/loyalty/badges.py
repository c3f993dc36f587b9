"""Badges: shown once earned, each once per member."""

from dataclasses import dataclass

from bot.loyalty.member import Draft, Progress
from bot.loyalty.parts import Compiling, Key, Names, Part, Section, Texts

NAME = "badges"


class BadgeIn(Part):
    key: Key
    name: Texts
    about: Texts | None = None


@dataclass(frozen=True, slots=True)
class Badge:
    key: str
    names: Names
    about: Names


def held(progress: Progress) -> dict[str, str]:
    """The badges a member has, with the day of each (ISO)."""
    return dict(progress.get(NAME, {}))


def award(badge: str, day: str, draft: Draft) -> None:
    """Give a badge, unless the member has it."""
    badges = draft.progress.get(NAME, {})
    if badge not in badges:
        draft.progress[NAME] = {**badges, badge: day}
        draft.outcomes.append({"type": "badge_awarded", "badge": badge})


def _badge(told: BadgeIn, compiling: Compiling) -> Badge:
    return Badge(told.key, compiling.names(told.name), compiling.names(told.about))


SECTION = Section("badges", BadgeIn, Badge, _badge)
