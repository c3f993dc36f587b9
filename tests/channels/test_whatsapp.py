import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer as LocalServer

from bot.errors import AddressGone, Rejected
from bot.messages import Button, Inbound, InboundKind, Outbound, Picture, Purpose, Receipt, ReceiptState, Template
from channels import twilio as folder
from channels.registry import open_channels
from channels.twilio.channel import SmsChannel, WhatsAppChannel
from tests.cast import Watch
from tests.channels.twilio_world import (
    ANNA,
    NOON,
    PUBLIC_URL,
    Ear,
    channel,
    ear,
    failing,
    served,
    settings,
    twilio,
    whatsapp,
)
from tests.fakes.twilio import AUTH_TOKEN, NUMBER, WHATSAPP_NUMBER, FakeTwilio, signature

__all__ = ["channel", "ear", "twilio", "whatsapp"]

SAMPLES = Path(__file__).parents[1] / "samples"
HERS = f"whatsapp:{ANNA}"
BIRTHDAY = Template("HX" + "b" * 32, {"1": "Anna", "2": "50 points"})
CARD = Picture("card", {"code": "ANNA23"}, "Card ANNA23 as a QR code")
PNG = b"\x89PNG\r\n\x1a\n and so on"


def to_anna(text: str = "You have 120 points", *buttons: Button, picture: Picture | None = None) -> Outbound:
    return Outbound(7, "whatsapp", ANNA, Purpose.REPLY, text, buttons=buttons, picture=picture)


def by_template(template: Template = BIRTHDAY) -> Outbound:
    return Outbound(8, "whatsapp", ANNA, Purpose.MARKETING, "Happy birthday Anna!", template=template)


@pytest.fixture
async def service(whatsapp: WhatsAppChannel) -> AsyncIterator[str]:
    async with served(whatsapp) as url:
        yield url


@pytest.fixture
async def pictures(ear: Ear) -> AsyncIterator[None]:
    """Where Twilio fetches message 7's picture, and no other's."""

    async def shown(request: web.Request) -> web.Response:
        return web.Response(body=PNG, content_type="image/png")

    app = web.Application()
    app.router.add_get("/p/7.png", shown)
    async with LocalServer(app) as server:
        ear.pictures_at = str(server.make_url("/p"))
        yield


async def test_what_is_said_on_whatsapp_is_heard_with_number_and_name(
    twilio: FakeTwilio, service: str, ear: Ear
) -> None:
    answer = await twilio.says(HERS, "Hány pontom van?", to_url=service, signed_as=PUBLIC_URL, sid="SM1")
    assert (answer.status, answer.text) == (200, "<Response/>")
    assert ear.heard == [Inbound("whatsapp", ANNA, "SM1", "Hány pontom van?", NOON, name="Anna")]


async def test_an_account_named_by_an_old_form_of_its_number_is_heard_under_todays_and_answered_at_its_own(
    twilio: FakeTwilio, whatsapp: WhatsAppChannel, service: str, ear: Ear
) -> None:
    for number in ("+5215512345678", "+525512345678"):
        await twilio.says(f"whatsapp:{number}", "balance", to_url=service, signed_as=PUBLIC_URL)
        heard = ear.heard[-1]
        assert heard.address == "+525512345678"
        await whatsapp.send(replace(to_anna(), address=heard.address, thread=heard.thread))
        assert (await twilio.sent(1))[-1].to == f"whatsapp:{number}"


async def test_free_text_is_answered_within_the_window(
    twilio: FakeTwilio, whatsapp: WhatsAppChannel, service: str
) -> None:
    await twilio.says(HERS, "balance", to_url=service, signed_as=PUBLIC_URL)
    sid = await whatsapp.send(to_anna("“120 pont”, szép napot! 🎉", Button("Rewards", "rewards")))
    [message] = await twilio.sent(1)
    assert message.sid == sid
    assert message.fields == {
        "To": HERS,
        "From": f"whatsapp:{WHATSAPP_NUMBER}",
        "Body": "“120 pont”, szép napot! 🎉\n> REWARDS",
        "StatusCallback": f"{PUBLIC_URL}/webhooks/twilio/status",
    }


