"""The key that signs links, sessions and one-time codes: set, or made once and kept beside the database."""

import os
import secrets
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.errors import SetupError
from config.settings import Settings

FILE_NAME = "regulars.secret"
SHORTEST = 16
"""Characters."""


def key_file(settings: Settings) -> Path:
    """Where the key is kept when it is not set: beside a SQLite file, else in the working folder."""
    url = make_url(settings.database_url)
    folder = Path(url.database).parent if url.drivername.startswith("sqlite") and url.database else Path()
    return folder / FILE_NAME


def make(settings: Settings) -> None:
    """Make the key, unless there is one; only its owner can read it."""
    if settings.secret_key is not None:
        return
    path = key_file(settings)
    # Written whole under another name first: a crash leaves no half a key, and of two that start only one is kept.
    handle, draft = tempfile.mkstemp(prefix=FILE_NAME, dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()


def read(settings: Settings) -> str:
    """The key in force.

    Raises:
        SetupError: when none was made yet, or it is short enough to be guessed.
    """
    key = _kept(settings) if settings.secret_key is None else settings.secret_key.get_secret_value()
    if len(key) < SHORTEST:
        raise SetupError(
            f"there is no secret key of {SHORTEST} characters or more; run: regulars init, or set REGULARS_SECRET_KEY"
        )
    return key


def _kept(settings: Settings) -> str:
    try:
        return key_file(settings).read_text().strip()
    except FileNotFoundError:
        return ""
