"""Becoming a member: name, birthday, consent."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.conversation import flow, views
from bot.conversation.commands import Enrol
from bot.conversation.facts import Dialog, Facts, Reply, Result, Turn
from bot.conversation.intents import Intent, read
from bot.conversation.inviting import referrer_in
from bot.conversation.personal import birthday_in, birthday_question, name_in, name_question
from bot.conversation.replies import reply, stranger_buttons, yes_no
from bot.errors import RegularsError
from bot.messages import Button
from bot.wording import day

FLOW = "join"
_PLACE = "join_"
"""Before a location, in the link of a code that hangs there."""
_KEPT = ("referrer", "claim", "location", "phone")
_CONSENT = f"{FLOW} news"
"""What the yes button is tied to."""
_LONGEST_SAYS = 64


def begin(facts: Facts, intent: Intent) -> Turn:
    """Ask for the name, unless it was said along: "join Anna". A friend's code says who invited: "join K7M2-9QXA"."""
    if facts.member:
        return Turn((views.greeting(facts),))
    if referrer := referrer_in(intent.argument):
        return Turn((_ask_name(facts),), flow.at(facts, FLOW, "name", referrer=referrer))
    if name := name_in(facts, intent.argument):
        return _to_birthday(facts, name)
    return Turn((_ask_name(facts),), flow.at(facts, FLOW, "name"))


def start(facts: Facts, intent: Intent) -> Turn:
    """A stranger's first word: say where they are, and begin. A deep link's payload is no name."""
    if facts.member:
        return Turn((views.greeting(facts),))
    opening = flow.words(facts).say("Welcome to {programme}!", programme=facts.programme.called(facts.locale))
    if intent.argument.startswith(_PLACE):
        return quickly(facts, location=intent.argument.removeprefix(_PLACE)[:_LONGEST_SAYS])
    referrer = referrer_in(intent.argument)
    return Turn(
        (_ask_name(facts, opening),), flow.at(facts, FLOW, "name", **({"referrer": referrer} if referrer else {}))
    )


def quickly(facts: Facts, **kept: Any) -> Turn:
    """Who scanned a code at the counter is asked one thing only; ``kept`` are fields of ``Enrol``."""
    opening = flow.words(facts).say(
        "Welcome to {programme}! One answer and you are in.", programme=facts.programme.called(facts.locale)
    )
    turn = _to_consent(facts, _offered(facts), None, opening)
    return replace(turn, dialog={**(turn.dialog or {}), **kept})


def proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """Take an answer; None when the text is no answer but a wish of its own."""
    turn = _proceed(facts, dialog, intent)
    return turn and _carried(dialog, turn)


def pressed(facts: Facts, text: str) -> Turn | None:
    """The yes of an earlier message answers no other question that is open by now: it begins anew."""
    if text != f"yes {_CONSENT}":
        return None
    asked = unfinished(facts) if flow.current(facts) else None
    if asked and asked["step"] == "consent":
        return proceed(facts, asked, Intent("yes"))
    return begin(facts, Intent(FLOW))


def _carried(dialog: Dialog, turn: Turn) -> Turn:
    """What they came with is not forgotten on the way."""
    kept = {name: dialog[name] for name in _KEPT if dialog.get(name)}
    if not kept:
        return turn
    if isinstance(turn.command, Enrol):
        claim = tuple(kept["claim"]) if "claim" in kept else None
        return replace(turn, command=replace(turn.command, **{**kept, "claim": claim}))
    joining = turn.dialog and turn.dialog["flow"] == FLOW
    return replace(turn, dialog={**turn.dialog, **kept}) if turn.dialog and joining else turn


def _proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    # A name may look like "cancel" typed wrongly.
    if intent.name == "cancel" and (intent.sure or dialog["step"] != "name"):
        return Turn((views.nothing_done(facts),))
    match dialog["step"]:
        case "name":
            return _take_name(facts, intent)
        case "birthday":
            return _take_birthday(facts, dialog, intent)
        case "consent":
            return _take_consent(facts, dialog, intent)
    return None


def question(facts: Facts, dialog: Dialog) -> Turn:
    """Ask again what is open, for who asked something else in between (perhaps for another language)."""
    return _carried(dialog, _question(facts, dialog))


def _question(facts: Facts, dialog: Dialog) -> Turn:
    match dialog["step"]:
        case "birthday":
            return _to_birthday(facts, dialog["name"], opening="")
        case "consent":
            born = date.fromisoformat(dialog["birthday"]) if dialog["birthday"] else None
            return _to_consent(facts, dialog["name"], born)
    return begin(facts, Intent("join"))