async def test_outside_the_window_free_text_is_refused_with_a_reason_and_a_template_is_taken(
    twilio: FakeTwilio, whatsapp: WhatsAppChannel, service: str
) -> None:
    await twilio.says(HERS, "balance", to_url=service, signed_as=PUBLIC_URL)
    twilio.a_day_passes()
    error = await failing(whatsapp, to_anna())
    assert isinstance(error, Rejected)
    assert error.elsewhere
    assert (error.code, error.reason) == ("63016", "outside WhatsApp's 24 hours, and no approved template")
    await whatsapp.send(by_template())
    [message] = await twilio.sent(1)
    assert "Body" not in message.fields
    assert message.fields["ContentSid"] == BIRTHDAY.id
    assert json.loads(message.fields["ContentVariables"]) == {"1": "Anna", "2": "50 points"}


async def test_what_a_template_is_not_told_it_has_by_itself(twilio: FakeTwilio, whatsapp: WhatsAppChannel) -> None:
    await whatsapp.send(by_template(Template(BIRTHDAY.id, {"1": "", "2": "50 points"})))
    await whatsapp.send(by_template(Template(BIRTHDAY.id, {"1": ""})))
    some, none = await twilio.sent(2)
    assert json.loads(some.fields["ContentVariables"]) == {"2": "50 points"}
    assert "ContentVariables" not in none.fields


@pytest.mark.usefixtures("pictures")
async def test_a_picture_goes_with_the_text_once_however_long_that_is(
    twilio: FakeTwilio, whatsapp: WhatsAppChannel, service: str
) -> None:
    await twilio.says(HERS, "card", to_url=service, signed_as=PUBLIC_URL)
    await whatsapp.send(to_anna("Your card\n" + "word " * 250, picture=CARD))
    first, second = await twilio.sent(2)
    assert (first.media, second.media) == (PNG, b"")
    assert first.body.startswith("Your card")
    assert len(first.body) <= 1024


@pytest.mark.usefixtures("pictures")
async def test_a_picture_that_cannot_be_fetched_is_refused_and_said_so(
    twilio: FakeTwilio, whatsapp: WhatsAppChannel, service: str, ear: Ear
) -> None:
    await twilio.says(HERS, "card", to_url=service, signed_as=PUBLIC_URL)
    ear.pictures_at += "/elsewhere"
    error = await failing(whatsapp, to_anna(picture=CARD))
    assert isinstance(error, Rejected)
    assert error.code == "63019"


@pytest.mark.parametrize(
    ("text", "said"), [("Your card: ANNA23", "Your card: ANNA23"), ("", "Card ANNA23 as a QR code")]
)
async def test_where_nobody_can_fetch_a_picture_words_do(ear: Ear, text: str, said: str) -> None:
    here = WhatsAppChannel(settings(twilio_whatsapp_from=WHATSAPP_NUMBER, public_url="http://127.0.0.1:8080"))
    await here.start(ear, listen=False)
    assert [*here.bodies(to_anna(text, picture=CARD))] == [{"body": said}]
    await here.close()


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"Body": "Balance", "ButtonText": "Balance", "ButtonPayload": "balance"}, "balance"),
        ({"Body": "Rewards", "ButtonText": "Rewards"}, "Rewards"),
        ({"Body": "Hungarian", "ListId": "language hu", "ListTitle": "Hungarian"}, "language hu"),
        ({"Body": "balance", "ButtonPayload": ""}, "balance"),
    ],
)
async def test_a_pressed_button_says_what_it_stands_for(
    twilio: FakeTwilio, service: str, ear: Ear, fields: dict[str, str], text: str
) -> None:
    await twilio.says(HERS, fields.pop("Body"), to_url=service, signed_as=PUBLIC_URL, **fields)
    assert [message.text for message in ear.heard] == [text]


@pytest.mark.parametrize(
    ("sample", "text"), [("twilio-inbound-whatsapp-button.form", "spin:1"), ("twilio-inbound-whatsapp.form", "")]
)
async def test_what_twilio_really_posts_is_heard(service: str, ear: Ear, sample: str, text: str) -> None:
    body = (SAMPLES / sample).read_text("utf-8").strip()
    signed = signature(AUTH_TOKEN, f"{PUBLIC_URL}/webhooks/twilio/messages", parse_qsl(body, True))
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    async with (
        ClientSession() as session,
        session.post(f"{service}webhooks/twilio/messages", data=body, headers=headers) as got,
    ):
        assert got.status == 200
    [heard] = ear.heard
    assert (heard.channel, heard.address, heard.name, heard.text) == ("whatsapp", "+14155552345", "Ann", text)


