"""Mails are signed so that another library verifies them, and a signature breaks with any byte of what it covers."""

import re
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SetupError
from bot.messages import Purpose
from channels.email.dkim import Signer, new_key, read_signer
from tests.channels.dkim_verifying import verified
from tests.channels.email_world import NOW, channel, outbound
from tests.fakes.mail import MailServer

KINDS = ("rsa", "ed25519")
HEADERS = (
    b"From: =?utf-8?q?B=C3=A9n?= <hello@shop.test>\r\nTo: anna@ok.test\r\n"
    b"Subject: =?utf-8?b?w4FydsOtenTFsXI=?=\r\n =?utf-8?b?xZEgdMO8a8O2cmbDunI=?=\r\n"
    b"Date: Sat, 21 Nov 2026 20:00:00 +0000\r\nMessage-ID: <r7.x@shop.test>\r\n"
    b"List-Unsubscribe: <https://shop.test/u/x>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain;\r\n\tcharset=utf-8"
)


@cache
def signer(kind: str) -> Signer:
    return read_signer(new_key(kind)[1], "regulars", "shop.test", "shop.test")


def mail_of(body: bytes) -> bytes:
    return HEADERS + b"\r\n\r\n" + body


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [b"", b"\r\n", b"Hi", b"Hi\r\n", b"Hi \t \r\n\r\n\r\n", b"  Hi\t there  \r\n.\r\n..dots\r\n", b"x" * 5000 + b"\r\n",
     "árvíztűrő 积分\r\n".encode(), b"\r\n\r\n Hi", b" \r\n\t\r\n", b"--=_r7\r\n\r\nx=20\r\n--=_r7--\r\n"],
)  # fmt: skip
def test_another_library_verifies_what_we_sign(kind: str, body: bytes) -> None:
    signed = signer(kind).sign(mail_of(body), NOW)
    assert verified(signed, signer(kind))
    assert signed.endswith(mail_of(body))
    assert max(map(len, signed.partition(b"\r\nFrom:")[0].split(b"\r\n"))) <= 78


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(body=st.lists(st.text(" \t.aé=", max_size=12), max_size=8).map(lambda lines: "\r\n".join([*lines, ""]).encode()))
def test_any_body_is_verified_also_after_a_server_folds_its_blanks(kind: str, body: bytes) -> None:
    signed = signer(kind).sign(mail_of(body), NOW)
    assert verified(signed, signer(kind))
    assert verified(re.sub(rb"[ \t]+(?=\r\n|$)", b"", signed) + b"\r\n\r\n", signer(kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("old", "new"),
    [(b"Hi Anna", b"Hi Anne"), (b"hello@shop", b"jello@shop"), (b"u/x", b"u/y"), (b"One-Click", b"One-Clicl"),
     (b"w4Fyd", b"w4Fye"), (b"20:00:00 +0000\r\nMes", b"20:00:01 +0000\r\nMes"), (b"; t=", b"; x=1; t=")],
)  # fmt: skip
def test_a_signature_breaks_when_a_byte_changes(kind: str, old: bytes, new: bytes) -> None:
    signed = signer(kind).sign(mail_of(b"Hi Anna\r\n"), NOW).replace(b";\r\n t=", b"; t=", 1)
    assert verified(signed, signer(kind))
    assert signed.count(old) == 1
    assert not verified(signed.replace(old, new), signer(kind))


@pytest.mark.parametrize("header", [b"From: Eve <eve@x.test>", b"Subject: Win", b"Reply-To: eve@x.test", b"To: eve@x"])
def test_no_second_sender_or_subject_can_be_added(header: bytes) -> None:
    signed = signer("rsa").sign(mail_of(b"Hi\r\n"), NOW)
    head, _, body = signed.partition(b"\r\n\r\n")
    assert not verified(head + b"\r\n" + header + b"\r\n\r\n" + body, signer("rsa"))
    assert not verified(header + b"\r\n" + signed, signer("rsa"))
    assert verified(b"Received: from x\r\n" + signed, signer("rsa"))


def test_what_unsubscribes_with_one_click_is_covered() -> None:
    head = re.sub(r"\s", "", signer("rsa").sign(mail_of(b"Hi"), NOW).decode().partition("\r\nFrom:")[0])
    signed = head.partition(";h=")[2].partition(";")[0].split(":")
    assert {"from", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"} <= set(signed)
    assert signed.count("from") == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_every_mail_that_leaves_is_signed(kind: str) -> None:
    async with MailServer() as server:
        mail = channel(server.url, signer=signer(kind))
        await mail.send(
            outbound(
                "Kedves Anna!\n\n. pont\n" + "hosszú " * 300 + "\n\n\n",
                subject="Boldog születésnapot, árvíztűrő tükörfúrógép! " * 3,
                purpose=Purpose.MARKETING,
                unsubscribe_url="https://shop.test/u/" + "x" * 200,
            )
        )
        await mail.close()
        [arrived] = await server.received()
    assert verified(arrived.raw, signer(kind))


def test_the_record_is_what_a_zone_file_holds() -> None:
    rsa, ed25519 = str(signer("rsa").record), str(signer("ed25519").record)
    assert rsa.startswith('regulars._domainkey.shop.test. IN TXT ( "v=DKIM1; k=rsa; p=')
    assert max(len(one) for one in rsa.split('"')) == 255
    assert re.fullmatch(r'\S+ IN TXT \( "v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=" \)', ed25519)


def short_key() -> str:
    key = generate_private_key(65537, 1024)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    read_signer(pem, "a", "shop.test", "shop.test")
    return pem.replace("M", "N", 1)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"pem": "secret"}, "REGULARS_DKIM_KEY"),
        ({"pem": short_key()}, "REGULARS_DKIM_KEY"),
        ({"selector": "a b"}, "REGULARS_DKIM_SELECTOR"),
        ({"selector": ""}, "REGULARS_DKIM_SELECTOR"),
        ({"domain": "other.test"}, "REGULARS_DKIM_DOMAIN"),
        ({"domain": "op.test"}, "REGULARS_DKIM_DOMAIN"),
        ({"domain": "shop.test; x=y"}, "REGULARS_DKIM_DOMAIN"),
    ],
)
def test_what_is_set_up_wrongly_is_named_and_the_key_never(changes: dict[str, Any], named: str) -> None:
    told = {"pem": new_key("ed25519")[1], "selector": "a", "domain": "shop.test", "sender": "shop.test", **changes}
    with pytest.raises(SetupError, match=named) as caught:
        read_signer(**told)
    assert told["pem"][:40] not in str(caught.value) or told["pem"] == ""


@pytest.mark.parametrize("form", ["as it is", "one line", "Windows", "PKCS #1"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_key_in_any_form_and_a_domain_above_are_taken(kind: str, form: str) -> None:
    key, pem = signer(kind)._key, new_key(kind)[1]
    if form == "PKCS #1" and isinstance(key, RSAPrivateKey):
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
        assert "BEGIN RSA PRIVATE KEY" in pem
    line_end = {"one line": "\\n", "Windows": "\r\n"}.get(form, "\n")
    one = read_signer(pem.replace("\n", line_end), "S1", "Shop.test", "mail.shop.test")
    assert one.record.name == "s1._domainkey.shop.test"
    assert verified(one.sign(mail_of(b"Hi"), NOW), one)
