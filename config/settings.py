"""Every setting, typed, read once from the environment or a ``.env`` file.

``REGULARS_<NAME>_FILE`` names a file to read the setting from instead. The environment goes before ``.env``, and in
each of them a setting goes before its file.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ModelWrapValidatorHandler, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "REGULARS_"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(?::\d{1,5})?|http://(?:localhost|127\.0\.0\.1)(?::\d{1,5})?")

# A channel is meant to be on when one of the first is set; then all of the second must be ("|": one of them).
_CHANNELS = {
    "Telegram": (("telegram_token", "telegram_api_url", "telegram_webhook_secret"), ("telegram_token",)),
    "Twilio": (
        (
            "twilio_account_sid",
            "twilio_auth_token",
            "twilio_from",
            "twilio_messaging_service_sid",
            "twilio_whatsapp_from",
            "twilio_api_url",
        ),
        ("twilio_account_sid", "twilio_auth_token", "twilio_from|twilio_messaging_service_sid|twilio_whatsapp_from"),
    ),
    "e-mail": (
        ("smtp_url", "email_from", "imap_url", "smtp_listen", "email_bounces", "email_authserv"),
        ("smtp_url", "email_from"),
    ),
    "DKIM": (("dkim_key", "dkim_selector", "dkim_domain"), ("dkim_key", "dkim_selector", "email_from")),
}
CHANNEL_SETTINGS = tuple(name for settings, _ in _CHANNELS.values() for name in settings)
"""What turns channels on; without all of them only those are on that need no account."""


class SettingsFault(ValueError):
    """Settings that are wrong or half there, all named at once."""


class Settings(BaseSettings):
    """All that can be set. Secrets are ``SecretStr`` so that no log shows them."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: str = Field("sqlite+aiosqlite:///regulars.db", repr=False)
    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65535)
    public_url: str = "http://127.0.0.1:8080"
    proxies: int = Field(0, ge=0, le=9)
    secret_key: SecretStr | None = None
    chat_origins: str | None = None

    telegram_token: SecretStr | None = None
    telegram_api_url: str | None = None
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    telegram_rate: float = Field(25, gt=0, allow_inf_nan=False)

    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_from: str | None = None
    twilio_messaging_service_sid: str | None = None
    twilio_whatsapp_from: str | None = None
    twilio_api_url: str | None = None
    twilio_rate: float = Field(1, gt=0, allow_inf_nan=False)
    twilio_whatsapp_rate: float = Field(40, gt=0, allow_inf_nan=False)
    sms_accents: Literal["keep", "plain"] = "keep"
    sms_keywords: Literal["twilio", "regulars"] | None = None

    smtp_url: SecretStr | None = None
    email_from: str | None = None
    imap_url: SecretStr | None = None
    smtp_listen: str | None = None
    email_bounces: str | None = None
    email_authserv: str | None = None
    dkim_key: SecretStr | None = None
    dkim_selector: str | None = None
    dkim_domain: str | None = None
    email_rate: float = Field(10, gt=0, allow_inf_nan=False)

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    @field_validator("public_url")
    @classmethod
    def _links_can_be_made_with_it(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write https://host or http://host:port")
        if parts.path.strip("/"):
            # Pages name their files, and cookies their paths, from the root of the host.
            raise ValueError("has a path; give the service a host name of its own, such as https://loyalty.example.com")
        return url.rstrip("/")

    @field_validator("chat_origins")
    @classmethod
    def _browsers_know_them_so(cls, listed: str | None) -> str | None:
        origins = [part.strip().rstrip("/").lower().removesuffix(":443") for part in (listed or "").split(",")]
        if not all(_ORIGIN.fullmatch(origin) for origin in origins if origin):
            raise ValueError("write https://host, several with commas between (http only for this machine)")
        return ",".join(filter(None, origins)) or None

    @field_validator("twilio_whatsapp_from")
    @classmethod
    def _is_a_number(cls, sender: str | None) -> str | None:
        number = (sender or "").strip().removeprefix("whatsapp:")
        if number and not _E164.fullmatch(number):
            raise ValueError("write the number as +14155238886")
        return number or None

    @model_validator(mode="wrap")
    @classmethod
    def _all_faults_at_once(cls, values: dict[str, Any], handler: ModelWrapValidatorHandler[Self]) -> Self:
        values, faults = _read_files(values)
        faults += _half_set_up({name for name, value in values.items() if value})
        if "http_port" in values:
            values.setdefault("public_url", f"http://127.0.0.1:{values['http_port']}")
        try:
            settings = handler({name: value for name, value in values.items() if not isinstance(value, Path)})
        except ValidationError as error:
            faults += [_fault(str(fault["loc"][0]), fault["msg"]) for fault in error.errors(include_input=False)]
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, faults, hide_input=True)
        return settings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, *_with_files(settings_cls, env_settings), *_with_files(settings_cls, dotenv_settings))


class _NamedFiles(PydanticBaseSettingsSource):
    """The paths in ``NAME_FILE``; the files are read later, where a fault can be told with the others."""

    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str | None]) -> None:
        super().__init__(settings_cls)
        self._variables = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Path | None, str, bool]:
        path = self._variables.get(f"{PREFIX}{field_name}_FILE".lower())
        return (Path(path) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = (self.get_field_value(field, name) for name, field in self.settings_cls.model_fields.items())
        return {name: path for path, name, _ in found if path}


def _with_files(settings_cls: type[BaseSettings], layer: PydanticBaseSettingsSource) -> Iterator[Any]:
    yield layer
    if isinstance(layer, EnvSettingsSource):
        yield _NamedFiles(settings_cls, layer.env_vars)


def _read_files(values: dict[str, Any]) -> tuple[dict[str, Any], list[InitErrorDetails]]:
    """The values with what stands in the named files; a path stays where its file is of no use."""
    read, faults = dict(values), []
    for name, path in values.items():
        if isinstance(path, Path):
            try:
                read[name] = _text_of(path)
            except ValueError as fault:
                faults.append(_fault(f"{name}_file", f"{path}: {fault}"))
    return read, faults


def _text_of(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(error.strerror) from error
    except UnicodeDecodeError as error:
        raise ValueError("is not text") from error
    if not text:
        raise ValueError("is empty")
    return text


def _half_set_up(given: set[str]) -> list[InitErrorDetails]:
    faults = []
    for channel, (signs, needs) in _CHANNELS.items():
        for need in needs if given.intersection(signs) else ():
            first, *others = need.split("|")
            if not given.intersection((first, *others)):
                alternatives = "".join(f" or {PREFIX}{other.upper()}" for other in others)
                faults.append(
                    _fault(first, f"{channel} is half set up: set this{alternatives}, or clear the rest of it")
                )
    return faults


def _fault(name: str, text: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError("setting", "{text}", {"text": text}), loc=(name,), input=None)


def read_settings(**overrides: Any) -> Settings:
    """The settings in force.

    Raises:
        SettingsFault: naming every wrong or missing setting, one a line.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        faults = error.errors(include_input=False)
    lines = (
        f"{PREFIX}{fault['loc'][0]}".upper() + ": " + fault["msg"].removeprefix("Value error, ") for fault in faults
    )
    raise SettingsFault("\n".join(lines))
