"""Mails in, by our own SMTP listener and by the webhook."""

import asyncio
import io
from collections.abc import AsyncIterator

import aiosmtplib
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import SetupError
from bot.messages import Purpose
from channels.email.channel import EmailChannel
from channels.email.listener import SIZE_LIMIT
from channels.email.options import Listen
from tests.channels.email_world import BOUNCES, IDS, Hub, channel, outbound, sample
from tests.fakes.mail import MailServer, customer_mail

Client = TestClient[web.Request, web.Application]
KEY = {"Authorization": "Bearer good", "Content-Type": "message/rfc822"}


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
async def listening(hub: Hub) -> AsyncIterator[EmailChannel]:
    mail = channel(listen=Listen("127.0.0.1", 0))
    await mail.start(hub, listen=True)
    yield mail
    await mail.close()


@pytest.fixture
async def client(hub: Hub) -> AsyncIterator[Client]:
    mail = channel()
    await mail.start(hub, listen=False)
    app = web.Application()
    app.add_routes(mail.routes())
    async with TestClient(TestServer(app)) as client:
        yield client
    await mail.close()


async def write(
    mail: EmailChannel, raw: bytes, sender: str = "anna@ok.test", to: str | list[str] = "hello@shop.test"
) -> None:
    recipients = [to] if isinstance(to, str) else to
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=mail.listening_on, start_tls=False) as smtp:
        await smtp.sendmail(sender, recipients, raw)


async def test_a_customers_mail_comes_in_by_smtp(listening: EmailChannel, hub: Hub) -> None:
    await write(listening, customer_mail("egyenleg\r\n.\r\n", message_id="<q1@ok.test>"))
    assert [(said.address, said.text, said.id) for said in hub.received] == [
        ("anna@ok.test", "egyenleg", "<q1@ok.test>")
    ]


async def test_a_question_by_smtp_and_its_answer_by_smtp_are_one_thread(listening: EmailChannel, hub: Hub) -> None:
    await write(listening, customer_mail("balance", subject="Points?", message_id="<q1@ok.test>"))
    [said] = hub.received
    async with MailServer() as customers:
        sender = channel(customers.url)
        await sender.send(outbound(address=said.address, thread=said.thread, purpose=Purpose.REPLY))
        await sender.close()
        [arrived] = await customers.received()
    assert arrived.message["In-Reply-To"] == "<q1@ok.test>"


async def test_mail_for_others_is_not_relayed(listening: EmailChannel, hub: Hub) -> None:
    for to in ("eve@elsewhere.test", "hello@shop.test.elsewhere.test", '"eve@shop.test"@elsewhere.test'):
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as caught:
            await write(listening, customer_mail("help"), to=to)
        assert caught.value.recipients[0].code == 550
    assert hub.received == []


async def test_a_mail_that_could_not_be_kept_is_asked_for_again(listening: EmailChannel, hub: Hub) -> None:
    hub.broken = True
    with pytest.raises(aiosmtplib.SMTPDataError) as caught:
        await write(listening, customer_mail("balance", message_id=""))
    assert caught.value.code == 451
    hub.broken = False
    await write(listening, customer_mail("balance", message_id=""))
    first, again = hub.received
    assert first.id == again.id


async def test_a_bounce_comes_from_nobody_and_is_settled(listening: EmailChannel, hub: Hub) -> None:
    raw = sample("dsn-hard-5.1.1-postfix.eml").replace(b"<m7@shop.test>", IDS.make(7).encode())
    await write(listening, raw, sender="")
    assert hub.received == []
    assert [(receipt.provider_id, receipt.address_gone) for receipt in hub.settled] == [(IDS.make(7), True)]


async def test_an_automatic_answer_is_taken_and_forgotten(listening: EmailChannel, hub: Hub) -> None:
    await write(listening, sample("email-inbound-ooo.eml"))
    await write(listening, customer_mail("help"), sender="")
    assert (hub.received, hub.settled) == ([], [])


async def test_a_mail_that_is_too_big_is_refused(listening: EmailChannel, hub: Hub) -> None:
    with pytest.raises(aiosmtplib.SMTPResponseException) as caught:
        await write(listening, customer_mail(("x" * 900 + "\r\n") * (SIZE_LIMIT // 900)))
    assert caught.value.code == 552
    await write(listening, customer_mail("balance\r\n\r\n" + ("x" * 900 + "\r\n") * 400))
    assert [said.text for said in hub.received] == ["balance"]


async def test_lmtp_is_answered_once_for_each_recipient(listening: EmailChannel, hub: Hub) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", listening.listening_on)
    said = [b"LHLO mx", b"MAIL FROM:<anna@ok.test>", b"RCPT TO:<hello@shop.test>", b"RCPT TO:<info@shop.test>", b"DATA"]
    writer.write(b"\r\n".join(said) + b"\r\n" + customer_mail("help") + b".\r\nQUIT\r\n")
    answers = (await reader.read()).decode().splitlines()
    writer.close()
    assert answers[-4:] == ["354 End data with <CR><LF>.<CR><LF>", "250 2.0.0 OK", "250 2.0.0 OK", "221 Bye"]
    assert len(hub.received) == 1


async def test_without_listen_nothing_is_listened_to(hub: Hub) -> None:
    mail = channel(listen=Listen("127.0.0.1", 0))
    await mail.start(hub, listen=False)
    assert mail.listening_on is None
    await mail.close()


async def test_a_port_that_is_taken_is_told_by_the_name_of_its_setting(listening: EmailChannel, hub: Hub) -> None:
    second = channel(listen=Listen("127.0.0.1", listening.listening_on or 0))
    with pytest.raises(SetupError, match=r"^REGULARS_SMTP_LISTEN: 127\.0\.0\.1:\d+ cannot be listened on"):
        await second.start(hub, listen=True)
    await second.close()


async def test_closing_hangs_up_on_whoever_is_still_there(hub: Hub) -> None:
    mail = channel(listen=Listen("127.0.0.1", 0))
    await mail.start(hub, listen=True)
    reader, writer = await asyncio.open_connection("127.0.0.1", mail.listening_on)
    assert (await reader.readline()).startswith(b"220 shop.test")
    await mail.close()
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", mail.listening_on)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer bad"}])
async def test_the_webhook_without_a_good_key_gets_401_and_changes_nothing(
    client: Client, hub: Hub, headers: dict[str, str]
) -> None:
    answer = await client.post("/webhooks/email", data=customer_mail("stop"), headers=headers)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.content_type == "application/problem+json"
    assert (hub.received, hub.settled) == ([], [])


