import asyncio
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from aiohttp import ClientSession
from multidict import MultiDict

from bot.messages import Inbound, InboundKind, Receipt, ReceiptState
from channels.twilio.enabled import twilio_listens
from channels.twilio.webhooks import read_message
from tests.channels.twilio_world import ANNA, NOON, PUBLIC_URL, Ear, channel, ear, service, settings, twilio
from tests.fakes.twilio import ACCOUNT_SID, AUTH_TOKEN, FakeTwilio, signature

__all__ = ["channel", "ear", "service", "twilio"]


def test_the_fake_signs_as_twilio_publishes() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, form.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


async def test_a_text_message_is_heard_once_its_public_address_is_signed(
    twilio: FakeTwilio, service: str, ear: Ear
) -> None:
    answer = await twilio.says(ANNA, "Hány pontom van? 🙂", to_url=service, signed_as=PUBLIC_URL, sid="SM1")
    assert (answer.status, answer.text, answer.content_type) == (200, "<Response/>", "text/xml")
    assert ear.heard == [Inbound("sms", ANNA, "SM1", "Hány pontom van? 🙂", NOON)]


async def test_a_number_in_an_old_form_is_heard_as_todays(twilio: FakeTwilio, service: str, ear: Ear) -> None:
    await twilio.says("+5215512345678", "balance", to_url=service, signed_as=PUBLIC_URL)
    assert [message.address for message in ear.heard] == ["+525512345678"]


async def test_a_signature_over_the_port_as_well_is_right(twilio: FakeTwilio, service: str, ear: Ear) -> None:
    answer = await twilio.says(ANNA, "balance", to_url=service, signed_as=f"{PUBLIC_URL}:443")
    assert (answer.status, len(ear.heard)) == (200, 1)


@pytest.mark.parametrize("sign", [None, "c2VjcmV0", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "ä"])
async def test_a_wrong_or_missing_signature_gets_403_and_changes_nothing(
    twilio: FakeTwilio, service: str, ear: Ear, sign: str | None
) -> None:
    said = await twilio.says(ANNA, "balance", to_url=service, signed_as=PUBLIC_URL, sign=sign)
    told = await twilio.status("SM1", "delivered", to_url=service, signed_as=PUBLIC_URL, sign=sign)
    assert [(answer.status, answer.text) for answer in (said, told)] == [(403, ""), (403, "")]
    assert (ear.heard, ear.receipts) == ([], [])


async def test_a_signature_for_another_address_or_token_is_wrong(twilio: FakeTwilio, service: str, ear: Ear) -> None:
    here = await twilio.says(ANNA, "balance", to_url=service)
    twilio.auth_token = "another"
    other = await twilio.says(ANNA, "balance", to_url=service, signed_as=PUBLIC_URL)
    assert (here.status, other.status, ear.heard) == (403, 403, [])


async def test_what_a_proxy_says_of_the_address_is_not_believed(twilio: FakeTwilio, service: str, ear: Ear) -> None:
    elsewhere = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    body = f"AccountSid={ACCOUNT_SID}&From=%2B36301234567&MessageSid=SM1&Body=balance"
    evil = signature(AUTH_TOKEN, "https://evil.example/webhooks/twilio/messages", parse_qsl(body, True))
    assert await post_signed(service, "/webhooks/twilio/messages", body, signed=evil, headers=elsewhere) == 403
    assert ear.heard == []
    assert await post_signed(service, "/webhooks/twilio/messages", body, headers=elsewhere) == 200


async def test_the_part_behind_the_hash_that_twilio_keeps_to_itself_is_not_signed(
    twilio: FakeTwilio, service: str, ear: Ear
) -> None:
    body = f"AccountSid={ACCOUNT_SID}&From=%2B36301234567&MessageSid=SM1&Body=balance"
    path = "/webhooks/twilio/messages"
    with_it = signature(AUTH_TOKEN, f"{PUBLIC_URL}{path}#rc=3&rp=all", parse_qsl(body, True))
    assert await post_signed(service, path, body, signed=with_it) == 403
    assert await post_signed(service, path, body) == 200
    assert [message.id for message in ear.heard] == ["SM1"]


