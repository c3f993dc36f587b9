"""What people are told of their own accord about rewards: a seat came free, a voucher is going to end."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation.facts import Reply
from bot.conversation.unasked import unasked
from bot.loyalty.parts import Names
from bot.loyalty.programme import Programme
from bot.loyalty.reward import Reward
from bot.wording import day, negotiate, translate


def yours(programme: Programme, locale: str, reward: Reward, code: str) -> Reply:
    """The first in line was given the seat."""
    language = negotiate(locale, programme.languages)
    text = translate(language).say(
        "{programme}: a place came free, and it is yours: {reward}. Show this code there: {code}",
        programme=programme.called(language),
        reward=programme.text(reward.names, language),
        code=code,
    )
    return unasked(programme, language, text)


def there_is_one(programme: Programme, locale: str, reward: Reward) -> Reply:
    """The first in line may have the seat, for its price."""
    language = negotiate(locale, programme.languages)
    text = translate(language).say(
        "{programme}: a place came free: {reward}. The first to redeem it has it. Write: rewards",
        programme=programme.called(language),
        reward=programme.text(reward.names, language),
    )
    return unasked(programme, language, text)


def ends_soon(programme: Programme, locale: str, names: Names, code: str, at: datetime, zone: ZoneInfo) -> Reply:
    """What a voucher stands for is going to end."""
    language = negotiate(locale, programme.languages)
    text = translate(language).say(
        "{programme}: {reward} ends on {day}. Your code: {code}",
        programme=programme.called(language),
        reward=programme.text(names, language),
        day=day(at.astimezone(zone).date(), language),
        code=code,
    )
    return unasked(programme, language, text)
