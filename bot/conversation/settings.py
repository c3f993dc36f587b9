"""What members decide about themselves: name, birthday, language, first channel, quiet hours, what may come where."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from bot.conversation import about_you, flow, language, opting_in, views
from bot.conversation.commands import AskSettings, SetConsent, SetPreferred, SetQuietHours, Settings
from bot.conversation.confirming import UNPROVEN
from bot.conversation.facts import Dialog, Facts, Outcome, Turn
from bot.conversation.hours import none_meant, quiet_hours
from bot.conversation.intents import Intent, wonders
from bot.conversation.replies import MOST_BUTTONS, reply, yes_no
from bot.messages import Button
from bot.wording import own_name

FLOW = "settings"
LIST, CHANNELS = "settings", "first channel"
"""The lists whose numbers are answered: of the settings, and of a member's channels."""
_PRESSED = re.compile(r"settings (quiet|name|birthday|first(?: [a-z]+)?|(?:marketing|notices) [a-z]+ (?:on|off))")


class _Item(NamedTuple):
    """A line; what has no ``key`` can only be looked at."""

    text: str
    key: str = ""


def begin(facts: Facts, intent: Intent) -> Turn:
    """Only members have any."""
    return Turn(command=AskSettings()) if facts.member else Turn((views.stranger(facts),))


def pressed(facts: Facts, text: str) -> Turn | None:
    """A button names what is to be changed, and to what: it means the same however old it is."""
    if facts.member is None:
        return None
    if named := _PRESSED.fullmatch(text):
        return chosen(facts, Intent(LIST, named[1]))
    channel = flow.yes_to(text, "marketing")
    if not channel:
        return None
    if asked := flow.asked(facts, FLOW, f"marketing {channel}"):
        return proceed(facts, asked, Intent("yes"))
    return _ask_consent(facts, channel)


def chosen(facts: Facts, intent: Intent) -> Turn:
    """Change what was chosen, or ask to what."""
    match intent.argument.split():
        case ("language",):
            return language.begin(facts, Intent(language.LIST))
        case "first", channel:
            return Turn(command=SetPreferred(channel))
        case ("first",):
            return Turn(command=AskSettings(CHANNELS))
        case ("quiet",):
            return _ask_hours(facts)
        case (("name" | "birthday") as told,):
            return about_you.ask(facts, told)
        case "marketing", channel, "on":
            return _ask_consent(facts, channel)
        case ("marketing" | "notices") as purpose, channel, state:
            return Turn(command=SetConsent(purpose, channel, state == "on"))
    return begin(facts, intent)


def first(facts: Facts, intent: Intent) -> Turn:
    """The number of a channel was answered."""
    return Turn(command=SetPreferred(intent.argument))