async def test_another_account_with_a_right_signature_is_refused(twilio: FakeTwilio, service: str, ear: Ear) -> None:
    twilio.account_sid = "AC" + "b" * 32
    assert (await twilio.says(ANNA, "balance", to_url=service, signed_as=PUBLIC_URL)).status == 403
    assert ear.heard == []


async def post_signed(
    service: str, path: str, body: str, signed: str = "", headers: Mapping[str, str] | None = None
) -> int:
    headers = {
        **(headers or {}),
        "X-Twilio-Signature": signed or signature(AUTH_TOKEN, PUBLIC_URL + path, parse_qsl(body, True)),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    async with ClientSession() as session, session.post(service.rstrip("/") + path, data=body, headers=headers) as got:
        return got.status


async def test_query_blank_fields_and_several_values_of_a_name_are_signed_too(service: str, ear: Ear) -> None:
    body = f"AccountSid={ACCOUNT_SID}&From=%2B36301234567&MessageSid=SM1&Body=balance&Tag=b&Tag=a&Tag=b&Empty="
    path = "/webhooks/twilio/messages?shop=2&name=a%20b"
    assert await post_signed(service, path, body) == 200
    assert await post_signed(service, path, body + "&Empty2=", signed="x") == 403
    assert [message.id for message in ear.heard] == ["SM1"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("Body=" + "x" * 70_000, 413),
        ("&".join(f"f{number}=" for number in range(300)), 403),
        ("not a form at all", 403),
        (f"AccountSid={ACCOUNT_SID}&From=%2B36301234567", 400),
    ],
    ids=["too long", "too many fields", "no form", "no id"],
)
async def test_a_body_that_is_no_message_is_refused(service: str, ear: Ear, body: str, status: int) -> None:
    assert await post_signed(service, "/webhooks/twilio/messages", body) == status
    assert ear.heard == []


async def test_what_postgresql_could_not_keep_is_left_out_of_a_message(service: str, ear: Ear) -> None:
    body = f"AccountSid={ACCOUNT_SID}&From=%2B36301234567&MessageSid=SM%001&Body=bal%00ance&ProfileName=A%00"
    assert await post_signed(service, "/webhooks/twilio/messages", body) == 200
    assert [(said.id, said.text, said.name) for said in ear.heard] == [("SM1", "balance", "A")]
    nameless = body.replace("SM%001", "%00")
    assert await post_signed(service, "/webhooks/twilio/messages", nameless) == 400


@pytest.mark.parametrize("path", ["?a=\xff\xfe", "?%ED%A0%80=%00", "?[::", "?bodySHA256=00"])
async def test_no_address_however_odd_breaks_anything(service: str, ear: Ear, path: str) -> None:
    host, port = service.removeprefix("http://").rstrip("/").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /webhooks/twilio/messages{path} HTTP/1.1\r\nHost: x\r\nX-Twilio-Signature: \xff\r\n"
    writer.write(head.encode("latin-1") + b"Connection: close\r\nContent-Length: 3\r\n\r\na=b")
    status = int((await reader.read()).split(maxsplit=2)[1])
    writer.close()
    await writer.wait_closed()
    assert status in (400, 403)
    assert ear.heard == []


async def test_the_same_message_told_twice_keeps_its_id_so_that_it_counts_once(
    twilio: FakeTwilio, service: str, ear: Ear
) -> None:
    for _ in range(2):
        await twilio.says(ANNA, "balance", to_url=service, signed_as=PUBLIC_URL, sid="SM1")
    assert ear.heard[0] == ear.heard[1]


async def test_twilio_does_not_hear_ok_when_the_service_could_not_keep_the_message(
    twilio: FakeTwilio, service: str, ear: Ear
) -> None:
    ear.broken = True
    assert (await twilio.says(ANNA, "balance", to_url=service, signed_as=PUBLIC_URL)).status == 500


SAMPLES = Path(__file__).parents[1] / "samples"
SID = "SM" + "8" * 32
STOPPED, RESUMED, TEXT = InboundKind.STOPPED, InboundKind.RESUMED, InboundKind.TEXT


