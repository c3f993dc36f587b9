"""What is kept about a person, a copy of it, and erasing it."""

from bot.conversation import confirming, flow, views
from bot.conversation.commands import Erase, Export
from bot.conversation.facts import Dialog, Facts, Outcome, Result, Turn
from bot.conversation.intents import Intent, fold, wonders
from bot.conversation.replies import amount, reply
from bot.errors import RegularsError
from bot.messages import Button
from bot.wording import translate

FLOW = LIST = "privacy"


def begin(facts: Facts, intent: Intent) -> Turn:
    """Say what is kept, and offer a copy and the end of it."""
    t = flow.words(facts)
    kept = t.say(
        "We keep what you told us (name, birthday, addresses, what you agreed to), your purchases, points and rewards, "
        "and our messages, for as long as you are a member. We sell it to nobody."
    )
    if facts.member is None:
        return Turn((reply(facts, f"{kept} {views.stranger(facts).text}", title=t.say("Privacy")),))
    copy, erase_ = t.say("A copy of my data"), t.say("Erase my data")
    lines = [kept, f"1. {copy}", f"2. {erase_}"]
    shown = reply(facts, "\n".join(lines), Button(copy, "export"), Button(erase_, "erase"), title=t.say("Privacy"))
    return Turn((shown,), flow.listed(facts, LIST, ["export", "erase"]))


def chosen(facts: Facts, intent: Intent) -> Turn:
    """A number of the list."""
    return export(facts, intent) if intent.argument == "export" else erase(facts, intent)


def export(facts: Facts, intent: Intent) -> Turn:
    """Make a link to all that is kept; where that was only guessed, show what there is to choose."""
    if not intent.sure:
        return begin(facts, intent)
    return Turn(command=Export()) if facts.member else Turn((views.stranger(facts),))


def exported(facts: Facts, command: Export, result: Result) -> Turn:
    """The link, told in this chat only."""
    t = flow.words(facts)
    if isinstance(result, RegularsError):
        return Turn((reply(facts, t.say("Please ask for a copy of your data at the counter.")),))
    text = t.say("Here you can download all that we know about you, within 24 hours: {link}", link=result["link"])
    return Turn((reply(facts, text, Button(t.say("A copy of my data"), "", opens=result["link"])),))


def erase(facts: Facts, intent: Intent) -> Turn:
    """What goes and what is lost, and how to confirm it. A yes is not enough, and by mail the words hold a code.

    Where it was only guessed, show what there is to choose: "my neighbour deleted her account".
    """
    if not intent.sure:
        return begin(facts, intent)
    if facts.member is None:
        return Turn((views.stranger(facts),))
    code = ""
    if facts.channel in confirming.UNPROVEN:
        if facts.codes is None:
            return confirming.not_here(facts)
        code = facts.codes.fresh
    t = flow.words(facts)
    text = t.say(
        "This erases your name, birthday, addresses, messages and all else that we know about you, on every channel. "
        "You lose {points}, your rewards and badges, and it cannot be undone. If that is what you want, write: "
        "{phrase}",
        points=amount(facts, facts.member.points),
        phrase=_phrase(facts, code),
    )
    text = f"{text} {t.say('(To leave, write: {word})', word=flow.leave_word(facts))}"
    return Turn((reply(facts, text),), flow.at(facts, FLOW, "erase", code=code))


def proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """Only the exact words erase; with a code that is wrong they have to be asked for anew."""
    code, said = dialog["code"], fold(intent.text)
    known = {fold(_phrase(facts, code)), fold(f"{translate('en').say('erase everything')} {code}")}
    if said in known and not wonders(intent.text) and (intent.alone or code):
        return Turn(command=Erase())
    if flow.is_wish(intent) and intent.name != "cancel":
        return None
    return Turn((views.nothing_done(facts),))


def erased(facts: Facts, command: Erase, result: Outcome) -> Turn:
    """The last words."""
    text = flow.words(facts).say("All that we knew about you is erased. Thank you for the time with us, and farewell!")
    return Turn((reply(facts, text),))


def _phrase(facts: Facts, code: str) -> str:
    return f"{flow.words(facts).say('erase everything')} {code}".strip()
