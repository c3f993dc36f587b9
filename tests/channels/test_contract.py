"""Every channel keeps the contract of channels, each on its provider's own protocol."""

from typing import ClassVar

import pytest

from channels.registry import FACTORIES, open_channels
from config.settings import read_settings
from tests.channels.contract import Contract, Door, Hears, Listens, Opens, Refuses, Unsubscribes, Webhook
from tests.channels.worlds.mail import Email, EmailImap, EmailListener, EmailLmtp
from tests.channels.worlds.plain import Memory, OnTerminal
from tests.channels.worlds.telegram import Telegram, TelegramPolling
from tests.channels.worlds.twilio import Sms, WhatsApp
from tests.channels.worlds.webchat import Web
from tests.channels.worlds.world import World

EVERY_CHANNEL = {
    "telegram_token": "123456:ABC-DEF",
    "twilio_account_sid": "AC0",
    "twilio_auth_token": "hush",
    "twilio_from": "+36201234567",
    "twilio_whatsapp_from": "+14155238886",
    "smtp_url": "smtp://localhost",
    "email_from": "Bean & Leaf <hi@example.com>",
    "secret_key": "sixteen letters or more",
}
IN_WORDS = "in a text without pictures and buttons a choice is a word to write, also where a button would open a page"
CALLED = "the provider calls, there is nothing to fetch"
NOBODY = "there is no provider"
SENDS_AS_THE_OTHER: dict[type, str] = dict.fromkeys((Opens, Refuses, Unsubscribes), "only how it hears is another")


class TestTelegramByWebhook(Contract, Hears, Webhook, Listens, Opens, Refuses):
    of = Telegram
    lacks: ClassVar = {Unsubscribes: "who wants to hear nothing blocks the bot"}


class TestTelegramByPolling(Door, Hears, Listens):
    of = TelegramPolling
    lacks: ClassVar = {**SENDS_AS_THE_OTHER, Webhook: "it asks Telegram itself"}


class TestSms(Contract, Hears, Webhook, Refuses):
    of = Sms
    lacks: ClassVar = {Listens: CALLED, Opens: IN_WORDS, Unsubscribes: "STOP is heard by the network"}


class TestWhatsApp(Contract, Hears, Webhook, Refuses):
    of = WhatsApp
    lacks: ClassVar = {Listens: CALLED, Opens: IN_WORDS, Unsubscribes: "WhatsApp has a switch of its own"}


class TestEmailByWebhook(Contract, Hears, Webhook, Opens, Refuses, Unsubscribes):
    of = Email
    lacks: ClassVar = {Listens: CALLED}


class TestEmailBySmtp(Door, Hears, Listens):
    of = EmailListener
    lacks: ClassVar = {**SENDS_AS_THE_OTHER, Webhook: "anybody may bring mail: whose it is, its signatures prove"}


class TestEmailByLmtp(Door, Hears, Listens):
    of = EmailLmtp
    lacks: ClassVar = {**SENDS_AS_THE_OTHER, Webhook: "our own mail server brings it"}


class TestEmailByImap(Door, Hears, Listens):
    of = EmailImap
    lacks: ClassVar = {**SENDS_AS_THE_OTHER, Webhook: "it is fetched from our own mailbox"}

    @pytest.fixture
    def unopened(self, request: pytest.FixtureRequest) -> World:
        return EmailImap(request.getfixturevalue("dovecot_server"))


class TestWebChat(Contract, Hears, Webhook, Opens):
    of = Web
    lacks: ClassVar = {
        Listens: "the browser calls",
        Refuses: NOBODY,
        Unsubscribes: "nothing is sent to who is not there",
    }


class TestTerminal(Contract, Opens):
    of = OnTerminal
    lacks: ClassVar = dict.fromkeys((Hears, Webhook, Listens, Refuses, Unsubscribes), NOBODY)


class TestMemory(Contract, Opens):
    of = Memory
    lacks: ClassVar = dict.fromkeys((Hears, Webhook, Listens, Refuses, Unsubscribes), NOBODY)


def test_every_channel_that_is_registered_keeps_the_contract() -> None:
    there = open_channels(read_settings(**EVERY_CHANNEL))
    assert len(there) == len(FACTORIES)
    assert set(there) <= {tests.of.name for tests in Contract.__subclasses__()}
