"""Mails out, over real SMTP."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from bot.errors import AddressGone, Rejected, RetryLater
from bot.messages import Button, Inbound, Picture, Purpose
from channels.email.options import Tls, parse_server
from channels.email.reading import read_mail
from channels.email.sending import CONNECTIONS, IDLE_BEFORE_CHECK, MAX_AGE, Pool
from tests.channels.email_world import HUNGARIAN, IDS, LOOK, NOW, RULES, SHOP, channel, outbound, sample
from tests.fakes.chat_hub import grey
from tests.fakes.mail import CERTIFICATE, MailServer, customer_mail


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with MailServer() as server:
        yield server


class Time:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def send_by(pool: Pool, to: str = "anna@ok.test") -> None:
    await pool.send(SHOP.address, to, customer_mail("Hi"))


async def test_a_message_arrives_with_its_accents_and_names_itself(server: MailServer) -> None:
    mail = channel(server.url)
    provider_id = await mail.send(outbound("Árvíztűrő tükörfúrógép\n\n. 50 bab a tiéd", subject="Boldog születésnapot"))
    await mail.close()
    [arrived] = await server.received()
    assert arrived.text == "Árvíztűrő tükörfúrógép\n\n. 50 bab a tiéd"
    assert "<p>Árvíztűrő tükörfúrógép</p>" in unescape(arrived.html)
    assert (arrived.sender, arrived.recipient) == ("hello@shop.test", "anna@ok.test")
    assert arrived.message["Subject"] == "Boldog születésnapot"
    assert arrived.message["From"] == "Bean & Leaf <hello@shop.test>"
    assert arrived.message["Date"] == "Sat, 21 Nov 2026 20:00:00 +0000"
    assert arrived.message["Message-ID"] == provider_id == IDS.make(7)
    assert arrived.message["Auto-Submitted"] == "auto-generated"
    assert not arrived.message.defects


async def test_the_business_is_named_in_the_readers_language(server: MailServer) -> None:
    mail = channel(server.url)
    await mail.send(outbound(language="hu", purpose=Purpose.MARKETING))
    await mail.close()
    [arrived] = await server.received()
    assert unescape(arrived.html).count(HUNGARIAN) == 2
    assert f"{HUNGARIAN}, 1 Market Street, Penang" in arrived.text
    assert LOOK.name not in unescape(arrived.html)


async def test_a_reply_goes_into_the_customers_thread(server: MailServer) -> None:
    mail = channel(server.url)
    await mail.send(outbound(purpose=Purpose.REPLY, thread="<q@ok.test>", subject="Re: beans"))
    await mail.close()
    [arrived] = await server.received()
    assert arrived.message["In-Reply-To"] == arrived.message["References"] == "<q@ok.test>"
    assert arrived.message["Auto-Submitted"] == "auto-replied"


async def test_a_long_talk_names_every_mail_of_it(server: MailServer) -> None:
    mail = channel(server.url)
    await mail.send(outbound(purpose=Purpose.REPLY, thread="<a@ok.test> <r1.x@shop.test> <q@ok.test>", subject="Re: x"))
    await mail.close()
    [arrived] = await server.received()
    assert arrived.message["In-Reply-To"] == "<q@ok.test>"
    assert arrived.message["References"].split() == ["<a@ok.test>", "<r1.x@shop.test>", "<q@ok.test>"]


async def test_a_picture_stands_in_the_mail_itself_and_its_words_in_both_texts(server: MailServer) -> None:
    mail, alt = channel(server.url), 'Your card: "Anna" & <2> stamps'
    await mail.send(outbound(picture=Picture("card", {}, alt)))
    await mail.close()
    [arrived] = await server.received()
    [image] = [part for part in arrived.message.walk() if part.get_content_type() == "image/png"]
    assert image.get_payload(decode=True) == grey(40, 20)
    assert image["Content-Disposition"].startswith("inline")
    assert f'src="cid:{image["Content-ID"].strip("<>")}"' in arrived.html
    assert 'alt="Your card: &quot;Anna&quot; &amp; &lt;2&gt; stamps"' in arrived.html
    assert f"[{alt}]" in arrived.text
    assert [part.get_content_type() for part in arrived.message.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"
    ]  # fmt: skip


async def test_a_picture_that_cannot_be_drawn_costs_no_words(server: MailServer) -> None:
    mail = channel(server.url)
    await mail.send(outbound(picture=Picture("unknown", {}, "Your card")))
    await mail.close()
    [arrived] = await server.received()
    assert arrived.text == "You have 112 beans.\n\n[Your card]"
    assert "cid:" not in arrived.html


async def test_what_buttons_do_is_written_out_for_who_reads_plain_text(server: MailServer) -> None:
    mail = channel(server.url)
    buttons = (Button("Balance", "balance"), Button("Data", "export", opens="https://shop.test/d"))
    await mail.send(outbound(buttons=buttons, language="hu"))
    await mail.close()
    [arrived] = await server.received()
    assert arrived.text.splitlines()[2:] == ["Ezekkel válaszolhatsz:", "* balance", "* Data: https://shop.test/d"]
    assert 'href="https://shop.test/d"' in arrived.html
    assert '<html lang="hu"' in arrived.html


async def test_of_a_numbered_list_the_number_is_enough_and_else_the_readers_own_word(server: MailServer) -> None:
    mail = channel(server.url)
    await mail.send(
        outbound(text="1. Nyelv: magyar\n2. Más", buttons=(Button("Nyelv: magyar", "language"), Button("Igen", "yes")))
    )
    await mail.close()
    [arrived] = await server.received()
    assert arrived.text.splitlines() == ["1. Nyelv: magyar", "2. Más", "", "You can answer with:", "* igen"]


async def test_what_the_question_names_is_not_offered_once_more(server: MailServer) -> None:
    mail = channel(server.url)
    await mail.send(outbound(text="Answer yes or no.", buttons=(Button("Yes", "yes free_drink"), Button("No", "no"))))
    await mail.close()
    [arrived] = await server.received()
    assert arrived.text == "Answer yes or no."
    assert arrived.html.count("mailto:") == 2


async def test_marketing_can_be_unsubscribed_with_one_click(server: MailServer) -> None:
    mail = channel(server.url)
    await mail.send(outbound(purpose=Purpose.MARKETING, unsubscribe_url="https://shop.test/u/opaque-token"))
    await mail.close()
    [arrived] = await server.received()
    [theirs] = [line for line in sample("email-outbound-oneclick.eml").decode().splitlines() if "sub@" in line]
    shape = theirs.replace("unsub@", "hello@").replace("subject=opaque-token", "subject=STOP")
    assert f"List-Unsubscribe: {arrived.message['List-Unsubscribe']}" == shape
    assert "No more news and gifts by e-mail: https://shop.test/u/opaque-token" in arrived.text
    assert "Bean &amp; Leaf, 1 Market Street, Penang" in arrived.html
    assert arrived.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_buttons_links_and_markup_are_safe_in_html(server: MailServer) -> None:
    mail = channel(server.url)
    await mail.send(outbound("<b>See</b> https://shop.test/v/A?a=1&b=2.", buttons=(Button("Join & win", "join"),)))
    await mail.close()
    [arrived] = await server.received()
    link = "https://shop.test/v/A?a=1&amp;b=2"
    assert f'&lt;b&gt;See&lt;/b&gt; <a href="{link}">{link}</a>.' in arrived.html
    opens = "mailto:hello@shop.test?subject=Join%20%26%20win&amp;body=join"
    assert re.search(f'href="{re.escape(opens)}"[^>]*>Join &amp; win</a>', arrived.html)


async def test_no_text_can_add_a_header_or_a_recipient(server: MailServer) -> None:
    mail = channel(server.url)
    hostile = "Hi\x00\x1b\r\nBcc: eve@ok.test\r\n\r\nbody"
    await mail.send(outbound(subject=hostile, thread=f"<a@b>{hostile}", unsubscribe_url=f"https://shop.test/{hostile}"))
    await mail.send(outbound(subject="ő" + hostile, number=8))
    with pytest.raises(AddressGone):
        await mail.send(outbound(address="anna@ok.test>\r\nRCPT TO:<eve@ok.test", number=9))
    await mail.close()
    arrived = await server.received(2)
    assert {one.recipient for one in arrived} == {"anna@ok.test"}
    for one in arrived:
        assert one.message["Bcc"] is None
        assert one.message["Subject"].isprintable()
        assert one.message["In-Reply-To"] is None
        assert one.text == "You have 112 beans."


async def test_without_a_subject_the_first_line_is_it_shortened(server: MailServer) -> None:
    mail = channel(server.url)
    await mail.send(outbound("Two coffees to go! " * 9 + "\nSee you"))
    await mail.close()
    [arrived] = await server.received()
    assert arrived.message["Subject"].startswith("Two coffees to go! Two")
    assert arrived.message["Subject"].endswith("…")
    assert len(arrived.message["Subject"]) <= 70


async def test_a_domain_with_accents_is_sent_to_by_its_ascii_name(server: MailServer) -> None:
    mail = channel(server.url)
    await mail.send(outbound(address="anna@kávé.test"))
    await mail.send(outbound(address="ánna@ok.test", number=8))
    await mail.close()
    arrived = await server.received(2)
    assert [one.recipient for one in arrived] == ["anna@xn--kv-mia7a.test", "ánna@ok.test"]


async def test_messages_share_one_session_and_many_at_once_a_few(server: MailServer) -> None:
    pool = Pool(parse_server(server.url), "shop.test")
    await send_by(pool)
    await send_by(pool)
    assert server.sessions == 1
    await asyncio.gather(*(send_by(pool) for _ in range(20)))
    await pool.close()
    assert len(await server.received(22)) == 22
    assert server.sessions == CONNECTIONS


async def test_a_session_that_rested_is_checked_and_one_that_the_server_ended_replaced(server: MailServer) -> None:
    now = Time()
    pool = Pool(parse_server(server.url), "shop.test", now)
    await send_by(pool)
    now.seconds += IDLE_BEFORE_CHECK + 1
    await send_by(pool)
    assert server.commands == ["MAIL", "NOOP", "MAIL"]
    server.drop_sessions()
    now.seconds += IDLE_BEFORE_CHECK + 1
    await send_by(pool)
    server.noop_answer = "421 4.4.2 Idle too long"
    now.seconds += IDLE_BEFORE_CHECK + 1
    await send_by(pool)
    assert server.sessions == 3
    await pool.close()
    assert len(await server.received(4)) == 4


async def test_an_old_session_is_replaced(server: MailServer) -> None:
    now = Time()
    pool = Pool(parse_server(server.url), "shop.test", now)
    await send_by(pool)
    now.seconds += MAX_AGE + 1
    await send_by(pool)
    await pool.close()
    assert server.sessions == 2


@pytest.mark.parametrize(
    ("answer", "error", "whole_sender"),
    [
        ("550 5.1.1 <anna@ok.test>: User unknown", AddressGone, None),
        ("550 5.2.1 Mailbox disabled", AddressGone, None),
        ("550 5.1.8 Bad sender", Rejected, None),
        ("550 5.7.1 Looks like spam", Rejected, None),
        ("554 No", Rejected, None),
        ("451 4.7.1 Greylisted", RetryLater, False),
        ("452 4.2.2 Mailbox full", RetryLater, False),
        ("421 4.7.0 Too fast", RetryLater, True),
    ],
)
async def test_a_refusal_is_translated_and_names_nobody(
    server: MailServer, answer: str, error: type[RetryLater], whole_sender: bool | None
) -> None:
    pool = Pool(parse_server(server.url), "shop.test")
    server.refusals["anna@ok.test"] = answer
    with pytest.raises(error) as caught:
        await send_by(pool)
    assert getattr(caught.value, "whole_sender", None) is whole_sender
    assert caught.value.code == " ".join(answer.split()[: 1 + ("." in answer.split()[1])])
    assert "anna" not in caught.value.reason
    await send_by(pool, "bence@ok.test")
    await pool.close()
    assert [mail.recipient for mail in server.mails] == ["bence@ok.test"]


async def test_a_refusal_of_the_content_leaves_the_session_usable(server: MailServer) -> None:
    pool = Pool(parse_server(server.url), "shop.test")
    server.answers = ["451 4.3.0 Try later", "552 5.3.4 Too big"]
    with pytest.raises(RetryLater):
        await send_by(pool)
    with pytest.raises(Rejected):
        await send_by(pool)
    await send_by(pool)
    await pool.close()
    assert server.sessions == 1


@pytest.mark.parametrize(("command", "code"), [("MAIL", "unreachable"), ("DATA", "unknown")])
async def test_only_a_break_after_the_content_leaves_it_unknown_whether_the_mail_left(
    server: MailServer, command: str, code: str
) -> None:
    pool = Pool(parse_server(server.url), "shop.test")
    server.hang_up_at = {command}
    with pytest.raises(RetryLater) as caught:
        await send_by(pool)
    assert (caught.value.code, caught.value.whole_sender) == (code, False)
    server.hang_up_at = set()
    await send_by(pool)
    await pool.close()


async def test_an_address_beyond_ascii_is_rejected_where_the_server_knows_none() -> None:
    async with MailServer(utf8=False) as server:
        pool = Pool(parse_server(server.url), "shop.test")
        with pytest.raises(Rejected):
            await send_by(pool, "ánna@ok.test")
        await send_by(pool)
        await pool.close()
        assert [mail.recipient for mail in await server.received()] == ["anna@ok.test"]
        assert server.sessions == 1


async def test_a_refused_sender_holds_every_message_back(server: MailServer) -> None:
    server.refusals[SHOP.address] = "553 5.7.1 Sender not owned by user"
    pool = Pool(parse_server(server.url), "shop.test")
    with pytest.raises(RetryLater) as caught:
        await send_by(pool)
    await pool.close()
    assert caught.value.whole_sender


async def test_no_server_at_all_means_later() -> None:
    async with MailServer() as gone:
        url = gone.url
    with pytest.raises(RetryLater) as caught:
        await channel(url).send(outbound())
    assert (caught.value.code, caught.value.whole_sender) == ("unreachable", True)


async def test_a_login_is_made_once_and_a_wrong_password_waits_for_its_correction() -> None:
    async with MailServer(login=("hello@shop.test", "p@ss/wörd")) as server:
        mail = channel(server.url)
        await mail.send(outbound())
        await mail.send(outbound(number=8))
        await mail.close()
        assert len(await server.received(2)) == 2
        assert server.logins == 1
        with pytest.raises(RetryLater) as caught:
            await channel(server.url.replace("p%40ss", "wrong")).send(outbound())
        assert caught.value.whole_sender
        assert caught.value.code == "535 5.7.8"
        assert len(server.mails) == 2


async def test_nothing_is_said_in_clear_when_the_server_offers_no_tls() -> None:
    async with MailServer(login=("hello", "secret")) as server:
        with pytest.raises(RetryLater) as caught:
            await channel(server.url.partition("?")[0]).send(outbound())
        assert caught.value.whole_sender
        assert "STARTTLS" in caught.value.reason
        assert (server.mails, server.logins) == ([], 0)


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
async def test_mail_leaves_encrypted_to_a_server_whose_certificate_is_good(
    tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with MailServer(login=("hello", "secret"), tls=tls) as server:
        with pytest.raises(RetryLater, match="certificate"):
            await channel(server.url).send(outbound())
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        mail = channel(server.url)
        await mail.send(outbound())
        await mail.close()
        [arrived] = await server.received()
        assert arrived.text == "You have 112 beans."


@pytest.mark.parametrize("length", [0, 3, 40])
def test_what_a_customer_answers_to_is_remembered_with_its_beginning_and_end(length: int) -> None:
    chain = [f"<{n}@ok.test>" for n in range(length)]
    raw = (
        b"References: "
        + "\r\n ".join([*chain, "no id"]).encode()
        + b"\r\n"
        + customer_mail("Hi", message_id="<q@ok.test>")
    )
    read = read_mail(raw, RULES, NOW)
    assert isinstance(read, Inbound)
    ids = read.thread.split()
    assert ids[-1] == "<q@ok.test>"
    assert ids[:-1] == (chain if length < 9 else [chain[0], *chain[-8:]])
