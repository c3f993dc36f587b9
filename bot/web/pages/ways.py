"""How a customer can reach us, as the front page tells it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import quote

from bot.wording import translate
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Way:
    """A channel by its name for people, what to do there, and a link that does it where there is one."""

    channel: str
    name: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where we are found: a Telegram bot's name, a phone number, a mail address; None when that is not known."""

    channels: Collection[str]
    telegram: str | None = None
    phone: str | None = None
    email: str | None = None

    def ways(self, language: str) -> Iterator[Way]:
        """The channels that are on, the one on the page first."""
        t = translate(language)
        if "web" in self.channels:
            yield Way("web", t.say("In the chat"), t.say("Write here: join"), "#regulars-chat")
        if "telegram" in self.channels:
            link = f"https://t.me/{quote(self.telegram)}?start=join" if self.telegram else ""
            yield Way("telegram", "Telegram", t.say("Open our bot and press Start."), link)
        if "sms" in self.channels:
            text = (
                t.say("Write JOIN to {number}", number=self.phone) if self.phone else t.say("Write JOIN to our number")
            )
            yield Way("sms", t.say("Text message"), text, f"sms:{quote(self.phone, safe='+')}" if self.phone else "")
        if "email" in self.channels:
            text = t.say("Write “join” to {address}", address=self.email) if self.email else t.say("Write us “join”")
            link = f"mailto:{quote(self.email, safe='@+')}?subject=join" if self.email else ""
            yield Way("email", t.say("E-mail"), text, link)


def reach(settings: Settings, channels: Collection[str], telegram: str | None = None) -> Reach:
    """As the settings say; ``telegram`` is the bot's user name, which only Telegram knows."""
    address = parseaddr(settings.email_from)[1] if settings.email_from else ""
    return Reach(channels, telegram, settings.twilio_from, address or None)