async def test_the_webhook_takes_a_mail_however_often_it_is_brought(client: Client, hub: Hub) -> None:
    for _ in range(2):
        answer = await client.post("/webhooks/email", data=customer_mail("egyenleg"), headers=KEY)
        assert (answer.status, await answer.json()) == (200, {"accepted": True, "reason": ""})
    first, again = hub.received
    assert first == again
    assert first.text == "egyenleg"


async def test_the_webhook_says_why_it_ignores_a_mail(client: Client, hub: Hub) -> None:
    for raw, reason in ((sample("email-inbound-ooo.eml"), "auto-submitted"), (b"\xff\x00", "no sender")):
        answer = await client.post("/webhooks/email", data=raw, headers=KEY)
        assert (answer.status, await answer.json()) == (200, {"accepted": False, "reason": reason})
    assert hub.received == []


async def test_the_webhook_settles_a_complaint(client: Client, hub: Hub) -> None:
    raw = sample("email-arf-complaint.eml").replace(b"<m7.c42@shop.test>", IDS.make(7).encode())
    answer = await client.post("/webhooks/email", data=raw, headers=KEY)
    assert answer.status == 200
    assert [receipt.opted_out for receipt in hub.settled] == [True]


async def test_the_webhook_takes_what_mail_servers_take_and_no_more(client: Client, hub: Hub) -> None:
    big = customer_mail("balance\r\n\r\n" + ("x" * 900 + "\r\n") * 4000)
    assert (await client.post("/webhooks/email", data=io.BytesIO(big), headers=KEY)).status == 200

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(SIZE_LIMIT // 2**20 + 1):
            yield b"x" * 2**20

    assert (await client.post("/webhooks/email", data=endless(), headers=KEY)).status == 413
    assert [said.text for said in hub.received] == ["balance"]


async def test_a_mail_by_webhook_that_could_not_be_kept_is_not_acknowledged(client: Client, hub: Hub) -> None:
    hub.broken = True
    assert (await client.post("/webhooks/email", data=customer_mail("help"), headers=KEY)).status == 500


async def test_a_door_for_lmtp_speaks_nothing_else_and_takes_bounces_too(hub: Hub) -> None:
    mail = channel(listen=Listen("127.0.0.1", 0, lmtp=True), bounces="back@bounces.test")
    await mail.start(hub, listen=True)
    reader, writer = await asyncio.open_connection("127.0.0.1", mail.listening_on)

    async def says(line: str) -> bytes:
        writer.write(line.encode() + b"\r\n")
        answer = await reader.readline()
        while answer[3:4] == b"-":
            answer = await reader.readline()
        return answer[:3]

    await reader.readline()
    assert [await says(f"{hello} mx.ok.test") for hello in ("HELO", "EHLO", "LHLO")] == [b"500", b"500", b"250"]
    assert await says("MAIL FROM:<anna@ok.test>") == b"250"
    to = ("hello@shop.test", "back+7.x@bounces.test", "eve@elsewhere.test")
    assert [await says(f"RCPT TO:<{one}>") for one in to] == [b"250", b"250", b"550"]
    assert await says("DATA") == b"354"
    writer.write(customer_mail("help") + b"\r\n.\r\n")
    assert [(await reader.readline())[:3] for _ in range(2)] == [b"250", b"250"]
    writer.close()
    await mail.close()
    assert [said.text for said in hub.received] == ["help"]


async def test_a_bounce_that_names_our_mail_only_by_its_envelope_is_settled(hub: Hub) -> None:
    async with MailServer() as customers:
        mail = channel(customers.url, listen=Listen("127.0.0.1", 0), bounces=BOUNCES)
        await mail.start(hub, listen=True)
        await mail.send(outbound(number=7))
        [arrived] = await customers.received()
        raw = sample("dsn-hard-5.1.1-postfix.eml")
        await write(mail, raw, sender="", to=arrived.sender)
        await mail.close()
    assert arrived.sender == IDS.return_path(7)
    assert [(receipt.provider_id, receipt.address_gone) for receipt in hub.settled] == [(IDS.make(7), True)]
