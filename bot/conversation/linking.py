"""Proving that this address belongs to a member who is known by a phone or an e-mail address."""

import re
import unicodedata

from bot.conversation import flow, views
from bot.conversation.facts import AskLink, Dialog, Facts, ProveLink, Reply, Result, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import reply
from bot.errors import BadInput, RegularsError
from bot.loyalty.programme import Programme
from bot.messages import Button
from bot.wording import negotiate, translate

FLOW = "link"
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")
_PHONE = re.compile(r"\+?[\d\s()/.-]{6,30}")
_CODE = re.compile(r"\d{6}")
_FEWEST_DIGITS = 6


def begin(facts: Facts, intent: Intent) -> Turn:
    """Ask which address the membership is known by."""
    if facts.member:
        return Turn((views.greeting(facts),))
    return _ask(facts, flow.words(facts).say("Which phone number or e-mail address are you registered with?"))


def proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """Take the address or the code; None when the text is a wish of its own."""
    if intent.name == "cancel":
        return Turn((views.nothing_done(facts),))
    return _take_claim(facts, intent) if dialog["step"] == "claim" else _take_code(facts, dialog, intent)


def asked(facts: Facts, result: Result) -> Turn:
    """The same answer whether or not such a member exists: nobody learns who is one."""
    if isinstance(result, BadInput):
        return _ask_again(facts)
    text = flow.words(facts).say("If it belongs to a member, a code is on its way there. Write the 6 digits here.")
    return _wait(facts, text)


def proved(facts: Facts, result: Result) -> Turn:
    """Greet the member, or let them type the code again."""
    if not isinstance(result, RegularsError):
        return Turn((views.greeting(facts),))
    text = flow.words(facts).say("That code is wrong or too old. Write it again, or for a new one write: link")
    return _wait(facts, text)


def _take_claim(facts: Facts, intent: Intent) -> Turn | None:
    claimed = unicodedata.normalize("NFKC", intent.text).strip()
    digits = sum(map(str.isdecimal, claimed))
    if _MAIL.fullmatch(claimed) or (_PHONE.fullmatch(claimed) and digits >= _FEWEST_DIGITS):
        return Turn(command=AskLink(claimed))
    if intent.name and intent.sure and intent.name not in ("number", "yes", "no", "skip"):
        return None
    return _ask_again(facts)


def _take_code(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", intent.text))
    if _CODE.fullmatch(code):
        return Turn(dialog=dialog, command=ProveLink(code))
    if intent.name and intent.sure and intent.name not in ("number", "yes", "no", "skip"):
        return None
    return _wait(facts, flow.words(facts).say("The code has 6 digits. Write it here, or for a new one write: link"))


def _ask_again(facts: Facts) -> Turn:
    return _ask(
        facts,
        flow.words(facts).say("That does not look like a phone number or an e-mail address. Please write it again."),
    )


def _ask(facts: Facts, text: str) -> Turn:
    return Turn((reply(facts, text, _cancel(facts)),), flow.at(facts, FLOW, "claim"))


def _wait(facts: Facts, text: str) -> Turn:
    return Turn((reply(facts, text, _cancel(facts)),), flow.at(facts, FLOW, "code"))


def _cancel(facts: Facts) -> Button:
    if facts.channel in flow.PHONES:
        return Button(flow.leave_word(facts).capitalize(), "back")
    return Button(flow.words(facts).say("Cancel"), "cancel")


def code_message(programme: Programme, locale: str, code: str) -> Reply:
    """What the owner of the claimed address is sent; whoever did not ask need do nothing."""
    text = translate(negotiate(locale, programme.languages)).say(
        "{programme}: your code is {code}. It holds for 10 minutes. If you did not ask for it, do nothing.",
        programme=programme.name,
        code=code,
    )
    return Reply(text, subject=programme.name)