@pytest.mark.parametrize(
    ("body", "opt_out_type", "kind", "text", "answered", "lifts"),
    [
        ("STOP", "", STOPPED, "STOP", True, False),
        (" stop \n", "", STOPPED, " stop \n", True, False),
        ("Cancel", "", STOPPED, "Cancel", True, False),
        ("OptOut", "", STOPPED, "OptOut", True, False),
        ("ENOUGH", "STOP", STOPPED, "ENOUGH", True, False),
        ("Start", "", TEXT, "Start", False, True),
        ("UNSTOP", "", TEXT, "UNSTOP", False, True),
        ("BACK", "START", RESUMED, "BACK", True, True),
        ("TELL ME", "HELP", TEXT, "help", True, False),
        ("yes", "", TEXT, "yes", False, True),
        ("Yes", "START", TEXT, "Yes", True, True),
        ("help", "", TEXT, "help", True, False),
        (" Info ", "", TEXT, " Info ", True, False),
        ("help me", "", TEXT, "help me", False, False),
        ("/help", "", TEXT, "/help", False, False),
        ("help!", "", TEXT, "help!", False, False),
        ("when does the last stop leave?", "", TEXT, "when does the last stop leave?", False, False),
        ("stop it", "", TEXT, "stop it", False, False),
        ("when does the sale start", "", TEXT, "when does the sale start", False, False),
        ("", "", TEXT, "", False, False),
    ],
)
async def test_only_a_whole_word_is_heard_by_twilio(
    twilio: FakeTwilio,
    service: str,
    ear: Ear,
    body: str,
    opt_out_type: str,
    kind: InboundKind,
    text: str,
    answered: bool,
    lifts: bool,
) -> None:
    await twilio.says(ANNA, body, to_url=service, signed_as=PUBLIC_URL, opt_out_type=opt_out_type)
    [heard] = ear.heard
    assert (heard.kind, heard.text, heard.answered, heard.lifts) == (kind, text, answered, lifts)


@pytest.mark.parametrize(
    ("body", "opt_out_type", "kind", "answered", "lifts"),
    [
        ("STOP", "", STOPPED, False, False),
        ("quit", "", STOPPED, False, False),
        ("STOP", "STOP", STOPPED, True, False),
        ("START", "", TEXT, False, False),
        ("help", "", TEXT, False, False),
        ("help", "HELP", TEXT, True, False),
    ],
)
def test_where_twilio_does_not_listen_only_what_it_says_is_answered(
    body: str, opt_out_type: str, kind: InboundKind, answered: bool, lifts: bool
) -> None:
    form = MultiDict({"From": ANNA, "MessageSid": "SM1", "Body": body, "OptOutType": opt_out_type})
    heard = read_message(form, "sms", ANNA, NOON, listens=False)
    assert (heard.kind, heard.answered, heard.lifts) == (kind, answered, lifts)


@pytest.mark.parametrize(("ours", "lifts"), [("+14155550000", True), ("+18885550000", False), ("+18085550000", True)])
def test_yes_lifts_no_block_of_the_carriers_that_keep_a_toll_free_number(ours: str, lifts: bool) -> None:
    form = MultiDict({"From": ANNA, "To": ours, "MessageSid": "SM1", "Body": "yes"})
    assert read_message(form, "sms", ANNA, NOON).lifts is lifts
    form["Body"] = "unstop"
    assert read_message(form, "sms", ANNA, NOON).lifts


@pytest.mark.parametrize(
    ("sample", "kind", "text", "answered"),
    [("sms", TEXT, "BALANCE", False), ("stop", STOPPED, "STOP", True)],
)
async def test_what_twilio_really_posts_by_sms_is_heard(
    service: str, ear: Ear, sample: str, kind: InboundKind, text: str, answered: bool
) -> None:
    body = (SAMPLES / f"twilio-inbound-{sample}.form").read_text("utf-8").strip()
    assert await post_signed(service, "/webhooks/twilio/messages", body) == 200
    [heard] = ear.heard
    assert (heard.address, heard.kind, heard.text, heard.answered) == ("+14155552345", kind, text, answered)


