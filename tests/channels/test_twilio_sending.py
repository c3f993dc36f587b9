import asyncio
import gc

import pytest
from structlog.testing import capture_logs

from bot.errors import AddressGone, Rejected, RetryLater
from bot.messages import Button
from channels import twilio as twilio_folder
from channels.base import Weighing
from channels.twilio.channel import SmsChannel, WhatsAppChannel, status_callback
from channels.twilio.client import Wire, rest_client
from channels.twilio.texts import LIMIT, parts, with_choices
from config.settings import Settings
from tests.channels.twilio_world import (
    ANNA,
    PUBLIC_URL,
    Ear,
    channel,
    ear,
    failing,
    service,
    settings,
    to_anna,
    twilio,
)
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, WHATSAPP_NUMBER, FakeTwilio

__all__ = ["channel", "ear", "service", "twilio"]


async def test_a_message_reaches_twilio_with_sender_text_and_where_to_report(
    twilio: FakeTwilio, channel: SmsChannel
) -> None:
    sid = await channel.send(to_anna("120 pont, szép napot! 🎉"))
    [message] = await twilio.sent(1)
    assert message.sid == sid
    assert message.fields == {
        "To": ANNA,
        "Body": "120 pont, szép napot! 🎉",
        "From": NUMBER,
        "StatusCallback": f"{PUBLIC_URL}/webhooks/twilio/status",
    }


async def test_what_leaves_is_written_in_cheap_characters(twilio: FakeTwilio, channel: SmsChannel, ear: Ear) -> None:
    await channel.send(to_anna("“It’s yours” – 50\u00a0% off…"))
    plain = SmsChannel(settings(twilio, sms_accents="plain"))
    await plain.start(ear, listen=False)
    await plain.send(to_anna("Kérd a bárpultnál, Ágnes!"))
    await plain.close()
    assert [message.body for message in await twilio.sent(2)] == [
        '"It\'s yours" - 50 % off...',
        "Kérd a barpultnal, Agnes!",
    ]


@pytest.mark.parametrize(
    ("text", "segments"), [("120 points", 1), ("a" * 161, 2), ("“a”" * 53, 1), ("ő" * 71, 2), ("a" * 1601, 12)]
)
def test_the_rate_is_in_segments_of_what_leaves(text: str, segments: int) -> None:
    sms = SmsChannel(settings())
    assert isinstance(sms, Weighing)
    assert sms.weight(to_anna(text)) == segments
    assert not isinstance(WhatsAppChannel(settings(twilio_whatsapp_from=WHATSAPP_NUMBER)), Weighing)


async def test_a_messaging_service_stands_in_for_the_number(twilio: FakeTwilio, ear: Ear) -> None:
    sms = SmsChannel(settings(twilio, twilio_from=None, twilio_messaging_service_sid="MG" + "c" * 32))
    await sms.start(ear, listen=False)
    await sms.send(to_anna())
    await sms.close()
    [message] = await twilio.sent(1)
    assert message.fields["MessagingServiceSid"] == "MG" + "c" * 32
    assert "From" not in message.fields
    assert sms.sender == "sms:MG" + "c" * 32


@pytest.mark.parametrize(
    ("public_url", "own_server", "told"),
    [
        ("http://127.0.0.1:8080", False, False),
        ("http://localhost:8080", False, False),
        ("http://[::1]:8080", False, False),
        ("http://127.0.0.1:8080", True, True),
        ("https://beans.example", False, True),
    ],
)
def test_a_callback_on_this_machine_is_not_named_to_the_real_twilio(
    public_url: str, own_server: bool, told: bool
) -> None:
    changed = settings(public_url=public_url, twilio_api_url="http://127.0.0.1:1" if own_server else None)
    assert ("status_callback" in status_callback(changed)) is told


