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


@dataclass(frozen=True, slots=True)
class Start:
    """What a link carries into the talk: a payload for Telegram, words to be sent, and a query for the web chat."""

    payload: str
    words: str
    query: str


def by_friend(code: str) -> Start:
    """The new member brings a friend's code along."""
    return Start(f"r_{code}", f"join {code}", f"r={code}")


def by_counter(code: str) -> Start:
    """A stamp for who stands at the counter."""
    return Start(f"s_{code}", code, f"checkin={code}")


def ways(contacts: Contacts, language: str, start: Start | None = None) -> Iterator[Way]:
    """The channels that are on, the one on the page first."""
    t = translate(language)
    say = start.words if start else "join"
    if "web" in contacts:
        text = t.say("Write here: {words}", words=say) if start else t.say("Write here: join")
        yield Way("web", t.say("In the chat"), text, f"/chat?{start.query if start else 'join'}")
    if "telegram" in contacts:
        bot = contacts["telegram"]
        link = f"https://t.me/{quote(bot)}?start={quote(start.payload if start else 'join')}" if bot else ""
        yield Way("telegram", "Telegram", t.say("Open our bot and press Start."), link)
    if "whatsapp" in contacts:
        phone = contacts["whatsapp"]
        link = f"https://wa.me/{phone.lstrip('+')}?text={quote(say)}" if phone else ""
        yield Way("whatsapp", "WhatsApp", _to_write(t, start, phone), link)
    if "sms" in contacts:
        phone = contacts["sms"]
        # RFC 5724: the text of the message to be.
        body = f"?body={quote(start.words.upper())}" if start else ""
        yield Way("sms", t.say("Text message"), _to_write(t, start, phone), _sms(phone) + body if phone else "")
    if "email" in contacts:
        address = contacts["email"]
        if start:
            text = t.say("Write us “{words}”", words=say)
        else:
            text = t.say("Write “join” to {address}", address=address) if address else t.say("Write us “join”")
        link = f"mailto:{quote(address, safe='@+')}?subject={quote(say)}" if address else ""
        yield Way("email", t.say("E-mail"), text, link)


def _sms(phone: str) -> str:
    return f"sms:{quote(phone, safe='+')}"


def _to_write(t: Translator, start: Start | None, phone: str | None) -> str:
    if start:
        words = start.words.upper()
        if phone:
            return t.say("Write {words} to {number}", words=words, number=phone)
        return t.say("Write us “{words}”", words=words)
    return t.say("Write JOIN to {number}", number=phone) if phone else t.say("Write JOIN to our number")
