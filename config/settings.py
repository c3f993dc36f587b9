"""Every setting, typed, read once from the environment or a ``.env`` file.

``REGULARS_<NAME>_FILE`` names a file to read a secret from instead.
"""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "REGULARS_"
_TWILIO = ("twilio_account_sid", "twilio_auth_token")


class SettingsFault(ValueError):
    """Settings that are wrong or half there, all named at once."""


class Settings(BaseSettings):
    """All that can be set. Secrets are ``SecretStr`` so that no log shows them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")

    database_url: str = "sqlite+aiosqlite:///regulars.db"
    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65535)
    public_url: str = "http://127.0.0.1:8080"
    secret_key: SecretStr | None = None

    telegram_token: SecretStr | None = None
    telegram_api_url: str | None = None
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    telegram_rate: float = Field(25, gt=0)

    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_from: str | None = None
    twilio_messaging_service_sid: str | None = None
    twilio_whatsapp_from: str | None = None
    twilio_api_url: str | None = None
    twilio_rate: float = Field(1, gt=0)

    smtp_url: SecretStr | None = None
    email_from: str | None = None
    imap_url: SecretStr | None = None
    smtp_listen: str | None = None
    email_rate: float = Field(10, gt=0)

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in cls.model_fields:
            path = os.environ.get(f"{PREFIX}{name.upper()}_FILE")
            if path and not values.get(name):
                try:
                    values[name] = Path(path).read_text(encoding="utf-8").strip()
                except OSError as fault:
                    raise ValueError(f"{PREFIX}{name.upper()}_FILE: {fault.strerror}: {path}") from fault
        return {name: value for name, value in values.items() if value != ""}

    @model_validator(mode="after")
    def _whole_channels(self) -> "Settings":
        missing = []
        twilio_any = any((*(getattr(self, n) for n in _TWILIO), self.twilio_from, self.twilio_messaging_service_sid))
        if twilio_any:
            missing += [name for name in _TWILIO if not getattr(self, name)]
            if not (self.twilio_from or self.twilio_messaging_service_sid):
                missing.append("twilio_from")
        if self.smtp_url and not self.email_from:
            missing.append("email_from")
        if self.email_from and not self.smtp_url:
            missing.append("smtp_url")
        if (self.smtp_listen or self.imap_url) and not self.smtp_url:
            missing += [name for name in ("smtp_url",) if name not in missing]
        if missing:
            names = ", ".join(PREFIX + name.upper() for name in missing)
            raise ValueError(f"a channel is half set up; also set {names}, or clear its other settings")
        return self


def read_settings(**overrides: Any) -> Settings:
    """The settings in force.

    Raises:
        SettingsFault: naming every wrong or missing setting, one a line.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = []
        for fault in error.errors():
            name = PREFIX + "_".join(str(part) for part in fault["loc"]).upper() if fault["loc"] else ""
            text = fault["msg"].removeprefix("Value error, ")
            lines.append(f"{name}: {text}" if name else text)
        raise SettingsFault("\n".join(lines)) from error
