"""Every question that the conversation may be waiting on, reached by talking."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.conversation.facts import Facts, Result
from bot.loyalty.document import parse
from tests.actions.rewards import DOCUMENT
from tests.unit.conversation.talk import Talk, anna, bence

SHOP = parse(DOCUMENT)
SETTINGS: dict[str, Any] = {
    "preferred": None,
    "quiet_hours": None,
    "name": "Anna",
    "birthday": None,
    "birthday_fixed": False,
    "ways": [
        {"channel": channel, "marketing": False, "notices": True, "stopped": False} for channel in ("telegram", "email")
    ],
}
CAUSES: Result = {"totals": {}, "mine": {}, "round_up": None}


def member(**refused: str) -> Facts:
    facts = anna(points=500)
    assert facts.member is not None
    return replace(facts, programme=SHOP, member=replace(facts.member, refused=refused))


def after(facts: Facts, *said: str, told: Result | None = None, then: str = "") -> Facts:
    """What is known after saying all that; ``told`` is how the command that came of it ended."""
    talk = Talk(facts)
    for text in said:
        talk.says(text)
    if told is not None:
        talk.then(told)
    if then:
        talk.says(then)
    return talk.facts


STATES: Mapping[str, Callable[[], Facts]] = {
    "join name": lambda: after(bence(), "join"),
    "join birthday": lambda: after(bence(), "join Bence"),
    "join consent": lambda: after(bence(), "join Bence", "skip"),
    "redeem confirm": lambda: after(member(), "redeem any drink"),
    "redeem wait": lambda: after(member(tasting="sold_out"), "redeem tasting"),
    "link claim": lambda: after(bence(), "link"),
    "link code": lambda: after(bence(), "link", "bence@example.com", told={}),
    "link token": lambda: after(bence(), f"link_{'x' * 22}", told={"hash": "h", "name": "A***"}),
    "link merge": lambda: after(member(), f"link_{'x' * 22}", told={"merge": {"id": 2, "points": 5, "name": "B***"}}),
    "gift what": lambda: after(member(), "gift 5"),
    "gift confirm": lambda: after(member(), "gift 5 bence@example.com"),
    "donate cause": lambda: after(member(), "donate", told=CAUSES),
    "donate round_up": lambda: after(member(), "round up", told=CAUSES),
    "donate points": lambda: after(member(), "donate", told=CAUSES, then="1"),
    "donate confirm": lambda: after(member(), "donate 5 trees"),
    "settings hours": lambda: after(member(), "settings quiet"),
    "settings consent": lambda: after(member(), "settings marketing telegram on"),
    "about_you name": lambda: after(member(), "settings name"),
    "about_you birthday": lambda: after(member(), "settings birthday"),
    "opt_in code": lambda: after(member(), "settings", told={**SETTINGS, "asked": "anna@example.com"}),
    "privacy erase": lambda: after(member(), "erase my data"),
    "list settings": lambda: after(member(), "settings", told=SETTINGS),
    "list first channel": lambda: after(member(), "settings first", told=SETTINGS),
    "list privacy": lambda: after(member(), "privacy"),
    "list redeem": lambda: after(member(), "rewards"),
    "list how": lambda: after(member(), "how"),
    "list goal": lambda: after(member(), "goal"),
    "list language": lambda: after(member(), "language"),
}
WAITING = sorted(STATES)


def waiting(state: str) -> Facts:
    """Somebody who was asked this question and has not answered yet."""
    facts = STATES[state]()
    assert facts.dialog is not None
    assert f"{facts.dialog['flow']} {facts.dialog['step']}" == state
    return facts