async def test_a_long_text_leaves_in_parts_and_in_order(twilio: FakeTwilio, channel: SmsChannel) -> None:
    lines = [f"{number}. A reward with a rather long name" for number in range(1, 101)]
    sid = await channel.send(to_anna("\n".join(lines)))
    taken = await twilio.sent(3)
    assert "\n".join(message.body for message in taken).split("\n") == lines
    assert taken[-1].sid == sid


@pytest.mark.parametrize("text", ["á" * 4000, "🎉" * 2000, "word " * 900, "\n" * 3000 + "x" * 1601])
def test_no_part_is_empty_or_longer_than_twilio_takes(text: str) -> None:
    pieces = parts(text)
    assert all(0 < len(piece.encode("utf-16-le")) <= LIMIT * 2 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "buttons", "written"),
    [
        ("Hi", [Button("Egyenleg", "balance"), Button("Nem", "no")], "Hi\n> EGYENLEG / NEM"),
        ("Hi", [Button("I am a member", "link"), Button("Join", "join")], "Hi\n> I AM A MEMBER / JOIN"),
        ("1. Nyelv: magyar", [Button("Nyelv: magyar", "language")], "1. Nyelv: magyar"),
        ("1. Free coffee", [Button("Free coffee", "1"), Button("Redeem it", "redeem free_drink")], "1. Free coffee"),
        ("Which one?", [Button("Any drink", "goal free_drink")], "Which one?\n> GOAL FREE_DRINK"),
        ("Your card", [Button("Open", "", opens="https://beans.example/v/1")], "Your card"),
        ("Answer YES or no.", [Button("Yes", "yes free_drink"), Button("No", "no")], "Answer YES or no."),
        ("A nonstop shop", [Button("Stop", "stop")], "A nonstop shop\n> STOP"),
    ],
)
def test_buttons_become_words_to_write_unless_the_text_names_them(
    text: str, buttons: list[Button], written: str
) -> None:
    assert with_choices(text, buttons) == written


def test_nobody_is_led_to_opt_out_by_leaving_a_dialog() -> None:
    assert with_choices("Your name?", [Button("Cancel", "cancel"), Button("Skip", "skip")]) == "Your name?\n> SKIP"


async def test_the_words_of_the_buttons_are_sent(twilio: FakeTwilio, channel: SmsChannel) -> None:
    await channel.send(to_anna("You have 120 points", Button("Rewards", "rewards")))
    assert [message.body for message in await twilio.sent(1)] == ["You have 120 points\n> REWARDS"]


@pytest.mark.parametrize("code", [21211, 21614, 21635, 30005, 30006])
async def test_a_number_that_can_never_be_reached_is_gone(twilio: FakeTwilio, channel: SmsChannel, code: int) -> None:
    twilio.refuse_next(code)
    error = await failing(channel)
    assert isinstance(error, AddressGone)
    assert (error.code, error.opted_out) == (str(code), False)


async def test_someone_who_opted_out_at_twilio_is_gone_until_they_write_start(
    twilio: FakeTwilio, channel: SmsChannel, service: str
) -> None:
    await twilio.says(ANNA, "Stop", to_url=service, signed_as=PUBLIC_URL)
    error = await failing(channel)
    assert isinstance(error, AddressGone)
    assert (error.code, error.opted_out) == ("21610", True)
    await twilio.says(ANNA, "start", to_url=service, signed_as=PUBLIC_URL)
    assert await channel.send(to_anna())


@pytest.mark.parametrize(("headers", "after"), [({"Retry-After": "7"}, 7), ({}, None), ({"Retry-After": "soon"}, None)])
async def test_too_many_requests_hold_the_whole_sender_as_long_as_twilio_says(
    twilio: FakeTwilio, channel: SmsChannel, headers: dict[str, str], after: float | None
) -> None:
    twilio.refuse_next(20429, status=429, headers=headers)
    error = await failing(channel)
    assert isinstance(error, RetryLater)
    assert (error.after, error.whole_sender, error.code) == (after, True, "20429")


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_twilio_out_of_order_is_tried_again(twilio: FakeTwilio, channel: SmsChannel, status: int) -> None:
    twilio.answer_next(status, "<html>oops</html>")
    error = await failing(channel)
    assert isinstance(error, RetryLater)
    assert (error.code, error.whole_sender) == (str(status), False)


