"""Bringing friends: what to hand on to them, and what it brings."""

from collections.abc import Iterator

from bot.conversation import flow, views
from bot.conversation.facts import Facts, Invite, Result, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import amount, ask_buttons, reply
from bot.errors import RegularsError
from bot.loyalty.codes import tidy
from bot.loyalty.referrals import BROUGHT, WAS_BROUGHT, Bonus, Referrals
from bot.wording import money

_LENGTH = 9
"""Of a member's code with its dash."""
_DEEP_LINK = "r_"


def begin(facts: Facts, intent: Intent) -> Turn:
    """A stranger is asked to join first."""
    return Turn(command=Invite()) if facts.member else Turn((views.stranger(facts),))


def concluded(facts: Facts, result: Result) -> Turn:
    """The link, the code, what it brings, and how many have come."""
    if isinstance(result, RegularsError) or facts.member is None:
        return Turn((views.failed(facts),))
    t = flow.words(facts)
    lines = [t.say("Tell your friends to write to us: join {code}", code=facts.member.code)]
    if base := result["base"]:
        lines.insert(0, t.say("Your link for friends: {link}", link=base + facts.member.code))
    lines += _terms(facts)
    if result["joined"]:
        lines.append(
            t.plural(
                "{n} friend has joined through you so far.",
                "{n} friends have joined through you so far.",
                result["joined"],
            )
        )
    return Turn((reply(facts, "\n".join(lines), *ask_buttons(facts), title=t.say("Invite a friend")),))


def referrer_in(text: str) -> str:
    """The code of who invited, as it comes with a link (``r_CODE``) or is typed; empty when it is none."""
    code = tidy(text.strip().removeprefix(_DEEP_LINK))
    return code if code and len(code) == _LENGTH else ""


def _terms(facts: Facts) -> Iterator[str]:
    terms, t = facts.programme.one(Referrals), flow.words(facts)
    if terms is None:
        return
    yours, theirs = _bonus(facts, terms.bonus[BROUGHT]), _bonus(facts, terms.bonus[WAS_BROUGHT])
    if yours and theirs:
        yield t.say("After their first purchase you get {yours}, and they get {theirs}.", yours=yours, theirs=theirs)
    elif yours:
        yield t.say("After their first purchase you get {yours}.", yours=yours)
    elif theirs:
        yield t.say("After their first purchase they get {theirs}.", theirs=theirs)


def _bonus(facts: Facts, bonus: Bonus) -> str:
    programme = facts.programme
    given = [amount(facts, bonus.points)] if bonus.points else []
    if bonus.credit:
        sum_ = money(programme, bonus.credit, facts.locale)
        given.append(flow.words(facts).say("{money} of credit", money=sum_))
    if reward := programme.rewards.get(bonus.reward):
        given.append(programme.text(reward.names, facts.locale))
    return " + ".join(given)