def unfinished(facts: Facts) -> Dialog | None:
    """The joining that is under way, perhaps beneath a list that was asked for meanwhile."""
    beneath: Dialog | None = facts.dialog and facts.dialog.get("beneath", facts.dialog)
    return beneath if beneath and beneath["flow"] == FLOW and facts.member is None else None


def resumed(facts: Facts, unfinished: Dialog, turn: Turn) -> Turn:
    """The answer to something else, and the open question again; to join is offered no more."""
    again, ways_in = question(facts, unfinished), stranger_buttons(facts)
    told = (replace(one, buttons=tuple(b for b in one.buttons if b not in ways_in)) for one in turn.replies)
    return replace(again, replies=(*told, *again.replies))


def kept(unfinished: Dialog, turn: Turn) -> Turn:
    """Joining is not forgotten over a list to choose from."""
    if turn.dialog and turn.dialog["flow"] == flow.LIST:
        return replace(turn, dialog={**turn.dialog, "beneath": unfinished})
    return turn


def conclude(facts: Facts, command: Enrol, result: Result) -> Turn:
    """Welcome the new member; someone who was one already is greeted."""
    if isinstance(result, RegularsError):
        return Turn((views.greeting(facts) if facts.member else views.failed(facts),))
    return Turn((views.welcome(facts, result.get("claimed", 0)),))


def _ask_name(facts: Facts, opening: str = "") -> Reply:
    text = name_question(facts)
    offered = _offered(facts)
    buttons = [Button(offered, offered)] if offered else []
    buttons += [button for button in stranger_buttons(facts) if button.says != "join"]
    return reply(facts, f"{opening} {text}".strip(), *buttons)


def _offered(facts: Facts) -> str:
    """The name that the provider tells, unless saying it would mean something else."""
    name = name_in(facts, facts.name)
    known = read(name, facts.locale, facts.programme.languages)
    return name if len(name.encode()) <= _LONGEST_SAYS and not (known.name and known.sure) else ""


def _take_name(facts: Facts, intent: Intent) -> Turn | None:
    if intent.name == "yes" and _offered(facts):
        return _to_birthday(facts, _offered(facts))
    if intent.name in ("yes", "no", "skip", "number"):
        return Turn((_ask_name(facts),), flow.at(facts, FLOW, "name"))
    if flow.is_wish(intent):
        return None
    name = name_in(facts, intent.text)
    return _to_birthday(facts, name) if name else Turn((_ask_name(facts),), flow.at(facts, FLOW, "name"))


def _to_birthday(facts: Facts, name: str, opening: str | None = None) -> Turn:
    t = flow.words(facts)
    if opening is None:
        opening = t.say("Nice to meet you, {name}!", name=name)
    asked = reply(facts, f"{opening} {birthday_question(facts)}".strip(), Button(t.say("Skip"), "skip"))
    return Turn((asked,), flow.at(facts, FLOW, "birthday", name=name))


def _take_birthday(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    if intent.name in ("skip", "no"):
        return _to_consent(facts, dialog["name"], None)
    if flow.is_wish(intent):
        return None
    if born := birthday_in(facts, intent.text):
        return _to_consent(facts, dialog["name"], born)
    return _to_birthday(facts, dialog["name"], flow.words(facts).say("I could not read that as a full date."))


def _to_consent(facts: Facts, name: str, born: date | None, opening: str = "") -> Turn:
    t = flow.words(facts)
    asked = t.say("May we send you news and gifts here? Answer yes or no. You can stop any time by writing STOP.")
    if born and not opening:
        opening = t.say("Your birthday: {day}.", day=day(born, facts.locale))
    kept = {"name": name, "birthday": born.isoformat() if born else None, "words": asked}
    text = f"{opening} {asked}".strip()
    return Turn((reply(facts, text, *yes_no(facts, _CONSENT)),), flow.at(facts, FLOW, "consent", **kept))


def _take_consent(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    born = date.fromisoformat(dialog["birthday"]) if dialog["birthday"] else None
    if intent.name in ("yes", "no"):
        marketing = intent.name == "yes"
        return Turn(command=Enrol(dialog["name"], born, marketing, dialog["words"]))
    if flow.is_wish(intent):
        return None
    return _to_consent(facts, dialog["name"], born, flow.words(facts).say("Sorry, I did not understand that."))
