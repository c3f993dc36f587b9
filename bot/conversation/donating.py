"""Giving to good causes: points, after asking once more, or what purchases are rounded up by."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.conversation import confirming, flow, views
from bot.conversation.commands import AskCauses, Donate, RoundUp
from bot.conversation.facts import Dialog, Facts, Outcome, Result, Turn
from bot.conversation.intents import Intent, fold, read, wonders
from bot.conversation.replies import MOST_BUTTONS, amount, ask_buttons, reply
from bot.errors import Conflict, RegularsError
from bot.loyalty.causes import Cause
from bot.loyalty.worth import worth
from bot.messages import Button
from bot.wording import money

FLOW = "donate"
_LONGEST_NUMBER = 9
_ROUNDING = "confirm rounding"
_ROUND_UP = "round up"
"""What a button to round up for a cause says, before its key."""


def begin(facts: Facts, intent: Intent) -> Turn:
    """Show the causes, or ask to confirm what was said at once: ``donate 50 trees``."""
    if facts.member is None:
        return Turn((views.stranger(facts),))
    if not facts.programme.of(Cause):
        text = flow.words(facts).say("There are no causes to give to at the moment.")
        return Turn((reply(facts, text, *ask_buttons(facts)),))
    said = intent.argument
    if read(said, facts.locale, facts.programme.languages).name == "round_up":
        return round_up(facts, intent)
    points, cause = _said(facts, said)
    return _next(facts, cause, points) if cause else Turn(command=AskCauses())


def round_up(facts: Facts, intent: Intent) -> Turn:
    """Show the causes, to choose the one to round up for."""
    if facts.member is None or not facts.programme.of(Cause):
        return begin(facts, Intent(FLOW))
    return Turn(command=AskCauses(round_up=True))


def proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """Take an answer; None when the text is a wish of its own."""
    step = dialog["step"]
    if step == "round_up" and intent.name == "no":
        return Turn(command=RoundUp(None))
    if intent.name in ("cancel", "no"):
        return Turn((views.nothing_done(facts),))
    if step == "cause" and intent.name == FLOW and _numbered(dialog, intent.argument):
        return _take_cause(facts, dialog, replace(intent, name="number"))
    if flow.is_wish(intent):
        return None
    if step in ("cause", "round_up"):
        return _take_cause(facts, dialog, intent)
    cause = facts.programme.of(Cause).get(dialog["cause"])
    if cause is None:
        return begin(facts, Intent(FLOW))
    if step == "points":
        return _next(facts, cause, int(intent.argument) if intent.name == "number" else None)
    if step == _ROUNDING:
        return Turn(command=RoundUp(cause.key)) if intent.name == "yes" else _round_up_for(facts, cause)
    if intent.name == "yes":
        return Turn(command=Donate(cause.key, dialog["points"]))
    return _next(facts, cause, dialog["points"])


def pressed(facts: Facts, text: str) -> Turn | None:
    """A button of the list of causes to round up for."""
    cause = facts.programme.of(Cause).get(text.removeprefix(f"{_ROUND_UP} "))
    return _round_up_for(facts, cause) if cause and facts.member and text.startswith(_ROUND_UP) else None


def listed(facts: Facts, command: AskCauses, result: Outcome) -> Turn:
    """The causes, numbered, with what they were given by all and by the person."""
    t, causes = flow.words(facts), list(facts.programme.of(Cause).values())
    lines = [_line(facts, n, cause, result) for n, cause in enumerate(causes, 1)]
    chosen = facts.programme.of(Cause).get(result["round_up"] or "")
    if command.round_up:
        lines.insert(0, t.say("Shall we round your purchases up to the next whole sum, and give the difference?"))
        lines.append(t.say("Answer with the number of a cause, or no to leave it."))
    else:
        lines.append(t.say("Which one would you like to give points to? Answer with its number."))
    if chosen:
        lines.append(t.say("Your purchases are rounded up for: {cause}", cause=_name(facts, chosen)))
    elif not command.round_up:
        lines.append(t.say("To round your purchases up instead, write: round up"))
    step, says = ("round_up", _ROUND_UP) if command.round_up else ("cause", FLOW)
    asked = flow.at(facts, FLOW, step, keys=[cause.key for cause in causes])
    buttons = [Button(_name(facts, cause), f"{says} {cause.key}") for cause in causes[:MOST_BUTTONS]]
    if command.round_up:
        buttons.append(Button(t.say("No"), "no"))
    return Turn((reply(facts, "\n".join(lines), *buttons, title=t.say("Good causes")),), asked)


def concluded(facts: Facts, command: Donate, result: Result) -> Turn:
    """Thanks, or why nothing was given."""
    t, cause = flow.words(facts), facts.programme.of(Cause).get(command.cause)
    have = amount(facts, facts.member.points if facts.member else 0)
    if isinstance(result, Conflict):
        text = t.say("You have only {points}. Nothing was changed.", points=have)
    elif isinstance(result, RegularsError) or cause is None:
        return Turn((views.failed(facts),))
    else:
        given = amount(facts, command.points)
        text = t.say("Thank you! {points} given to: {cause}.", points=given, cause=_name(facts, cause))
        text = f"{text} {t.say('You have {points}.', points=have)}"
    return Turn((reply(facts, text, *ask_buttons(facts)),))


def rounding(facts: Facts, command: RoundUp, result: Outcome) -> Turn:
    """From now on purchases are rounded up, or no more."""
    t, cause = flow.words(facts), facts.programme.of(Cause).get(command.cause or "")
    if cause is None:
        text = t.say("Your purchases are not rounded up.")
    else:
        text = t.say("Thank you! Your purchases are rounded up for: {cause}", cause=_name(facts, cause))
        text = f"{text}. {t.say('To end it, write: round up, and then: no')}"
    return Turn((reply(facts, text, *ask_buttons(facts)),))


def _said(facts: Facts, text: str) -> tuple[int | None, Cause | None]:
    """A number, and a cause by its key or name."""
    head, _, rest = text.partition(" ")
    number = int(head) if head.isdecimal() and len(head) <= _LONGEST_NUMBER else None
    wanted = fold(rest if number is not None else text)
    for cause in facts.programme.of(Cause).values():
        if wanted and wanted in (fold(cause.key), *map(fold, cause.names.values())):
            return number, cause
    return number, None


def _take_cause(facts: Facts, dialog: Dialog, intent: Intent) -> Turn:
    if not intent.text:
        return Turn(command=AskCauses(round_up=dialog["step"] == "round_up"))
    key = _numbered(dialog, intent.argument) if intent.name == "number" else ""
    cause = facts.programme.of(Cause).get(key) if key else _said(facts, intent.text)[1]
    if cause is None or (dialog["step"] == "round_up" and wonders(intent.text)):
        return _ask_again(facts, dialog, intent)
    return _round_up_for(facts, cause) if dialog["step"] == "round_up" else _next(facts, cause, None)


def _numbered(dialog: Dialog, number: str) -> str:
    """The key that stands under a number of the list; empty when none does."""
    keys, n = dialog["keys"], int(number) if number.isdecimal() and len(number) <= _LONGEST_NUMBER else 0
    return str(keys[n - 1]) if 1 <= n <= len(keys) else ""


def _ask_again(facts: Facts, dialog: Dialog, intent: Intent) -> Turn:
    t = flow.words(facts)
    if intent.name == "number":
        text = t.say("There is no such number in the list.")
    elif dialog["step"] == "round_up":
        text = t.say("Answer with the number of a cause, or no to leave it.")
    else:
        text = t.say("Which one would you like to give points to? Answer with its number.")
    leave = t.say("(To leave, write: {word})", word=flow.leave_word(facts))
    return Turn((reply(facts, f"{text} {leave}"),), dialog)


def _round_up_for(facts: Facts, cause: Cause) -> Turn:
    if facts.channel not in confirming.UNPROVEN:
        return Turn(command=RoundUp(cause.key))
    text = flow.words(facts).say("Round your purchases up for: {cause}?", cause=_name(facts, cause))
    asked = flow.at(facts, FLOW, _ROUNDING, cause=cause.key)
    return confirming.ask(facts, text, f"{FLOW} {cause.key}", asked)


def _next(facts: Facts, cause: Cause, points: int | None) -> Turn:
    t, have, name = flow.words(facts), facts.member.points if facts.member else 0, _name(facts, cause)
    if not points:
        much = amount(facts, have)
        text = t.say("How many points would you like to give to: {cause}? You have {points}.", cause=name, points=much)
        return Turn((reply(facts, text),), flow.at(facts, FLOW, "points", cause=cause.key))
    if points > have:
        text = t.say("You have only {points}. Nothing was changed.", points=amount(facts, have))
        return Turn((reply(facts, text, *ask_buttons(facts)),))
    much, value = amount(facts, points), worth(facts.programme, points)
    if value is not None:
        much = t.say("{points} ({worth})", points=much, worth=money(facts.programme, value, facts.locale))
    about = f"{FLOW} {points} {cause.key}"
    text = t.say("Give {points} to: {cause}?", points=much, cause=name)
    asked = flow.at(facts, FLOW, "confirm", cause=cause.key, points=points, about=about)
    return confirming.ask(facts, text, about, asked)


def _line(facts: Facts, n: int, cause: Cause, result: Mapping[str, Any]) -> str:
    t, nothing = flow.words(facts), (0, 0)
    line = t.say(
        "{number}. {cause}: {given} so far, {mine} of it from you",
        number=n,
        cause=_name(facts, cause),
        given=_sum(facts, *result["totals"].get(cause.key, nothing)),
        mine=_sum(facts, *result["mine"].get(cause.key, nothing)),
    )
    return f"{line}. {facts.programme.text(cause.about, facts.locale)}" if cause.about else line


def _sum(facts: Facts, points: int, cents: int) -> str:
    given = [amount(facts, points)] if points or not cents else []
    return " + ".join(given + ([money(facts.programme, cents, facts.locale)] if cents else []))


def _name(facts: Facts, cause: Cause) -> str:
    return facts.programme.text(cause.names, facts.locale)
