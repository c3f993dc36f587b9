"""``regulars demo``: the whole service on a throw-away database, with a café's sample members and their purchases."""

import asyncio
import errno
import os
import secrets
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.app import Service
from bot.clock import Clock, system_clock
from bot.demo.loading import fill
from bot.demo.pages import routes
from bot.errors import SetupError
from bot.storage.database import upgrade
from channels.memory import MemoryChannel
from config.settings import CHANNEL_SETTINGS, Settings

STAND_INS = ("telegram", "sms", "email")
_EVERYWHERE = (str(IPv4Address(0)), str(IPv6Address(0)))
"""What is listened on to be reached at every address of this machine."""


async def run_demo(settings: Settings, port: int) -> None:
    """Serve the demo until the process is asked to end; nothing is left behind.

    Raises:
        SetupError: when the port is taken.
    """
    _end_with_signals()
    with suppress(asyncio.CancelledError):
        async with opened(settings, port) as service:
            url = f"http://{_reachable(settings.http_host)}:{service.port}"
            print(f"The demo is at {url} (stop with Ctrl-C)", flush=True)
            if _has_desktop():
                # A text browser would not come back before it is left.
                threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
            await asyncio.Event().wait()


@asynccontextmanager
async def opened(settings: Settings, port: int, clock: Clock = system_clock) -> AsyncIterator[Service]:
    """The demo, running; its database and secret go with it."""
    with TemporaryDirectory(prefix="regulars-demo-") as folder:
        private = _private(settings, port, Path(folder))
        with _told_when_taken(port):
            _try(settings.http_host, port)
        await upgrade(private.database_url)
        stand_ins = {name: MemoryChannel(name) for name in STAND_INS}
        service = Service(private, clock=clock, stand_ins=stand_ins, pages=routes)
        try:
            await fill(service.core, stand_ins)
            with _told_when_taken(port):
                await service.start()
            yield service
        finally:
            await service.close()


def _private(settings: Settings, port: int, folder: Path) -> Settings:
    """Settings that reach nobody: whatever accounts are set up stay unused."""
    ours = {
        "database_url": f"sqlite+aiosqlite:///{folder / 'demo.db'}",
        "secret_key": SecretStr(secrets.token_urlsafe(32)),
        "http_port": port,
        "public_url": f"http://{_reachable(settings.http_host)}:{port}",
    }
    return settings.model_copy(update={**dict.fromkeys(CHANNEL_SETTINGS), **ours})


def _end_with_signals() -> None:
    """SIGTERM and Ctrl-C cancel the task that calls this, at whatever point it is."""
    task = asyncio.current_task()
    if task is None or sys.platform == "win32":
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def _try(host: str, port: int) -> None:
    """Find out before the work of loading, and not after, that the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


@contextmanager
def _told_when_taken(port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SetupError(f"port {port} is taken; choose another: regulars demo --port {port + 1}") from error


def _reachable(host: str) -> str:
    if host in _EVERYWHERE:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _has_desktop() -> bool:
    display = sys.platform in ("darwin", "win32") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return display and sys.stdout.isatty()
