"""How a customer can reach us, as the front page tells it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.wording import Translator, translate

Contacts = Mapping[str, str | None]
"""The channels that are on, each with what customers write to there: a bot's name, a number, a mail address."""


@dataclass(frozen=True, slots=True)
class Way:
    """A channel by its name for people, what to do there, and a link that does it where there is one."""

    channel: str
    name: str
    text: str
    link: str = ""


def ways(contacts: Contacts, language: str, code: str = "") -> Iterator[Way]:
    """The channels that are on, the one on the page first. With a friend's code the new member brings it along."""
    t = translate(language)
    say = f"join {code}".strip()
    if "web" in contacts:
        text = t.say("Write here: {words}", words=say) if code else t.say("Write here: join")
        yield Way("web", t.say("In the chat"), text, "/#regulars-chat" if code else "#regulars-chat")
    if "telegram" in contacts:
        bot = contacts["telegram"]
        start = f"r_{code}" if code else "join"
        link = f"https://t.me/{quote(bot)}?start={quote(start)}" if bot else ""
        yield Way("telegram", "Telegram", t.say("Open our bot and press Start."), link)
    if "sms" in contacts:
        phone = contacts["sms"]
        link = f"sms:{quote(phone, safe='+')}" if phone else ""
        yield Way("sms", t.say("Text message"), _to_write(t, code, phone), link and f"{link}{_body(code)}")
    if "email" in contacts:
        address = contacts["email"]
        if code:
            text = t.say("Write us “{words}”", words=say)
        else:
            text = t.say("Write “join” to {address}", address=address) if address else t.say("Write us “join”")
        link = f"mailto:{quote(address, safe='@+')}?subject={quote(say)}" if address else ""
        yield Way("email", t.say("E-mail"), text, link)


def _body(code: str) -> str:
    """The text of the message to be, as ``sms:`` links carry it (RFC 5724)."""
    return f"?body={quote(f'JOIN {code}')}" if code else ""


def _to_write(t: Translator, code: str, phone: str | None) -> str:
    if code:
        words = f"JOIN {code}"
        if phone:
            return t.say("Write {words} to {number}", words=words, number=phone)
        return t.say("Write us “{words}”", words=words)
    return t.say("Write JOIN to {number}", number=phone) if phone else t.say("Write JOIN to our number")
