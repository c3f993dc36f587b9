"""Badges: shown once earned, each once per member."""

from bot.loyalty.member import Draft, Progress

NAME = "badges"


def held(progress: Progress) -> dict[str, str]:
    """The badges a member has, with the day of each (ISO)."""
    return dict(progress.get(NAME, {}))


def award(badge: str, day: str, draft: Draft) -> None:
    """Give a badge, unless the member has it."""
    badges = draft.progress.get(NAME, {})
    if badge not in badges:
        draft.progress[NAME] = {**badges, badge: day}
        draft.outcomes.append({"type": "badge_awarded", "badge": badge})
