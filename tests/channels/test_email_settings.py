"""How the e-mail channel is set up, and what it says when that is wrong."""

import subprocess
import sys
from typing import Any

import pytest

from bot.errors import SetupError
from channels.email import from_settings
from channels.email.addresses import Mailbox
from channels.email.options import (
    Fetching,
    Listen,
    Server,
    Tls,
    parse_fetching,
    parse_listen,
    parse_mailbox,
    parse_server,
    read_options,
)
from config.settings import Settings, SettingsFault, read_settings

GOOD: dict[str, Any] = {
    "smtp_url": "smtp://hello:secret@mx.ok.test",
    "email_from": "Bean & Leaf <Hello@Shop.test>",
    "secret_key": "key",
}


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def test_without_a_mail_server_the_channel_is_off() -> None:
    assert from_settings(settings()) is None


def test_the_channel_is_named_by_its_address_and_keeps_its_rate() -> None:
    channel = from_settings(settings(**GOOD, email_rate=3))
    assert channel is not None
    assert (channel.name, channel.sender, channel.rate) == ("email", "email:hello@shop.test", 3)


@pytest.mark.parametrize(
    ("url", "fetching"),
    [
        ("imaps://a%40ok.test:p%2Fs@mx.test", Fetching(Server("mx.test", 993, Tls.IMPLICIT, "a@ok.test", "p/s"))),
        ("imap://a:b@mx.test/Post/%C3%81rak", Fetching(Server("mx.test", 143, Tls.STARTTLS, "a", "b"), "Post/Árak")),
        ("imap://a:b@[::1]:14/?starttls=never&move=X", Fetching(Server("::1", 14, Tls.NEVER, "a", "b"), "INBOX", "X")),
    ],
)  # fmt: skip
def test_a_mailbox_url_is_taken_apart(url: str, fetching: Fetching) -> None:
    assert read_options(settings(**GOOD, imap_url=url)).fetching == fetching


@pytest.mark.parametrize(
    "url",
    [
        "pop3://a:hunter2@mx.ok.test",
        "imap://mx.ok.test",
        "imap://a@mx.ok.test",
        "imap://a:hunter2@mx.ok.test:port",
        "imap://a:hunter2@mx.ok.test:0",
        "imap://a:hunter2#@mx.ok.test",
        "imaps://a:hunter2@mx.ok.test?starttls=never",
        "imap://a:hunter2@mx.ok.test?move=INBOX",
        "imap://a:hunter2@mx.ok.test?move=A&move=B",
        "imap://a:hunter2@mx.ok.test/A%0D%0AB",
        "imap://a:hunter2@mx.ok.test?idle=no",
    ],
)
def test_a_wrong_mailbox_url_names_the_setting_and_never_the_password(url: str) -> None:
    with pytest.raises(SetupError, match=r"^REGULARS_IMAP_URL ") as caught:
        parse_fetching(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("sign", ["#", "/", "?"])
def test_a_sign_in_a_password_that_ends_the_url_early_is_said_how_to_write(sign: str) -> None:
    with pytest.raises(SetupError, match="percent-encode"):
        parse_fetching(f"imap://a:hunter2{sign}@mx.ok.test")


def test_a_mailbox_without_a_server_to_answer_by_is_half_set_up() -> None:
    with pytest.raises(SettingsFault) as caught:
        read_settings(imap_url="imaps://a:b@mx.ok.test")
    assert "REGULARS_SMTP_URL" in str(caught.value) and "REGULARS_EMAIL_FROM" in str(caught.value)


def test_bounces_come_back_to_an_address_that_takes_a_plus_sign() -> None:
    assert read_options(settings(**GOOD, email_bounces="Bounces@shop.test")).bounces == "bounces@shop.test"
    for wrong in ("bounces", "bounces+x@shop.test", "bőunces@shop.test", "a@b\r\n"):
        with pytest.raises(SetupError, match=r"^REGULARS_EMAIL_BOUNCES "):
            read_options(settings(**GOOD, email_bounces=wrong))


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mx.ok.test", Server("mx.ok.test", 587, Tls.STARTTLS)),
        ("smtp://localhost?starttls=never", Server("localhost", 25, Tls.NEVER)),
        ("smtps://a%40b:p%2Fs%3A@mx.ok.test/", Server("mx.ok.test", 465, Tls.IMPLICIT, "a@b", "p/s:")),
        ("smtp://a:b@[::1]:2525", Server("::1", 2525, Tls.STARTTLS, "a", "b")),
    ],
)
def test_a_server_url_is_taken_apart(url: str, server: Server) -> None:
    assert parse_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mx.ok.test:587",
        "https://hunter2@mx.ok.test",
        "smtp://",
        "smtp://a:hunter2@mx.ok.test:port",
        "smtp://a:hun/ter2@mx.ok.test",
        "smtp://a:hunter2#@mx.ok.test",
        "smtp://hunter2@mx.ok.test",
        "smtp://mx.ok.test?starttls=maybe",
        "smtp://mx.ok.test?tls=never",
        "smtps://mx.ok.test?starttls=never",
        "smtp://[::1",
    ],
)
def test_a_wrong_server_url_names_the_setting_and_never_the_password(url: str) -> None:
    with pytest.raises(SetupError, match=r"^REGULARS_SMTP_URL .*smtp://") as caught:
        parse_server(url)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_password_is_in_no_representation() -> None:
    assert "secret" not in repr(read_options(settings(**GOOD)))


def test_the_sender_is_a_name_and_an_address() -> None:
    assert parse_mailbox("Bean & Leaf <Hello@Shop.test>") == Mailbox("Bean & Leaf", "hello@shop.test")
    assert parse_mailbox("hello@shop.test") == Mailbox("", "hello@shop.test")
    for wrong in ("", "Bean & Leaf", "a@b\r\nBcc: eve@ok.test", "<hello@>", "hello@kávézó.test", "hellő@shop.test"):
        with pytest.raises(SetupError, match="REGULARS_EMAIL_FROM"):
            parse_mailbox(wrong)


def test_where_to_listen_is_host_and_port() -> None:
    assert parse_listen("127.0.0.1:2525") == Listen("127.0.0.1", 2525)
    assert parse_listen("[::1]:25") == Listen("::1", 25)
    assert parse_listen("lmtp://127.0.0.1:24") == Listen("127.0.0.1", 24, lmtp=True)
    for wrong in ("2525", ":2525", "host:", "host:70000", "host:smtp", "smtp://host:25", "lmtp://"):
        with pytest.raises(SetupError, match="REGULARS_SMTP_LISTEN"):
            parse_listen(wrong)


def test_the_mail_libraries_are_loaded_only_when_the_channel_is_on() -> None:
    program = (
        "import sys; from channels.email import from_settings; from config.settings import Settings;"
        "from_settings(Settings(_env_file=None));"
        "sys.exit(any(name in sys.modules for name in ('aiosmtplib', 'aiosmtpd')))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={})
