"""Proving that this address belongs to a member: by a code sent to one they are known by, or by their own number."""

import re
import unicodedata

from bot.conversation import confirming, flow, joining, merging, tokens, views
from bot.conversation.commands import AskLink, ProveLink, SharePhone
from bot.conversation.facts import Dialog, Facts, Reply, Result, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import reply, share_phone
from bot.conversation.unasked import unasked
from bot.errors import BadInput, RegularsError
from bot.loyalty.programme import Programme
from bot.messages import Button
from bot.wording import negotiate, translate

FLOW = "link"
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")
_PHONE = re.compile(r"\+?[\d\s()/.-]{6,30}")
_FEWEST_DIGITS = 6


def begin(facts: Facts, intent: Intent) -> Turn:
    """Ask which address the membership is known by; a member gets a link for their other chats."""
    if facts.member:
        return tokens.begin(facts)
    return _ask(facts, flow.words(facts).say("Which phone number or e-mail address are you registered with?"))


def begin_merging(facts: Facts, intent: Intent) -> Turn:
    """A member who has another membership proves that one in the same way."""
    if facts.member is None:
        return begin(facts, intent)
    text = flow.words(facts).say("Which phone number or e-mail address is your other membership registered with?")
    return _ask(facts, text)


def proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """Take the address, the code, or a yes; None when the text is a wish of its own."""
    if intent.name == "cancel":
        return Turn((views.nothing_done(facts),))
    match dialog["step"]:
        case "claim":
            return _take_claim(facts, intent)
        case "token":
            return tokens.take_answer(facts, dialog, intent)
        case "merge":
            return merging.take_answer(facts, dialog, intent)
    return _take_code(facts, dialog, intent)


def pressed(facts: Facts, text: str) -> Turn | None:
    """A yes button names its question: one of an earlier question does nothing."""
    what = flow.yes_to(text, FLOW)
    if not what:
        return None
    if asked := flow.asked(facts, FLOW, f"{FLOW} {what}"):
        return proceed(facts, asked, Intent("yes"))
    return Turn((views.late(facts),))


def asked(facts: Facts, command: AskLink, result: Result) -> Turn:
    """The same answer whether or not such a member exists: nobody learns who is one."""
    if isinstance(result, BadInput):
        return _ask_again(facts)
    text = flow.words(facts).say("If it belongs to a member, a code is on its way there. Write the 6 digits here.")
    return _wait(facts, text)


def proved(facts: Facts, command: ProveLink, result: Result) -> Turn:
    """Greet the member, or let them type the code again."""
    if not isinstance(result, RegularsError):
        return merging.proposed(facts, result) or Turn((views.greeting(facts),))
    text = flow.words(facts).say("That code is wrong or too old. Write it again, or for a new one write: link")
    return _wait(facts, text)


def shared(facts: Facts, command: SharePhone, result: Result) -> Turn:
    """Whose the number is that the provider vouched for; a stranger's goes along into joining."""
    if isinstance(result, RegularsError):
        return Turn((views.failed(facts),))
    t = flow.words(facts)
    if facts.member is None:
        under_way = facts.dialog if facts.dialog and flow.current(facts) == joining.FLOW else None
        asked = joining.question(facts, under_way) if under_way else joining.begin(facts, Intent("join"))
        noted = reply(facts, t.say("Thank you, I have noted your phone number."))
        return Turn((noted, *asked.replies), {**(asked.dialog or {}), "phone": command.phone})
    if turn := merging.proposed(facts, result):
        return turn
    match result["phone"]:
        case "linked":
            opening = t.say("Your phone number belongs to a member, so this chat is yours now.")
        case "added":
            opening = t.say("Your phone number now belongs to your membership. We send no offers there.")
        case _:
            opening = t.say("Your phone number belongs to your membership already.")
    return Turn((reply(facts, opening), views.greeting(facts)))


def _take_claim(facts: Facts, intent: Intent) -> Turn | None:
    claimed = unicodedata.normalize("NFKC", intent.text).strip()
    digits = sum(map(str.isdecimal, claimed))
    if _MAIL.fullmatch(claimed) or (_PHONE.fullmatch(claimed) and digits >= _FEWEST_DIGITS):
        return Turn(command=AskLink(claimed))
    if flow.is_wish(intent):
        return None
    return _ask_again(facts) if claimed else begin(facts, intent)


def _take_code(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    if code := confirming.bare_code(intent.text):
        return Turn(dialog=dialog, command=ProveLink(code))
    if flow.is_wish(intent):
        return None
    return _wait(facts, flow.words(facts).say("The code has 6 digits. Write it here, or for a new one write: link"))


def _ask_again(facts: Facts) -> Turn:
    return _ask(
        facts,
        flow.words(facts).say("That does not look like a phone number or an e-mail address. Please write it again."),
    )


def _ask(facts: Facts, text: str) -> Turn:
    buttons = (*share_phone(facts), _cancel(facts))
    return Turn((reply(facts, text, *buttons),), flow.at(facts, FLOW, "claim"))


def _wait(facts: Facts, text: str) -> Turn:
    return Turn((reply(facts, text, _cancel(facts)),), flow.at(facts, FLOW, "code"))


def _cancel(facts: Facts) -> Button:
    if facts.channel in flow.PHONES:
        return Button(flow.leave_word(facts).capitalize(), "back")
    return Button(flow.words(facts).say("Cancel"), "cancel")


def code_message(programme: Programme, locale: str, code: str) -> Reply:
    """What the owner of the claimed address is sent; whoever did not ask need do nothing."""
    language = negotiate(locale, programme.languages)
    text = translate(language).say(
        "{programme}: your code is {code}. It holds for 10 minutes. If you did not ask for it, do nothing.",
        programme=programme.called(language),
        code=code,
    )
    return unasked(programme, language, text)
