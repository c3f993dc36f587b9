"""What commands share: settings in force, and a core that is opened and closed around a command."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot.clock import Clock, system_clock
from bot.errors import SetupError

if TYPE_CHECKING:
    from bot.actions.core import Core
    from config.settings import Settings


def settings() -> "Settings":
    """The settings in force. From here on a command logs warnings and worse to stderr: stdout is for its results.

    Raises:
        SetupError: naming every wrong setting.
    """
    from bot.logs import set_up
    from config.settings import SettingsFault, read_settings

    try:
        now = read_settings()
    except SettingsFault as error:
        raise SetupError(str(error)) from error
    set_up("warning", now.log_format)
    return now


@asynccontextmanager
async def opened_core(clock: Clock = system_clock) -> "AsyncIterator[Core]":
    """The core on the database in force, whose schema must be the newest."""
    from bot import secret
    from bot.actions.core import Core
    from bot.storage.database import Database, check_schema

    now = settings()
    database = Database(now.database_url)
    try:
        await check_schema(database)
        yield Core(database, secret.read(now).encode(), clock, public_url=now.public_url)
    finally:
        await database.close()


def save(file: Path | None, write: Callable[[TextIO], Coroutine[Any, Any, int]], what: str) -> None:
    """Have lines written to a file, and say how many; without one to the screen."""
    if file is None:
        asyncio.run(write(sys.stdout))
        return
    with file.open("w", encoding="utf-8", newline="") as out:
        count = asyncio.run(write(out))
    print(f"{count} {what} written to {file}")
