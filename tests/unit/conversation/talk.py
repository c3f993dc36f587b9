"""Anna, who is a member of the café, and Bence, who is not (yet), talking with it."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from bot.conversation.commands import Command
from bot.conversation.concluding import conclude
from bot.conversation.facts import Codes, Facts, MemberFacts, Reply, Result, Turn
from bot.conversation.understanding import understand
from bot.loyalty.document import parse

CAFE = parse((files("config") / "presets" / "cafe.toml").read_text("utf-8"))
SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA = MemberFacts(
    id=1,
    code="ANNA23",
    name="Anna",
    points=87,
    progress={
        "stamps": {"coffee": 8},
        "challenges": {"three_visits": {"2026-W46": ["2026-11-10"], "2026-W47": ["2026-11-17", "2026-11-20"]}},
        "badges": {"regular": "2026-03-12"},
    },
)


def anna(locale: str = "en", channel: str = "telegram", points: int = 87) -> Facts:
    codes = Codes("424242", "hash of {}".format) if channel == "email" else None
    return Facts(CAFE, channel, locale, SATURDAY, replace(ANNA, points=points), codes=codes)


def bence(locale: str = "en", channel: str = "telegram", name: str = "") -> Facts:
    return Facts(CAFE, channel, locale, SATURDAY, name=name)


@dataclass
class Talk:
    """Several turns; the dialog is kept as storage keeps it, as JSON."""

    facts: Facts
    commands: list[Command] = field(default_factory=list)

    def says(self, text: str) -> str:
        """What is answered; empty when a command is to be carried out first (see ``then``)."""
        return self._take(understand(self.facts, text))

    def then(self, result: Result, member: MemberFacts | None = None, locale: str = "") -> str:
        """The last command ended so, and things are now so; what is said about it."""
        self.facts = replace(self.facts, member=member or self.facts.member, locale=locale or self.facts.locale)
        return self._take(conclude(self.facts, self.commands[-1], result))

    def waits(self, time: timedelta) -> None:
        self.facts = replace(self.facts, now=self.facts.now + time)

    @property
    def asked(self) -> str:
        """The flow and step that wait for an answer."""
        dialog = self.facts.dialog
        return f"{dialog['flow']} {dialog['step']}" if dialog else ""

    def _take(self, turn: Turn) -> str:
        if turn.command:
            # The question stays open until it is said how the command ended.
            self.commands.append(turn.command)
            return ""
        dialog = json.loads(json.dumps(turn.dialog)) if turn.dialog else None
        assert dialog == turn.dialog
        self.facts = replace(self.facts, dialog=dialog)
        return "\n".join(reply.text for reply in turn.replies)


def only(turn: Turn) -> Reply:
    assert len(turn.replies) == 1
    assert turn.command is None
    return turn.replies[0]


def labels(reply: Reply) -> dict[str, str]:
    return {button.says: button.label for button in reply.buttons}
