"""Confirming from a mail address that news may go there."""

from dataclasses import replace

from bot.conversation import flow, views
from bot.conversation.commands import ConfirmOptIn
from bot.conversation.confirming import UNPROVEN, bare_code
from bot.conversation.facts import Dialog, Facts, Reply, Result, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import next_buttons, reply
from bot.conversation.unasked import unasked
from bot.errors import NotFound, RegularsError
from bot.loyalty.programme import Programme
from bot.wording import negotiate, translate

FLOW = "opt_in"
_ELSEWHERE = ("", flow.LIST, FLOW)
"""Flows that wait for no six digits of their own."""


def confirmation(programme: Programme, locale: str, code: str, link: str) -> Reply:
    """The mail to the owner; whoever did not ask need do nothing."""
    language = negotiate(locale, programme.languages)
    t, business = translate(language), programme.called(language)
    text = t.say(
        "{programme}: may we send you news and gifts to this address? You asked for it. To confirm, answer with the "
        "code {code}. If it was not you, do nothing, and none will come.",
        programme=business,
        code=code,
    )
    if link:
        text = f"{text}\n{t.say('Or confirm here: {link}', link=link)}"
    subject = t.say("{programme}: please confirm your address", programme=business)
    return unasked(programme, language, text, subject)


def typed(facts: Facts, text: str) -> Turn | None:
    """Six digits that no other question waits for; by mail they answer the mail that asks to confirm."""
    current = flow.current(facts)
    if facts.member is None or current not in _ELSEWHERE or (current != FLOW and facts.channel not in UNPROVEN):
        return None
    code = bare_code(text)
    return Turn(dialog=facts.dialog, command=ConfirmOptIn(code)) if code else None


def asked(facts: Facts, address: str) -> str:
    """That a mail is on its way, and what to do with it."""
    return flow.words(facts).say(
        "We have sent a mail to {address}, so that nobody signs you up but you. Open its link, or write its 6 digits "
        "here; until then no news will come there.",
        address=address,
    )


def noted(facts: Facts, turn: Turn, result: Result) -> Turn:
    """What follows an answer after which a mail address has to be confirmed."""
    address = None if isinstance(result, RegularsError) else result.get("asked")
    if not address or not turn.replies:
        return turn
    first, *rest = turn.replies
    told = replace(first, text=f"{first.text}\n{asked(facts, address)}")
    return replace(turn, replies=(told, *rest))


def confirmed(facts: Facts, command: ConfirmOptIn, result: Result) -> Turn:
    """Thanks, or another try."""
    t = flow.words(facts)
    if isinstance(result, NotFound):
        return Turn((views.lost(facts),))
    if isinstance(result, RegularsError):
        text = t.say("That code is wrong or too old. Write it again, or for a new one write: settings")
        return Turn((reply(facts, text),), flow.at(facts, FLOW, "code"))
    text = t.say(
        "Thank you, that is confirmed: news and gifts come to {address} from now on.", address=result["address"]
    )
    return Turn((reply(facts, text, *next_buttons(facts)),))


def proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """What is no code: a wish of its own, or a slip."""
    if intent.name == "cancel":
        return Turn((views.nothing_done(facts),))
    if flow.is_wish(intent):
        return None
    text = flow.words(facts).say("The code has 6 digits. Write it here, or for a new one write: settings")
    return Turn((reply(facts, text),), dialog)