@pytest.mark.parametrize(
    ("sample", "receipt"),
    [
        ("sent", Receipt("sms", SID, ReceiptState.SENT)),
        ("delivered", Receipt("sms", SID, ReceiptState.DELIVERED)),
        ("read", Receipt("whatsapp", SID, ReceiptState.READ)),
        ("failed", Receipt("sms", SID, ReceiptState.FAILED, "21610 the person has opted out at Twilio", True, True)),
        (
            "undelivered",
            Receipt("sms", SID, ReceiptState.FAILED, "30003 switched off or out of reach", unreachable=True),
        ),
    ],
)
async def test_how_far_a_message_got_is_read_of_what_twilio_really_posts(
    service: str, ear: Ear, sample: str, receipt: Receipt
) -> None:
    body = (SAMPLES / f"twilio-status-{sample}.form").read_text("utf-8").strip()
    assert await post_signed(service, "/webhooks/twilio/status", body) == 200
    assert ear.receipts == [receipt]


@pytest.mark.parametrize(
    ("sender", "keywords", "listens"),
    [
        ({"twilio_from": "+14155550000"}, None, True),
        ({"twilio_from": "+18005550000"}, None, True),
        ({"twilio_messaging_service_sid": "MG1"}, None, True),
        ({"twilio_from": "72345"}, None, False),
        ({"twilio_from": "72345", "twilio_messaging_service_sid": "MG1"}, None, True),
        ({"twilio_from": "72345"}, "twilio", True),
        ({"twilio_from": "+14155550000"}, "regulars", False),
    ],
)
def test_twilio_listens_but_for_a_short_code_alone_and_where_the_settings_say_so(
    sender: dict[str, str], keywords: str | None, listens: bool
) -> None:
    set_to = {"twilio_from": None, "sms_keywords": keywords} | sender
    assert twilio_listens(settings(None, **set_to)) is listens


@pytest.mark.parametrize("sender", ["whatsapp:+14155552345", "72345", "Bank", ""])
async def test_who_is_no_customer_by_sms_is_heard_politely_and_ignored(
    twilio: FakeTwilio, service: str, ear: Ear, sender: str
) -> None:
    answer = await twilio.says(sender, "balance", to_url=service, signed_as=PUBLIC_URL)
    assert (answer.status, ear.heard) == (200, [])


@pytest.mark.parametrize(
    ("state", "code", "receipt"),
    [
        ("sent", None, Receipt("sms", "SM1", ReceiptState.SENT)),
        ("delivered", None, Receipt("sms", "SM1", ReceiptState.DELIVERED)),
        ("read", None, Receipt("sms", "SM1", ReceiptState.READ)),
        ("failed", None, Receipt("sms", "SM1", ReceiptState.FAILED)),
        (
            "failed",
            21610,
            Receipt("sms", "SM1", ReceiptState.FAILED, "21610 the person has opted out at Twilio", True, True),
        ),
        (
            "undelivered",
            30005,
            Receipt("sms", "SM1", ReceiptState.FAILED, "30005 unknown or inactive handset", True),
        ),
        (
            "undelivered",
            30003,
            Receipt("sms", "SM1", ReceiptState.FAILED, "30003 switched off or out of reach", unreachable=True),
        ),
        (
            "undelivered",
            30004,
            Receipt("sms", "SM1", ReceiptState.FAILED, "30004 blocked on its way", unreachable=True),
        ),
    ],
)
async def test_a_status_becomes_a_receipt(
    twilio: FakeTwilio, service: str, ear: Ear, state: str, code: int | None, receipt: Receipt
) -> None:
    answer = await twilio.status("SM1", state, to_url=service, signed_as=PUBLIC_URL, error_code=code)
    assert (answer.status, ear.receipts) == (200, [receipt])


@pytest.mark.parametrize("state", ["queued", "accepted", "sending", "partially_delivered"])
async def test_a_status_that_tells_nothing_new_is_passed_over(
    twilio: FakeTwilio, service: str, ear: Ear, state: str
) -> None:
    answer = await twilio.status("SM1", state, to_url=service, signed_as=PUBLIC_URL)
    assert (answer.status, ear.receipts) == (200, [])
