"""What to answer about vouchers."""

from datetime import datetime

from bot.conversation import views
from bot.conversation.commands import ShowVouchers
from bot.conversation.facts import Facts, Result, Turn
from bot.conversation.flow import words
from bot.conversation.intents import Intent
from bot.conversation.replies import next_buttons, reply
from bot.errors import RegularsError
from bot.wording import day


def begin(facts: Facts, intent: Intent) -> Turn:
    """A member's codes; only members have any."""
    return Turn(command=ShowVouchers()) if facts.member else Turn((views.stranger(facts),))


def conclude(facts: Facts, command: ShowVouchers, result: Result) -> Turn:
    """The codes that are good now, each with its end."""
    if isinstance(result, RegularsError):
        return Turn((views.failed(facts),))
    t, lines = words(facts), []
    for one in result["vouchers"]:
        line = t.say("{reward}: {code}", reward=facts.programme.text(one["names"], facts.locale), code=one["code"])
        if one["until"]:
            last = datetime.fromisoformat(one["until"]).astimezone(facts.programme.zone).date()
            line = t.say("{line}, good until {day}", line=line, day=day(last, facts.locale))
        lines.append(line)
    text = "\n".join(lines) or t.say("You have no vouchers at the moment.")
    return Turn((reply(facts, text, *next_buttons(facts), title=t.say("Your vouchers")),))
