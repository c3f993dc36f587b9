"""One-time links: a member takes one from a chat that is theirs into another, which is theirs then."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote

from bot.conversation import confirming, flow, merging, pictures, views
from bot.conversation.commands import MakeLink, OpenLink, TakeLink
from bot.conversation.facts import Dialog, Facts, Outcome, Result, Turn
from bot.conversation.intents import Intent
from bot.conversation.replies import ask_buttons, reply
from bot.errors import RegularsError

PREFIX = "link_"
_TOKEN = re.compile(r"link_([A-Za-z0-9_-]{22})")
"""128 bits in base64url, as ``actions.link_tokens`` makes them."""


def begin(facts: Facts) -> Turn:
    """A member asks for their other chats."""
    return Turn(command=MakeLink())


def token_in(text: str) -> str:
    """The token alone, as a link brings it (``link_TOKEN``); empty when it is none."""
    found = _TOKEN.fullmatch(text.strip().removeprefix("/start ").strip())
    return found[1] if found else ""


def opened(facts: Facts, text: str) -> Turn | None:
    """A chat that was opened with such a link; None for anything else."""
    token = token_in(text)
    return Turn(command=OpenLink(token)) if token else None


def made(facts: Facts, command: MakeLink, result: Outcome) -> Turn:
    """The links, one for each channel but this one."""
    t, token = flow.words(facts), PREFIX + result["token"]
    doors = dict(_doors(facts, result["contacts"], result["base"], token))
    if not doors:
        text = t.say("There is no other way to write to us at the moment.")
        return Turn((reply(facts, text, *ask_buttons(facts)),))
    head = t.say("Open this where you also like to write to us. It works once, for 10 minutes, and only for you:")
    more = t.say("Do you have another membership? To make the two one, write: merge")
    told = reply(facts, "\n".join((head, *doors.values(), more)), title=t.say("Your other chats"))
    return Turn((replace(told, picture=pictures.other_chat(facts, next(iter(doors)))),))


def _doors(facts: Facts, contacts: Mapping[str, str | None], base: str, token: str) -> Iterator[tuple[str, str]]:
    """What can be scanned for each channel but this one, and what says the same in words."""
    t = flow.words(facts)
    if (bot := contacts.get("telegram")) and facts.channel != "telegram":
        link = f"https://t.me/{quote(bot)}?start={token}"
        yield link, f"Telegram: {link}"
    if (phone := contacts.get("whatsapp")) and facts.channel != "whatsapp":
        link = f"https://wa.me/{phone.lstrip('+')}?text={token}"
        yield link, f"WhatsApp: {link}"
    if (phone := contacts.get("sms")) and facts.channel != "sms":
        words = t.say("Text message: write {words} to {number}", words=token, number=phone)
        yield f"sms:{phone}?body={token}", words
    if "web" in contacts and base and facts.channel != "web":
        link = f"{base}/chat?link={token.removeprefix(PREFIX)}"
        yield link, t.say("Chat in the browser: {link}", link=link)


def asked(facts: Facts, command: OpenLink | TakeLink, result: Result) -> Turn:
    """Whether this chat is to be linked; a chat that is another member's already brings up making one of the two."""
    t = flow.words(facts)
    if isinstance(result, RegularsError):
        text = t.say("This link does not hold any more. Get a new one where you are known: write link there.")
        return Turn((reply(facts, text),))
    if turn := merging.proposed(facts, result):
        return turn
    if facts.member:
        return Turn((views.greeting(facts),))
    return _ask(facts, result["hash"], result["name"])


def _ask(facts: Facts, token_hash: str, name: str) -> Turn:
    about = f"link token {int(facts.now.timestamp())}"
    text = flow.words(facts).say("Link this chat to {name}?", name=name)
    kept = {"hash": token_hash, "name": name, "about": about}
    return confirming.ask(facts, text, about, flow.at(facts, "link", "token", **kept))


def take_answer(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """The yes, which uses the link up."""
    token_hash, name = dialog["hash"], dialog["name"]
    return confirming.take_answer(facts, intent, TakeLink(token_hash), lambda: _ask(facts, token_hash, name))


def taken(facts: Facts, command: TakeLink, result: Result) -> Turn:
    """The chat is theirs now."""
    if isinstance(result, RegularsError):
        return asked(facts, command, result)
    return merging.proposed(facts, result) or Turn((views.greeting(facts),))
