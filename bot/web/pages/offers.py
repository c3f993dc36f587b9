"""What a programme gives, in a customer's words."""

from collections.abc import Iterator
from dataclasses import dataclass

from babel.numbers import format_currency

from bot.loyalty.badges import Badge
from bot.loyalty.challenges import Challenge
from bot.loyalty.earning import EarningRule
from bot.loyalty.member import POINTS
from bot.loyalty.money import from_minor
from bot.loyalty.parts import Names
from bot.loyalty.programme import Programme
from bot.loyalty.stamps import StampCard
from bot.wording import points, translate
from bot.wording.formats import locale_of


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
        """A sentence for each way to earn points."""
        rules = self.programme.of(EarningRule).values()
        return [self._earned(rule) for rule in rules if rule.points and rule.wallet == POINTS]

    def cards(self) -> Iterator[Card]:
        t = translate(self.language)
        for card in self.programme.of(StampCard).values():
            reward = self._text(self.programme.rewards[card.reward].names)
            text = t.say("{count} stamps bring you: {reward}", count=card.need, reward=reward)
            yield Card(card.key, self._text(card.names), card.need, text)

    def rewards(self) -> list[Offer]:
        """Cheapest first."""
        ordered = sorted(self.programme.rewards.values(), key=lambda reward: reward.cost)
        return [Offer(self._text(r.names), points(self.programme, r.cost, self.language)) for r in ordered]

    def challenges(self) -> Iterator[Offer]:
        t = translate(self.language)
        for challenge in self.programme.of(Challenge).values():
            badge = self._text(self.programme.of(Badge)[challenge.badge].names)
            text = t.say(
                "Come on {count} different days of one week and earn the badge: {badge}",
                count=challenge.reach,
                badge=badge,
            )
            yield Offer(self._text(challenge.names), text)

    def _text(self, names: Names) -> str:
        return self.programme.text(names, self.language)

    def _earned(self, rule: EarningRule) -> str:
        t, given = translate(self.language), points(self.programme, rule.points, self.language)
        if rule.per:
            return t.say("{points} for every {money} you spend", points=given, money=self._money(rule.per))
        match rule.on:
            case "purchase":
                return t.say("{points} for every purchase", points=given)
            case "visit":
                return t.say("{points} for every visit", points=given)
            case "review":
                return t.say("{points} for a review", points=given)
        return t.say("{points} for: {activity}", points=given, activity=rule.on.replace("_", " "))

    def _money(self, minor: int) -> str:
        """``€1``, with decimals only where there are any."""
        locale = locale_of(self.language)
        pattern = locale.currency_formats["standard"].pattern
        if minor % 10**self.programme.exponent == 0:
            pattern = pattern.replace(".00", "")
        amount = from_minor(minor, self.programme.exponent)
        return format_currency(amount, self.programme.currency, pattern, locale=locale, currency_digits=False)
