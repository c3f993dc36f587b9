"""What a programme gives, in a customer's words."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.loyalty.badges import Badge
from bot.loyalty.challenges import Challenge
from bot.loyalty.earning import EarningRule
from bot.loyalty.member import POINTS
from bot.loyalty.parts import Names
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.loyalty.stamps import StampCard
from bot.loyalty.tiers import Tier
from bot.wording import money, points, translate
from bot.wording.challenges import brings, is_days_of_a_week
from bot.wording.tiers import offer


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
        sold = [reward for reward in self.programme.rewards.values() if not reward.grant_only]
        ordered = sorted(sold, key=lambda reward: (reward.cost, reward.credit))
        return [Offer(self._text(reward.names), self._price(reward)) for reward in ordered]

    def _price(self, reward: Reward) -> str:
        t = translate(self.language)
        if reward.credit:
            return t.say("{money} of your credit", money=money(self.programme, reward.credit, self.language))
        return points(self.programme, reward.cost, self.language) if reward.cost else t.say("free")

    def tiers(self) -> list[Offer]:
        """From the lowest up, with what each brings."""
        tiers = self.programme.of(Tier).values()
        return [Offer(self._text(tier.names), offer(self.programme, tier, self.language)) for tier in tiers]

    def challenges(self) -> Iterator[Offer]:
        t = translate(self.language)
        for challenge in self.programme.of(Challenge).values():
            if is_days_of_a_week(challenge):
                text = t.say(
                    "Come on {count} different days of one week and earn the badge: {badge}",
                    count=challenge.reach,
                    badge=self._text(self.programme.of(Badge)[challenge.badge].names),
                )
            else:
                about = f"{self._text(challenge.about)} " if challenge.about else ""
                prize = brings(self.programme, challenge.levels[-1].prize, self.language)
                text = about + t.say("It brings: {prize}", prize=prize)
            yield Offer(self._text(challenge.names), text)

    def _text(self, names: Names) -> str:
        return self.programme.text(names, self.language)

    def _earned(self, rule: EarningRule) -> str:
        t, given = translate(self.language), points(self.programme, rule.points, self.language)
        if rule.per:
            per = money(self.programme, rule.per, self.language)
            return t.say("{points} for every {money} you spend", points=given, money=per)
        match rule.on:
            case "purchase":
                return t.say("{points} for every purchase", points=given)
            case "visit":
                return t.say("{points} for every visit", points=given)
            case "review":
                return t.say("{points} for a review", points=given)
        return t.say("{points} for: {activity}", points=given, activity=rule.on.replace("_", " "))
