"""What to answer about vouchers."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.conversation import pictures, views
from bot.conversation.commands import ShowVouchers
from bot.conversation.facts import Facts, Outcome, Turn
from bot.conversation.flow import words
from bot.conversation.intents import Intent
from bot.conversation.replies import next_buttons, reply
from bot.messages import Picture
from bot.wording import day


def begin(facts: Facts, intent: Intent) -> Turn:
    """A member's codes; only members have any."""
    return Turn(command=ShowVouchers()) if facts.member else Turn((views.stranger(facts),))


def conclude(facts: Facts, command: ShowVouchers, result: Outcome) -> Turn:
    """The codes that are good now, each with its end and where to have it scanned; one alone as a picture too."""
    t, found = words(facts), result["vouchers"]
    text = "\n".join(line for one in found for line in _lines(facts, one)) or t.say(
        "You have no vouchers at the moment."
    )
    shown = _picture(facts, found[0]) if len(found) == 1 else None
    return Turn((reply(facts, text, *next_buttons(facts), title=t.say("Your vouchers"), picture=shown),))


def _lines(facts: Facts, one: Mapping[str, Any]) -> Iterator[str]:
    t, until = words(facts), _until(one)
    line = t.say("{reward}: {code}", reward=facts.programme.text(one["names"], facts.locale), code=one["code"])
    if until:
        last = until.astimezone(facts.programme.zone).date()
        line = t.say("{line}, good until {day}", line=line, day=day(last, facts.locale))
    yield line
    if link := one.get("link"):
        yield t.say("Or open it as a picture: {link}", link=link)


def _picture(facts: Facts, one: Mapping[str, Any]) -> Picture | None:
    reward = facts.programme.rewards.get(one.get("reward", ""))
    return pictures.voucher(facts, reward, one["code"], _until(one)) if reward else None


def _until(one: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(one["until"]) if one["until"] else None
