"""Giving points to another member: how many, to whom, and never without asking once more."""

import re
import unicodedata

from bot.conversation import confirming, flow, views
from bot.conversation.commands import Give
from bot.conversation.facts import Dialog, Facts, Reply, Result, Turn
from bot.conversation.intents import Intent, gives, refuses
from bot.conversation.replies import amount, ask_buttons, reply, tied
from bot.errors import BadInput, Conflict, NotFound, RegularsError
from bot.loyalty.codes import tidy
from bot.loyalty.gifts import Gifts

FLOW = "gift"
# Chinese runs on without spaces: 送50点给K7M2-9QXA; hence no letter but an ASCII one belongs to a number or a code.
_POINTS = re.compile(r"(?<![\w+@.,-])(\d{1,9})(?![\w@.,-])", re.ASCII)
_MAIL = re.compile(r"[^\s@\u3001-\u9fff]{1,64}@[^\s@\u3001-\u9fff]{1,190}")
# Looked for from every word on: "give K7M2" has the form of a code too.
_CODE = re.compile(r"(?<!\w)(?=([2-9A-Z]{4}[ -]?[2-9A-Z]{4})(?!\w))", re.IGNORECASE | re.ASCII)
_PHONE = re.compile(r"\+?\d[\d\s()/.-]{5,28}\d")
_EXAMPLE = "K7M2-9QXA"
"""A member number that nobody has: its check digit is wrong."""
_MOST_WORDS = 6
_LONGEST = 300
"""Characters; there are addresses of nearly so many."""
# Digits alone part a phone number from another only where they are many: "send +36301234567 5".
_WHOLE_PHONE = re.compile(r"\+\d{10,15}(?!\d)", re.ASCII)
_COUNT = re.compile(r"(?<![\w@.,+-])\d{1,9}(?![\d@.,]|-\d)", re.ASCII)
"""Also with an ending, as in the Hungarian "5-öt"."""
Receiver = tuple[str, str]
"""``(kind of reference, value)`` as it was typed."""


def begin(facts: Facts, intent: Intent) -> Turn:
    """Ask what is missing: how many points, to whom; then ask to confirm."""
    terms = facts.programme.one(Gifts)
    if facts.member is None:
        return Turn((views.stranger(facts),))
    if terms is None or not terms.daily_limit:
        return _say(facts, flow.words(facts).say("Points cannot be given away here."))
    return _next(facts, *_read(intent.argument or (intent.text if intent.question and intent.sure else "")))


def proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """Take an answer; None when the text is a wish of its own."""
    if intent.name == "cancel" or (intent.name == "no" and dialog["step"] == "confirm"):
        return Turn((views.nothing_done(facts),))
    if flow.is_wish(intent):
        return None
    if dialog["step"] == "confirm":
        return _take_yes(facts, dialog, intent)
    known: Receiver | None = tuple(dialog["to"]) if dialog["to"] else None
    points, to = _read(intent.text, dialog["points"])
    return _next(facts, points, to or known)


def told(facts: Facts, text: str) -> Turn | None:
    """A few words with a number of points and somebody to have them are a gift: "give 5 to K7M2-9QXF"."""
    if facts.member is None or flow.current(facts) not in ("", flow.LIST) or len(text) > _LONGEST:
        return None
    if refuses(text, facts.locale, facts.programme.languages):
        return None
    points, to = _read(text)
    if points and to and to[0] != "phone" and len(text.split()) <= _MOST_WORDS:
        return begin(facts, Intent(FLOW, text))
    return begin(facts, Intent(FLOW, gift)) if (gift := _to_a_phone(facts, text)) else None


def _to_a_phone(facts: Facts, text: str) -> str:
    """``5 +36301234567`` of "give 5 to +36301234567"; empty where any other word stands around the two.

    For a phone number stands next to another number for many reasons.
    """
    text = unicodedata.normalize("NFKC", text)
    if not (phone := _WHOLE_PHONE.search(text) or _PHONE.search(text)):
        return ""
    around = f"{text[: phone.start()]} | {text[phone.end() :]}"
    numbers = _COUNT.findall(around)
    if len(numbers) != 1 or not gives(_COUNT.sub(" ", around), facts.locale, facts.programme.languages):
        return ""
    return f"{numbers[0]} {phone[0]}"


