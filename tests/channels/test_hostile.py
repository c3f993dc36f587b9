"""Updates, mails and frames that nobody should send are read or passed over: no crash, no memory kept.

With the forms and requests of ``test_hostile_wire.py`` they are a hundred thousand. Each is made from a seed, and told
when it did harm.
"""

from random import Random

import pytest

from bot.messages import Inbound, Receipt
from channels.email.reading import Ignored, read_mail
from channels.telegram.groups import calls
from channels.telegram.updates import presses, read_updates
from channels.twilio.webhooks import read_form, read_message
from channels.webchat.says import read_say, read_visitor
from tests.channels.email_world import NOW, RULES
from tests.channels.hostile import FORMS, FRAMES, UPDATES, blamed, little_is_kept, quiet
from tests.channels.test_email_hostile import SEEDS as MAILS
from tests.mutated_values import as_json, forms, values
from tests.mutations import mutants

__all__ = ["quiet"]
pytestmark = pytest.mark.usefixtures("quiet")


def test_forty_thousand_updates_are_read_or_passed_over() -> None:
    with little_is_kept():
        for update in values(UPDATES, 40_000):
            with blamed(update):
                for said in read_updates([update], NOW):
                    assert str(int(said.address)) == said.address
                assert all(isinstance(press.query, str) for press in presses([update]))
                assert all(call.chat for call in calls([update], "bean_bot"))


def test_eight_thousand_mails_are_read_or_ignored() -> None:
    small = [mail for mail in MAILS if len(mail) < 8_000]
    with little_is_kept():
        for raw in mutants(small, 8_000, seed=9):
            with blamed(raw):
                assert isinstance(read_mail(raw, RULES, NOW), Inbound | Receipt | Ignored)


def test_twenty_thousand_frames_are_understood_or_not() -> None:
    random = Random(4)
    with little_is_kept():
        for frame in values(FRAMES, 20_000):
            raw = as_json(random, frame).decode("utf-8", "surrogateescape")
            with blamed(raw):
                say, visitor = read_say(raw), read_visitor(raw)
                assert say is None or not {"\0", "\ud800"} & set(say.text)
                assert isinstance(visitor, str)


def test_sixteen_thousand_forms_are_read_or_refused() -> None:
    with little_is_kept():
        for raw in forms(FORMS, 16_000):
            with blamed(raw):
                form = read_form(raw)
                if form is not None and form.get("MessageSid"):
                    said = read_message(form, "sms", "+36301234567", NOW)
                    assert said.id == form["MessageSid"]
