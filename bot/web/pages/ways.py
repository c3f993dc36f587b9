"""How a customer can reach us, as the front page tells it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.wording import translate

Contacts = Mapping[str, str | None]
"""The channels that are on, each with what customers write to there: a bot's name, a number, a mail address."""


@dataclass(frozen=True, slots=True)
class Way:
    """A channel by its name for people, what to do there, and a link that does it where there is one."""

    channel: str
    name: str
    text: str
    link: str = ""


def ways(contacts: Contacts, language: str) -> Iterator[Way]:
    """The channels that are on, the one on the page first."""
    t = translate(language)
    if "web" in contacts:
        yield Way("web", t.say("In the chat"), t.say("Write here: join"), "#regulars-chat")
    if "telegram" in contacts:
        bot = contacts["telegram"]
        link = f"https://t.me/{quote(bot)}?start=join" if bot else ""
        yield Way("telegram", "Telegram", t.say("Open our bot and press Start."), link)
    if "sms" in contacts:
        phone = contacts["sms"]
        text = t.say("Write JOIN to {number}", number=phone) if phone else t.say("Write JOIN to our number")
        yield Way("sms", t.say("Text message"), text, f"sms:{quote(phone, safe='+')}" if phone else "")
    if "email" in contacts:
        address = contacts["email"]
        text = t.say("Write “join” to {address}", address=address) if address else t.say("Write us “join”")
        link = f"mailto:{quote(address, safe='@+')}?subject=join" if address else ""
        yield Way("email", t.say("E-mail"), text, link)