def conclude(facts: Facts, command: Give, result: Result) -> Turn:
    """The receipt, or why nothing was given. Whether somebody is a member is told to nobody beforehand."""
    t = flow.words(facts)
    if isinstance(result, NotFound | BadInput):
        text = t.say("I cannot give anything to {receiver}. Please check it. Nothing was changed.", receiver=command.to)
        return _say(facts, text)
    if isinstance(result, Conflict):
        return _say(facts, _refused(facts, result))
    if isinstance(result, RegularsError):
        return Turn((views.failed(facts),))
    given, left = amount(facts, command.points), amount(facts, result["points_left"])
    text = t.say("Done: {points} given to {receiver}.", points=given, receiver=command.to)
    return _say(facts, f"{text} {t.say('You have {points}.', points=left)}")


def _refused(facts: Facts, error: Conflict) -> str:
    t = flow.words(facts)
    if error.facts.get("to_oneself"):
        return _own(facts)
    left = error.facts.get("left_today")
    if isinstance(left, int):
        return t.say("You may give away {points} more today. Nothing was changed.", points=amount(facts, max(left, 0)))
    return _too_few(facts)


def _too_few(facts: Facts) -> str:
    have = facts.member.points if facts.member else 0
    return flow.words(facts).say("You have only {points}. Nothing was changed.", points=amount(facts, have))


def _read(text: str, points: int | None = None) -> tuple[int | None, Receiver | None]:
    """How many, and to whom, in whatever order they stand: ``50 to K7M2-9QXA``."""
    text = unicodedata.normalize("NFKC", text)
    if mail := _MAIL.search(text):
        return _points(text.replace(mail[0], " "), points), ("email", mail[0])
    for code in _CODE.finditer(text):
        if tidied := tidy(code[1]):
            return _points(text.replace(code[1], " "), points), ("code", tidied)
    if points is None and (number := _POINTS.search(text)):
        points, text = int(number[1]), text[: number.start()] + " " + text[number.end() :]
    phone = _PHONE.search(text)
    return points, ("phone", phone[0]) if phone else None


def _points(text: str, points: int | None) -> int | None:
    number = _POINTS.search(text)
    return int(number[1]) if number and points is None else points


def _next(facts: Facts, points: int | None, to: Receiver | None) -> Turn:
    t = flow.words(facts)
    waits = flow.at(facts, FLOW, "what", points=points, to=list(to) if to else None)
    if not points:
        text = t.say("How many points, and to whom? For example: gift 50 to {code}", code=_EXAMPLE)
        return Turn((reply(facts, text),), {**waits, "points": None})
    least = facts.programme.one(Gifts)
    if least and points < least.least:
        text = t.say("A gift is at least {points}. How many shall it be?", points=amount(facts, least.least))
        return Turn((reply(facts, text),), {**waits, "points": None})
    if facts.member and points > facts.member.points:
        return _say(facts, _too_few(facts))
    if to is None:
        text = t.say(
            "Who is to get {points}? Write their member number, phone or e-mail.", points=amount(facts, points)
        )
        return Turn((reply(facts, text),), waits)
    if facts.member and to == ("code", tidy(facts.member.code)):
        return _say(facts, _own(facts))
    return _confirm(facts, points, to)


def _own(facts: Facts) -> str:
    return flow.words(facts).say("These points are yours already. Nothing was changed.")


def _confirm(facts: Facts, points: int, to: Receiver) -> Turn:
    about = tied(f"{FLOW} {points} {to[1]}")
    text = flow.words(facts).say("Give {points} to {receiver}?", points=amount(facts, points), receiver=to[1])
    asked = flow.at(facts, FLOW, "confirm", points=points, to=list(to), about=about)
    return confirming.ask(facts, text, about, asked)


def _take_yes(facts: Facts, dialog: Dialog, intent: Intent) -> Turn:
    kind, value = dialog["to"]
    if intent.name == "yes":
        return Turn(command=Give(dialog["points"], kind, value))
    return _confirm(facts, dialog["points"], (kind, value))


def _say(facts: Facts, text: str) -> Turn:
    said: Reply = reply(facts, text, *ask_buttons(facts))
    return Turn((said,))
