"""What a programme gives, as the front page lays it out; the words are those of ``bot.wording.explaining``."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.loyalty.challenges import Challenge
from bot.loyalty.parts import Names
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.loyalty.stamps import StampCard
from bot.loyalty.streaks import Streak
from bot.loyalty.tiers import Tier
from bot.wording.explaining import Section, explain
from bot.wording.explaining.achieving import card_in_words, challenge_in_words, streak_in_words
from bot.wording.explaining.parts import Reader
from bot.wording.explaining.rewards import in_order, price, whose
from bot.wording.tiers import offer
from bot.wording.typesetting import typeset

_BENEATH = ("friends", "terms")


@dataclass(frozen=True, slots=True)
class Card:
    """A stamp card with ``need`` stamps."""

    key: str
    name: str
    need: int
    text: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that is given, and how."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Offers:
    """Everything that the front page tells of a programme, in one language."""

    programme: Programme
    language: str

    def earning(self) -> list[str]:
        """A sentence for each way to earn."""
        return [line.text for section in self._told("earning") for line in section.lines]

    def cards(self) -> Iterator[Card]:
        for card in self.programme.of(StampCard).values():
            yield Card(card.key, self._text(card.names), card.need, self._set(card_in_words(self._reader, card)))

    def rewards(self) -> list[Offer]:
        """Cheapest first."""
        sold = [reward for reward in in_order(self.programme) if not reward.grant_only]
        return [Offer(self._reward(one), price(self.programme, one, self.language)) for one in sold]

    def tiers(self) -> list[Offer]:
        """From the lowest up, with what each brings."""
        tiers = self.programme.of(Tier).values()
        return [Offer(self._text(tier.names), offer(self.programme, tier, self.language)) for tier in tiers]

    def challenges(self) -> Iterator[Offer]:
        for challenge in self.programme.of(Challenge).values():
            yield Offer(self._text(challenge.names), self._set(challenge_in_words(self._reader, challenge)))
        for streak in self.programme.of(Streak).values():
            yield Offer(self._text(streak.names), self._set(streak_in_words(self._reader, streak)))

    def beneath(self) -> Iterator[Section]:
        """What else is good to know."""
        return self._told(*_BENEATH)

    def _told(self, *names: str) -> Iterator[Section]:
        return (section for section in explain(self.programme, self.language) if section.name in names)

    def _reward(self, reward: Reward) -> str:
        named = filter(None, (self._text(reward.names), whose(self.programme, reward, self.language)))
        return self._set(", ".join(named))

    @property
    def _reader(self) -> Reader:
        return Reader(self.programme, self.language)

    def _set(self, text: str) -> str:
        return typeset(text, self.language)

    def _text(self, names: Names) -> str:
        return self.programme.text(names, self.language)
