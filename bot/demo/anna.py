"""Anna as the front page shows her: where she stands, and what her last purchase brought."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.balance import Balance
from bot.loyalty.badges import Badge, held
from bot.loyalty.challenges import Challenge, days_in
from bot.loyalty.member import Outcome
from bot.loyalty.programme import Programme
from bot.loyalty.stamps import StampCard
from bot.wording import points
from bot.wording.challenges import so_far


@dataclass(frozen=True, slots=True)
class Goal:
    """The reward that comes next, and what to say of it."""

    name: str
    cost: int
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    name: str
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Anna:
    """``last`` tells what came of the last purchase, when there was one."""

    standing: Balance
    now: datetime
    last: str = ""

    @property
    def name(self) -> str:
        return self.standing.member.name

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def points(self) -> int:
        return self.standing.state.points

    @property
    def reward(self) -> Goal:
        """The next reward, or the dearest when all are within reach."""
        programme = self._programme
        following = programme.next_reward(self.points)
        reward = following or max(programme.rewards.values(), key=lambda one: one.cost)
        name = programme.text(reward.names, self._language)
        missing = points(programme, reward.cost - self.points, self._language)
        text = f"{missing} to go: {name}" if following else f"Enough for: {name}. Write “redeem” in the chat."
        return Goal(name, reward.cost, text)

    @property
    def cards(self) -> list[Card]:
        have = {key: stamps for key, stamps, _ in self.standing.stamps}
        return [
            Card(self._programme.text(card.names, self._language), have[card.key], card.need)
            for card in self._programme.of(StampCard).values()
        ]

    @property
    def lines(self) -> Iterator[Line]:
        """Challenges under way, and badges."""
        programme, progress = self._programme, self.standing.state.progress
        today = self.now.astimezone(programme.zone).date()
        for challenge in programme.of(Challenge).values():
            have = min(days_in(progress, challenge, today), challenge.reach)
            far = so_far(programme, challenge, have, challenge.reach, self._language)
            week = " this week" if challenge.window.each == "week" else ""
            yield Line(programme.text(challenge.names, self._language), f"{far}{week}")
        names = [programme.text(programme.of(Badge)[key].names, self._language) for key in held(progress)]
        if names:
            yield Line("Badges", ", ".join(names))

    @property
    def _programme(self) -> Programme:
        return self.standing.programme

    @property
    def _language(self) -> str:
        return self.standing.member.locale


def brought(programme: Programme, outcomes: Sequence[Outcome]) -> str:
    """What a purchase brought, in a sentence."""
    return f"Bought: {', '.join(_parts(programme, outcomes))}."


def _parts(programme: Programme, outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        match outcome["type"]:
            case "points_earned":
                yield f"+{points(programme, outcome['points'], 'en')}"
            case "stamps_added":
                yield f"+{outcome['stamps']} stamps"
            case "stamp_card_completed":
                name = programme.text(programme.rewards[outcome["reward"]].names, "en")
                yield f"the card is full, here is your voucher {outcome['voucher']} for: {name}"
            case "badge_awarded":
                yield f"a new badge: {programme.text(programme.of(Badge)[outcome['badge']].names, 'en')}"
