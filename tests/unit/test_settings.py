"""Settings: read once, every fault told at once, secrets never shown."""

from pathlib import Path

import pytest

from config.settings import Settings, SettingsFault, read_settings

TWILIO = {"twilio_account_sid": "AC1", "twilio_auth_token": "hush", "twilio_from": "+15005550006"}


@pytest.fixture
def dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ``.env`` file in the working folder, empty at first."""
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    monkeypatch.chdir(tmp_path)
    path = tmp_path / ".env"
    path.touch()
    return path


def _faults(**overrides: object) -> list[str]:
    with pytest.raises(SettingsFault) as caught:
        read_settings(**overrides)
    return str(caught.value).splitlines()


def _named(**overrides: object) -> set[str]:
    return {line.partition(":")[0] for line in _faults(**overrides)}


def test_without_any_setting_it_runs_locally_with_every_account_off() -> None:
    settings = read_settings()
    assert settings.database_url == "sqlite+aiosqlite:///regulars.db"
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert not any((settings.telegram_token, settings.twilio_account_sid, settings.smtp_url))


def test_every_fault_is_told_at_once_and_by_the_name_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_HTTP_PORT", "eighty")
    monkeypatch.setenv("REGULARS_LOG_LEVEL", "loud")
    monkeypatch.setenv("REGULARS_SECRET_KEY_FILE", "/nowhere/key")
    monkeypatch.setenv("REGULARS_TWILIO_ACCOUNT_SID", "AC1")
    assert _named() == {
        "REGULARS_HTTP_PORT",
        "REGULARS_LOG_LEVEL",
        "REGULARS_SECRET_KEY_FILE",
        "REGULARS_TWILIO_AUTH_TOKEN",
        "REGULARS_TWILIO_FROM",
    }


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"telegram_webhook_secret": "hush"}, {"REGULARS_TELEGRAM_TOKEN"}),
        ({"twilio_account_sid": "AC1", "twilio_auth_token": "hush"}, {"REGULARS_TWILIO_FROM"}),
        ({"twilio_from": "+15005550006", "twilio_account_sid": "AC1"}, {"REGULARS_TWILIO_AUTH_TOKEN"}),
        ({"smtp_url": "smtp://localhost"}, {"REGULARS_EMAIL_FROM"}),
        ({"email_from": "cafe@example.com"}, {"REGULARS_SMTP_URL"}),
        ({"smtp_listen": "127.0.0.1:2525"}, {"REGULARS_SMTP_URL", "REGULARS_EMAIL_FROM"}),
    ],
    ids=lambda value: "-".join(sorted(value)),
)
def test_a_channel_half_set_up_names_what_is_missing(given: dict[str, str], missing: set[str]) -> None:
    assert _named(**given) == missing


def test_a_missing_sender_says_what_would_do_as_well() -> None:
    (line,) = _faults(twilio_account_sid="AC1", twilio_auth_token="hush")
    assert "REGULARS_TWILIO_MESSAGING_SERVICE_SID" in line


@pytest.mark.parametrize(
    "given",
    [
        TWILIO,
        {"twilio_account_sid": "AC1", "twilio_auth_token": "hush", "twilio_messaging_service_sid": "MG1"},
        {"twilio_account_sid": "AC1", "twilio_auth_token": "hush", "twilio_whatsapp_from": "+14155238886"},
        {"telegram_token": "1:a"},
        {"smtp_url": "smtp://localhost", "email_from": "cafe@example.com", "smtp_listen": "127.0.0.1:2525"},
    ],
    ids=lambda value: "-".join(value),
)
def test_a_channel_wholly_set_up_is_taken(given: dict[str, str]) -> None:
    assert read_settings(**given).model_fields_set == set(given)


def test_a_rate_or_mode_left_behind_does_not_ask_for_its_channel() -> None:
    assert read_settings(telegram_rate=5, telegram_mode="webhook", twilio_rate=2).telegram_token is None


def test_an_empty_setting_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_TELEGRAM_TOKEN", "")
    monkeypatch.setenv("REGULARS_HTTP_PORT", "")
    assert read_settings().telegram_token is None
    assert read_settings().http_port == 8080


def test_a_secret_is_read_from_its_file_without_the_line_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("open sesame\n")
    monkeypatch.setenv("REGULARS_SECRET_KEY_FILE", str(tmp_path / "key"))
    secret = read_settings().secret_key
    assert secret is not None
    assert secret.get_secret_value() == "open sesame"


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"], ids=["empty", "blank", "binary"])
def test_a_secret_file_without_a_secret_is_a_fault(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv("REGULARS_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert _named() == {"REGULARS_SECRET_KEY_FILE"}


def test_a_token_whose_file_is_missing_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_TELEGRAM_TOKEN_FILE", "/nowhere/token")
    assert _faults() == ["REGULARS_TELEGRAM_TOKEN_FILE: /nowhere/token: No such file or directory"]


def test_the_dotenv_file_sets_what_the_environment_does_not(dotenv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dotenv.write_text("REGULARS_HTTP_PORT=9000\nREGULARS_LOG_FORMAT=json\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("REGULARS_HTTP_PORT", "9001")
    monkeypatch.setenv("REGULARS_LOG_FORMAT", "")
    settings = read_settings()
    assert (settings.http_port, settings.log_format) == (9001, "json")


def test_the_dotenv_file_may_name_secret_files(dotenv: Path) -> None:
    dotenv.with_name("token").write_text("1:a")
    dotenv.write_text("REGULARS_TELEGRAM_TOKEN_FILE=token\n")
    token = read_settings().telegram_token
    assert token is not None
    assert token.get_secret_value() == "1:a"


def test_a_secret_file_named_in_the_environment_goes_before_the_dotenv_file(
    dotenv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dotenv.write_text("REGULARS_SECRET_KEY=old\n")
    dotenv.with_name("key").write_text("new")
    monkeypatch.setenv("REGULARS_SECRET_KEY_FILE", "key")
    secret = read_settings().secret_key
    assert secret is not None
    assert secret.get_secret_value() == "new"


def test_secrets_are_shown_neither_by_the_settings_nor_by_their_faults() -> None:
    settings = read_settings(**TWILIO, secret_key="hush", database_url="postgresql+asyncpg://anna:hush@db/regulars")
    assert "hush" not in f"{settings!r} {settings}"
    with pytest.raises(SettingsFault) as caught:
        read_settings(**TWILIO, secret_key="hush", http_port="hush")
    shown = [str(error) for error in (caught.value, caught.value.__cause__, caught.value.__context__)]
    assert "hush" not in " ".join(shown)


@pytest.mark.parametrize("url", ["example.com", "ftp://example.com", "https://", "https://example.com/?a=1"])
def test_a_public_url_that_makes_no_links_is_a_fault(url: str) -> None:
    assert _named(public_url=url) == {"REGULARS_PUBLIC_URL"}


def test_links_lead_to_the_port_that_was_chosen_unless_an_address_was_told() -> None:
    assert read_settings(http_port=8411).public_url == "http://127.0.0.1:8411"
    assert read_settings(http_port=8411, public_url="https://example.com").public_url == "https://example.com"


def test_links_do_not_get_two_slashes() -> None:
    assert read_settings(public_url="https://example.com/").public_url == "https://example.com"


@pytest.mark.parametrize("url", ["https://shop.example/regulars", "https://shop.example/regulars/", "http://a//b"])
def test_a_path_below_another_site_is_refused_and_a_host_name_asked_for(url: str) -> None:
    with pytest.raises(SettingsFault, match="REGULARS_PUBLIC_URL: has a path; give the service a host name of its own"):
        read_settings(public_url=url)


def test_a_whatsapp_number_is_one_however_it_is_written() -> None:
    assert read_settings(**TWILIO, twilio_whatsapp_from="whatsapp:+14155238886").twilio_whatsapp_from == "+14155238886"
    assert _faults(**TWILIO, twilio_whatsapp_from="14155238886") == [
        "REGULARS_TWILIO_WHATSAPP_FROM: write the number as +14155238886"
    ]
