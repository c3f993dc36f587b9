"""Bringing friends: what to hand on to them, and what it brings."""

from bot.conversation import flow, pictures, views
from bot.conversation.commands import Invite
from bot.conversation.facts import Facts, Outcome, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import ask_buttons, reply
from bot.loyalty import codes
from bot.wording.explaining.parts import Reader
from bot.wording.explaining.terms import bonuses

_DEEP_LINK = "r_"


def begin(facts: Facts, intent: Intent) -> Turn:
    """A stranger is asked to join first."""
    return Turn(command=Invite()) if facts.member else Turn((views.stranger(facts),))


def concluded(facts: Facts, command: Invite, result: Outcome) -> Turn:
    """The link, the code, what it brings, and how many have come."""
    if facts.member is None:
        return Turn((views.failed(facts),))
    t = flow.words(facts)
    lines = [t.say("Tell your friends to write to us: join {code}", code=facts.member.code)]
    if base := result["base"]:
        lines.insert(0, t.say("Your link for friends: {link}", link=base + facts.member.code))
    if terms := bonuses(Reader(facts.programme, facts.locale)):
        lines.append(terms)
    shown = pictures.invitation(facts, base + facts.member.code, terms, facts.member) if base else None
    if result["joined"]:
        lines.append(
            t.plural(
                "{n} friend has joined through you so far.",
                "{n} friends have joined through you so far.",
                result["joined"],
            )
        )
    return Turn((reply(facts, "\n".join(lines), *ask_buttons(facts), title=t.say("Invite a friend"), picture=shown),))


def referrer_in(text: str) -> str:
    """The code of who invited, as it comes with a link (``r_CODE``) or is typed; empty when it is none."""
    code = codes.tidy(text.strip().removeprefix(_DEEP_LINK))
    return code if code and len(code.replace("-", "")) == codes.MEMBER else ""
