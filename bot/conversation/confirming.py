"""Asking once more before anything is spent or promised: for a yes or, where a sender can be forged, for a code.

Anybody can write a mail in somebody else's name, but only its owner reads what is sent to an address. So by mail a
question carries a code of six digits, and only that code means yes. The dialog keeps its keyed hash, and how often it
may still be tried.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from hmac import compare_digest

from bot.conversation import flow, views
from bot.conversation.commands import (
    Command,
    Donate,
    Erase,
    Give,
    Merge,
    Redeem,
    RoundUp,
    SetBirthday,
    SetConsent,
    SetName,
    TakeLink,
    Wait,
)
from bot.conversation.facts import Dialog, Facts, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import next_buttons, reply, yes_no
from bot.loyalty.codes import DIGITS
from bot.messages import Button

UNPROVEN = frozenset({"email"})
"""Channels where a sender's address proves nothing."""
TRIES = 5
"""Of one code."""
_CODE = re.compile(rf"(?<!\d)\d{{{DIGITS}}}(?!\d)", re.ASCII)
_LONGEST = 60
"""What is longer is no answer to a question, whatever digits stand in it."""
_PROOF = "proof"


def ask(facts: Facts, question: str, about: str, asked: Dialog, *, edits: bool = False) -> Turn:
    """Put the question; ``asked`` is the dialog that the yes goes on from, ``about`` what its button is tied to."""
    t = flow.words(facts)
    if facts.channel not in UNPROVEN:
        text = f"{question} {t.say('Answer yes or no.')}"
        return Turn((replace(reply(facts, text, *yes_no(facts, about)), edits=edits),), asked)
    if facts.codes is None:
        return not_here(facts)
    code = facts.codes.fresh
    how = t.say("To confirm, answer with this code: {code}. If you did not ask for this, do nothing.", code=code)
    buttons = Button(t.say("Yes"), code), Button(t.say("No"), "no")
    proof = {"hash": facts.codes.hashed(code), "tries": TRIES}
    return Turn((reply(facts, f"{question}\n{how}", *buttons),), {**asked, _PROOF: proof})


def pressed(
    name: str,
    proceed: Callable[[Facts, Dialog, Intent], Turn | None],
    begin: Callable[[Facts, Intent], Turn],
    facts: Facts,
    text: str,
) -> Turn | None:
    """A yes button names its wish: one of an earlier question asks that question anew, and does nothing."""
    wish = flow.yes_to(text, name)
    if not wish or facts.member is None:
        return None
    if asked := flow.asked(facts, name, f"{name} {wish}"):
        return proceed(facts, asked, Intent("yes"))
    return begin(facts, Intent(name, wish))


def take_answer(facts: Facts, intent: Intent, command: Command, again: Callable[[], Turn]) -> Turn | None:
    """Only the yes as a word of its own does it; anything like it is asked about ``again``."""
    if intent.name == "yes" and intent.sure and not intent.question:
        return Turn(command=command)
    if intent.name == "no":
        return Turn((views.nothing_done(facts),))
    return None if flow.is_wish(intent) else again()


def answered(facts: Facts, dialog: Dialog, intent: Intent) -> Intent | Turn:
    """The yes that the right code is; what to say to a wrong one, and to a mere yes. A yes that goes on is none.

    All else is as it was.
    """
    proof, code = dialog.get(_PROOF), code_in(intent.text)
    if intent.name == "yes" and not intent.alone and facts.channel not in UNPROVEN:
        return replace(intent, name="")
    if proof is None or not (code or intent.name == "yes"):
        return intent
    if not code:
        return _mere_yes(facts, dialog)
    return Intent("yes", text=intent.text) if _right(facts, proof, code) else _wrong(facts, dialog, proof)


def guarded(facts: Facts, text: str, turn: Turn) -> Turn:
    """The last gate: by mail nothing is spent without the code, whichever way the wish came about."""
    if facts.channel not in UNPROVEN or not _commits(facts, turn.command):
        return turn
    proof = facts.dialog.get(_PROOF) if facts.dialog and not flow.lapsed(facts) else None
    return turn if proof and _right(facts, proof, code_in(text)) else not_here(facts)


def late(facts: Facts, text: str) -> Turn | None:
    """A code whose question has been given up."""
    if facts.dialog and _PROOF in facts.dialog and flow.lapsed(facts) and code_in(text):
        return Turn((views.late(facts),))
    return None


def is_try(dialog: Dialog | None, text: str) -> bool:
    """Whether this could be a guess at the code of a question."""
    return bool(dialog and (dialog.get(_PROOF) or dialog.get("code")) and code_in(text))


def code_in(text: str) -> str:
    """The one code in a short text, alone or with a word beside it; empty when there is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _CODE.findall(plain) or _CODE.findall(re.sub(r"(?<=\d)[\s-](?=\d)", "", plain))
    return found[0] if len(plain) <= _LONGEST and len(found) == 1 else ""


def bare_code(text: str) -> str:
    """The code that a text is; empty when it is anything else."""
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    return code if _CODE.fullmatch(code) else ""


def _right(facts: Facts, proof: Mapping[str, object], code: str) -> bool:
    return facts.codes is not None and compare_digest(facts.codes.hashed(code), str(proof["hash"]))


def _wrong(facts: Facts, dialog: Dialog, proof: Mapping[str, int]) -> Turn:
    t, left = flow.words(facts), proof["tries"] - 1
    if facts.codes is None:
        return not_here(facts)
    if not left:
        text = t.say("That code was wrong too often, so I have let go of my question. Nothing was changed.")
        return Turn((reply(facts, text, *next_buttons(facts)),))
    text = t.say("That code is wrong. Nothing was changed. Please answer with the code we sent last.")
    return Turn((reply(facts, text),), {**dialog, _PROOF: {**proof, "tries": left}})


def _mere_yes(facts: Facts, dialog: Dialog) -> Turn:
    text = flow.words(facts).say(
        "By e-mail a yes is not enough, for anybody can write in your name. Please answer with the code we sent."
    )
    return Turn((reply(facts, text),), dialog)


def not_here(facts: Facts) -> Turn:
    """Too many codes were wrong: by mail nothing can be confirmed for a while."""
    text = flow.words(facts).say("By e-mail this cannot be done now. Please do it in another chat, or at the counter.")
    return Turn((reply(facts, text, *next_buttons(facts)),))


def _commits(facts: Facts, command: Command | None) -> bool:
    match command:
        case Redeem() | Wait() | Give() | Donate() | Merge() | TakeLink() | SetName() | SetBirthday():
            return True
        case RoundUp(cause):
            return cause is not None
        case SetConsent(channel=channel, granted=granted):
            # Consent for a mail address is asked for there once more.
            return granted and channel not in UNPROVEN
        case Erase():
            # Its words hold a code of their own.
            return facts.codes is None
    return False