@pytest.mark.parametrize(
    ("body", "opt_out_type", "kind", "answered"),
    [
        ("STOP", "STOP", InboundKind.STOPPED, True),
        ("STOP", "", InboundKind.TEXT, False),
        ("Cancel", "", InboundKind.TEXT, False),
        ("start", "START", InboundKind.RESUMED, True),
        ("start", "", InboundKind.TEXT, False),
        ("HELP", "", InboundKind.TEXT, False),
    ],
)
async def test_twilio_listens_in_on_whatsapp_only_where_it_says_so(
    twilio: FakeTwilio, service: str, ear: Ear, body: str, opt_out_type: str, kind: InboundKind, answered: bool
) -> None:
    await twilio.says(HERS, body, to_url=service, signed_as=PUBLIC_URL, opt_out_type=opt_out_type)
    assert [(heard.kind, heard.answered, heard.lifts) for heard in ear.heard] == [
        (kind, answered, opt_out_type == "START")
    ]


@pytest.mark.parametrize(
    ("state", "code", "reason"),
    [("read", None, ""), ("failed", 63016, "outside WhatsApp's 24 hours, and no approved template")],
)
async def test_how_far_a_message_got_is_told_of_the_right_channel(
    twilio: FakeTwilio, service: str, ear: Ear, state: str, code: int | None, reason: str
) -> None:
    await twilio.status("SM1", state, to_url=service, signed_as=PUBLIC_URL, to=HERS, error_code=code)
    assert ear.receipts == [Receipt("whatsapp", "SM1", ReceiptState(state), reason, elsewhere=code == 63016)]


@pytest.mark.parametrize("code", [63003, 63014, 63024])
async def test_who_is_not_on_whatsapp_or_has_blocked_us_is_gone_there(
    twilio: FakeTwilio, whatsapp: WhatsAppChannel, service: str, ear: Ear, code: int
) -> None:
    twilio.refuse_next(code)
    assert isinstance(await failing(whatsapp, to_anna()), AddressGone)
    await twilio.status("SM1", "failed", to_url=service, signed_as=PUBLIC_URL, to=HERS, error_code=code)
    assert [receipt.address_gone for receipt in ear.receipts] == [True]


async def test_both_channels_listen_at_one_address(twilio: FakeTwilio, ear: Ear) -> None:
    both = settings(twilio, twilio_whatsapp_from=f"whatsapp:{WHATSAPP_NUMBER}")
    sms, whatsapp = SmsChannel(both, Watch(NOON)), WhatsAppChannel(both, Watch(NOON))
    for one in (sms, whatsapp):
        await one.start(ear, listen=True)
    async with served(sms, whatsapp) as url:
        await twilio.says(ANNA, "balance", to_url=url, signed_as=PUBLIC_URL)
        await twilio.says(HERS, "balance", to_url=url, signed_as=PUBLIC_URL)
    for one in (sms, whatsapp):
        await one.close()
    assert [(heard.channel, heard.address) for heard in ear.heard] == [("sms", ANNA), ("whatsapp", ANNA)]


async def test_a_text_message_is_ignored_where_only_whatsapp_is_on(twilio: FakeTwilio, service: str, ear: Ear) -> None:
    assert (await twilio.says(ANNA, "balance", to_url=service, signed_as=PUBLIC_URL)).status == 200
    assert ear.heard == []


def test_each_channel_is_on_when_it_has_a_sender() -> None:
    both = settings(twilio_whatsapp_from=WHATSAPP_NUMBER, secret_key="sixteen letters or more")
    assert [*open_channels(both)][:2] == ["sms", "whatsapp"]
    assert "sms" not in open_channels(both.model_copy(update={"twilio_from": None}))
    assert folder.whatsapp_from_settings(settings()) is None
    on = folder.whatsapp_from_settings(both)
    assert on is not None
    assert (on.name, on.sender, on.contact) == ("whatsapp", f"whatsapp:{WHATSAPP_NUMBER}", WHATSAPP_NUMBER)
    assert NUMBER not in on.sender