@pytest.mark.parametrize(("status", "text"), [(404, "<html>Not here</html>"), (302, ""), (400, "[]")])
async def test_an_answer_that_is_not_twilios_gives_no_message_up(
    twilio: FakeTwilio, channel: SmsChannel, status: int, text: str
) -> None:
    twilio.answer_next(status, text)
    error = await failing(channel)
    assert isinstance(error, RetryLater)
    assert error.whole_sender


async def test_a_refused_login_holds_the_sender_and_says_what_to_check(twilio: FakeTwilio, ear: Ear) -> None:
    sms = SmsChannel(settings(twilio, twilio_auth_token="wrong"))
    await sms.start(ear, listen=False)
    with capture_logs() as logs:
        error = await failing(sms)
    await sms.close()
    assert isinstance(error, RetryLater)
    assert (error.code, error.whole_sender) == ("20003", True)
    assert logs[0]["event"] == "twilio_login_refused"
    assert "REGULARS_TWILIO_AUTH_TOKEN" in logs[0]["check"]
    assert "wrong" not in str(logs)


async def test_any_other_refusal_is_of_the_message_and_never_quotes_the_number(
    twilio: FakeTwilio, channel: SmsChannel
) -> None:
    twilio.refuse_next(30007)
    error = await failing(channel)
    assert isinstance(error, Rejected)
    assert error.code == "30007"
    assert ANNA not in f"{error}{error.reason}"


async def test_a_lost_connection_and_an_unreadable_answer_are_told_from_an_unreachable_twilio(
    twilio: FakeTwilio, channel: SmsChannel, ear: Ear
) -> None:
    twilio.drop_next()
    twilio.answer_next(201, "<html>")
    assert [(await failing(channel)).code for _ in range(2)] == ["unanswered", "unanswered"]
    lost = SmsChannel(settings(twilio, twilio_api_url="http://127.0.0.1:1"))
    await lost.start(ear, listen=False)
    error = await failing(lost)
    await lost.close()
    assert isinstance(error, RetryLater)
    assert error.code == "unreachable"


async def test_a_twilio_that_never_answers_is_given_up_in_time() -> None:
    hung_up = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        hung_up.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    wire = Wire(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", timeout=0.05)
    with pytest.raises(RetryLater) as raised:
        await rest_client(ACCOUNT_SID, AUTH_TOKEN, wire).messages.create_async(to=ANNA, from_=NUMBER, body="Hi")
    await wire.close()
    await hung_up.wait()
    server.close()
    assert raised.value.code == "unanswered"


async def test_many_sends_at_once_answer_each_its_own_sid_and_leave_no_session_open(
    twilio: FakeTwilio, ear: Ear
) -> None:
    sms = SmsChannel(settings(twilio))
    await sms.start(ear, listen=True)
    sids = await asyncio.gather(*(sms.send(to_anna(f"Number {number}")) for number in range(20)))
    assert {message.sid: message.body for message in await twilio.sent(20)} == {
        sid: f"Number {number}" for number, sid in enumerate(sids)
    }
    await sms.close()
    del sms
    gc.collect()


def test_without_an_account_the_channel_is_off() -> None:
    assert twilio_folder.sms_from_settings(Settings.model_validate({"_env_file": None})) is None


def test_with_an_account_the_channel_is_on() -> None:
    sms = twilio_folder.sms_from_settings(settings(twilio_rate=3))
    assert sms is not None
    assert (sms.name, sms.sender, sms.rate) == ("sms", f"sms:{NUMBER}", 3)