def proceed(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """Take an answer; None when the text is a wish of its own."""
    if dialog["step"] == "hours" and (turn := _take_hours(facts, intent)):
        return turn
    if intent.name == "cancel" or (intent.name == "no" and dialog["step"] == "consent"):
        return Turn((replace(views.nothing_done(facts), edits=True),))
    if flow.is_wish(intent):
        return None
    if dialog["step"] == "hours":
        return _ask_hours(facts)
    if intent.name == "yes" and intent.sure:
        return Turn(command=SetConsent("marketing", dialog["channel"], granted=True, words=dialog["words"]))
    return _ask_consent(facts, dialog["channel"])


def concluded(facts: Facts, command: Settings, result: Outcome) -> Turn:
    """All settings as they are now; after a question about one, that question."""
    if isinstance(command, AskSettings) and command.about == CHANNELS:
        return _ask_first(facts, result)
    saved = not isinstance(command, AskSettings) and not result.get("refused")
    turn = _shown(facts, result, flow.words(facts).say("Saved.") if saved else "")
    if result.get("asked"):
        return replace(opting_in.noted(facts, turn, result), dialog=flow.at(facts, opting_in.FLOW, "code"))
    return turn


def _shown(facts: Facts, settings: Mapping[str, Any], opening: str) -> Turn:
    t, items = flow.words(facts), list(_items(facts, settings))
    keys = [item.key for item in items if item.key]
    lines = [f"{opening} {t.say('Your settings. To change one, answer with its number.')}".strip()]
    lines += [f"{keys.index(item.key) + 1}. {item.text}" if item.key else item.text for item in items]
    buttons = [Button(item.text, _says(item.key)) for item in items if item.key][:MOST_BUTTONS]
    shown = replace(reply(facts, "\n".join(lines), *buttons, title=t.say("Settings")), edits=True)
    return Turn((shown,), flow.listed(facts, LIST, keys))


def _says(key: str) -> str:
    return key if key == "language" else f"settings {key}"


def _items(facts: Facts, settings: Mapping[str, Any]) -> Iterator[_Item]:
    t, ways = flow.words(facts), settings["ways"]
    yield _Item(t.say("Language: {language}", language=own_name(facts.locale)), "language")
    if len(ways) > 1:
        preferred = settings["preferred"]
        name = channel_name(facts, preferred) if preferred else t.say("no matter")
        yield _Item(t.say("Write to me first by: {channel}", channel=name), "first")
    hours = settings["quiet_hours"] or t.say("none")
    yield _Item(t.say("My quiet hours: {hours}", hours=hours.replace("-", "–")), "quiet")
    for way in ways:
        yield from _of_channel(facts, way)
    yield from (_Item(*line) for line in about_you.lines(facts, settings))


def _of_channel(facts: Facts, way: Mapping[str, Any]) -> Iterator[_Item]:
    t, channel, name = flow.words(facts), way["channel"], channel_name(facts, way["channel"])
    if way["stopped"]:
        yield _Item(t.say("{channel}: stopped. To start again, write START there.", channel=name))
        return
    on, off = t.say("on"), t.say("off")
    news, reminders = way["marketing"], way["notices"]
    text = t.say("News and gifts by {channel}: {state}", channel=name, state=on if news else off)
    may = news or _may_agree(facts, channel)
    yield _Item(text, f"marketing {channel} {'off' if news else 'on'}" if may else "")
    text = t.say("Reminders by {channel}: {state}", channel=name, state=on if reminders else off)
    yield _Item(text, f"notices {channel} {'off' if reminders else 'on'}")


def _may_agree(facts: Facts, channel: str) -> bool:
    """A mail's sender can be forged: with one, nobody signs somebody up elsewhere."""
    return facts.channel not in UNPROVEN or channel in UNPROVEN


def channel_name(facts: Facts, channel: str) -> str:
    """What people call a channel."""
    t = flow.words(facts)
    names = {"sms": "SMS", "whatsapp": "WhatsApp", "telegram": "Telegram"}
    names |= {"email": t.say("e-mail"), "web": t.say("web chat")}
    return names.get(channel) or channel.capitalize()


def _ask_first(facts: Facts, settings: Mapping[str, Any]) -> Turn:
    t, keys = flow.words(facts), [way["channel"] for way in settings["ways"] if not way["stopped"]]
    lines = [t.say("By which shall we write to you first? Answer with its number.")]
    lines += [f"{n}. {channel_name(facts, channel)}" for n, channel in enumerate(keys, 1)]
    buttons = [Button(channel_name(facts, channel), f"settings first {channel}") for channel in keys]
    asked = replace(reply(facts, "\n".join(lines), *buttons[:MOST_BUTTONS]), edits=True)
    return Turn((asked,), flow.listed(facts, CHANNELS, keys))


def _ask_hours(facts: Facts) -> Turn:
    t = flow.words(facts)
    text = t.say(
        "Between which hours shall no news and reminders come? Write it like this: 22:00-08:00. For no quiet hours, "
        "write: {word}",
        word=t.say("off"),
    )
    return Turn((replace(reply(facts, text), edits=True),), flow.at(facts, FLOW, "hours"))


def _take_hours(facts: Facts, intent: Intent) -> Turn | None:
    if (hours := quiet_hours(intent.text)) and not wonders(intent.text):
        return Turn(command=SetQuietHours(hours))
    none = intent.name in ("no", "skip") or none_meant(intent.text, flow.words(facts).say("off"))
    return Turn(command=SetQuietHours(None)) if none else None


def _ask_consent(facts: Facts, channel: str) -> Turn:
    """``words`` are kept as the proof of what was agreed to."""
    if not _may_agree(facts, channel):
        return Turn((views.lost(facts),))
    t = flow.words(facts)
    words = t.say(
        "May we send you news and gifts by {channel}? Answer yes or no. You can stop any time by writing STOP.",
        channel=channel_name(facts, channel),
    )
    about = f"marketing {channel}"
    asked = replace(reply(facts, words, *yes_no(facts, about)), edits=True)
    return Turn((asked,), flow.at(facts, FLOW, "consent", channel=channel, about=about, words=words))
