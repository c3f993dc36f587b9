"""A session with an IMAP server (RFC 3501): only what fetching mail needs, and no step that can wait for ever.

aioimaplib knows no STARTTLS, and its commands hang on a connection that was lost.
"""

import asyncio
import base64
import logging
import re
import ssl
from collections.abc import Awaitable
from contextlib import suppress
from datetime import date, datetime, time
from email.utils import format_datetime
from typing import Any, TypeVar

from aioimaplib import IMAP4, STOP_WAIT_SERVER_PUSH, AioImapException, Command, Response
from aioimaplib.aioimaplib import quoted

from channels.email.options import Fetching, Tls

T = TypeVar("T")
PATIENCE = 30.0
FETCH_PATIENCE = 300.0
_NOT_PRINTABLE_ASCII = re.compile(r"[^\x20-\x7e]+|&")
# At "debug" the library logs what it sends; a password that needs quoting slips through its own scrubbing.
logging.getLogger("aioimaplib").setLevel(logging.WARNING)


class MailboxError(Exception):
    """The mailbox cannot be read now; ``hint`` says what to check. Holds no secret."""

    def __init__(self, reason: str, hint: str = "", *, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.refused = refused


class Session:
    """One connection, logged in, its folder open."""

    def __init__(self, options: Fetching) -> None:
        self._options = options
        self._context = ssl.create_default_context()
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        server = options.server
        implicit = self._context if server.tls is Tls.IMPLICIT else None
        self._imap = IMAP4(server.host, server.port, None, PATIENCE, self._on_lost, implicit)
        # Servers tell of more mail along with any answer, and the library forgets what no command waits for.
        self._more = False
        self._pass_on = self._imap.protocol._untagged_response
        self._imap.protocol._untagged_response = self._notice

    async def open(self) -> None:
        """Connect, log in, open the folder.

        Raises:
            MailboxError: with what to check.
        """
        await self._do(self._imap.wait_hello_from_server())
        if self._options.server.tls is Tls.STARTTLS:
            await self._start_tls()
        await self._log_in()
        if self._options.move_to:
            await self._do(self._imap.create(_name(self._options.move_to)))  # refused when it is there already
        answer = await self._do(self._imap.select(_name(self._options.folder)))
        if answer.result != "OK":
            raise MailboxError("the folder cannot be opened", "check the path of REGULARS_IMAP_URL", refused=True)

    async def unseen(self, since: date) -> list[str]:
        """The UIDs of what came on that day or later and nobody has read, oldest first."""
        self._more = False
        # Whatever language this machine speaks, the months are English.
        day = "-".join(format_datetime(datetime.combine(since, time())).split()[1:4])
        answer = await self._ok(self._imap.uid_search("UNSEEN", "UNDELETED", "SINCE", day, charset=None))
        return [word.decode() for line in answer.lines[:-1] for word in line.split() if word.isdigit()]

    async def size(self, uid: str) -> int | None:
        """In bytes; None when it is gone meanwhile."""
        answer = await self._ok(self._imap.uid("FETCH", uid, "(RFC822.SIZE)"))
        found = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(answer.lines))
        return int(found[1]) if found else None

    async def fetch(self, uid: str, most: int) -> bytes | None:
        """The mail without marking it as read; None when it is gone meanwhile."""
        answer = await self._ok(self._imap.uid("FETCH", uid, f"(BODY.PEEK[]<0.{most}>)"), FETCH_PATIENCE)
        # The library gives literals, and nothing else, as bytearray.
        return next((bytes(line) for line in answer.lines if isinstance(line, bytearray)), None)

    async def done(self, uid: str) -> None:
        """Put away, or mark as read: one step, so that no cut leaves a mail read that was never put away."""
        if not self._options.move_to:
            await self._ok(self._imap.uid("STORE", uid, r"+FLAGS.SILENT (\Seen)"))
        elif self._imap.has_capability("MOVE"):
            await self._ok(self._imap.uid("MOVE", uid, _name(self._options.move_to)))
        else:
            await self._ok(self._imap.uid("COPY", uid, _name(self._options.move_to)))
            await self._ok(self._imap.uid("STORE", uid, r"+FLAGS.SILENT (\Seen \Deleted)"))

    async def wait(self, seconds: float) -> None:
        """Until there may be new mail, at most so long; a server without IDLE (RFC 2177) is asked again after that."""
        if not self._quiet():
            return
        if not self._imap.has_capability("IDLE"):
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._lost), seconds)
            await self._ok(self._imap.noop())
            return
        idle = await self._do(self._imap.idle_start(seconds))
        # The library itself puts an end to the wait after so many seconds.
        while self._quiet() and await self._pushed(seconds) != STOP_WAIT_SERVER_PUSH:
            pass
        self._imap.idle_done()
        await self._do(idle)

    async def close(self) -> None:
        """Take leave; never fails and never waits long."""
        protocol = self._imap.protocol
        # Behind a command that was given up, the library would wait for its answer first.
        if protocol.pending_sync_command is None and not protocol.pending_async_commands:
            with suppress(MailboxError):
                await self._do(self._imap.logout(), 1)
        if protocol.transport is not None:
            protocol.transport.close()
        for task in (*self._imap.tasks, *protocol.tasks, self._imap._client_task):
            task.cancel()

    async def _start_tls(self) -> None:
        protocol, server = self._imap.protocol, self._options.server
        if "STARTTLS" not in protocol.capabilities:
            raise MailboxError(
                "the server offers no STARTTLS", "use imaps://, or ?starttls=never in your own network", refused=True
            )
        await self._ok(protocol.execute(Command("STARTTLS", protocol.new_tag())))
        # What came in the clear behind the answer may be anybody's.
        protocol.incomplete_line = b""
        secured = asyncio.get_running_loop().start_tls(
            protocol.transport, protocol, self._context, server_hostname=server.host
        )
        protocol.transport = await self._do(secured)
        await self._do(protocol.capability())

    async def _log_in(self) -> None:
        server = self._options.server
        if self._imap.get_state() == "NONAUTH":
            answer = await self._do(self._imap.login(quoted(server.user or ""), server.password or ""))
            if answer.result != "OK":
                raise MailboxError(
                    "the login was refused",
                    "check user and password in REGULARS_IMAP_URL (percent-encoded);"
                    " some providers want a password made for the application",
                    refused=True,
                )
        await self._do(self._imap.protocol.capability())

    async def _pushed(self, seconds: float) -> list[bytes]:
        lines: list[bytes] = await self._do(self._imap.wait_server_push(seconds + PATIENCE), seconds + PATIENCE)
        return lines

    async def _ok(self, command: Awaitable[Response], patience: float = PATIENCE) -> Response:
        answer = await self._do(command, patience)
        if answer.result != "OK":
            raise MailboxError(f"the server answered {answer.result}")
        return answer

    async def _do(self, step: Awaitable[T], patience: float = PATIENCE) -> T:
        """The step's result, unless the connection is lost or the time is up before."""
        task = asyncio.ensure_future(step)
        try:
            ends: set[asyncio.Future[Any]] = {task, self._lost}
            await asyncio.wait(ends, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise MailboxError("the connection was lost" if self._lost.done() else "the server does not answer")
            return task.result()
        except OSError as error:
            hint = "check host and port of REGULARS_IMAP_URL, and its scheme"
            raise MailboxError(f"{type(error).__name__}: {error}", hint) from None
        except (AioImapException, ValueError) as error:
            # By name only: the library's errors quote the command, and so the password.
            raise MailboxError(type(error).__name__) from None
        finally:
            task.cancel()

    def _quiet(self) -> bool:
        return not self._more

    def _notice(self, line: bytes) -> Any:
        self._more |= line.endswith(b" EXISTS")
        return self._pass_on(line)

    def _on_lost(self, _: Any) -> None:
        if not self._lost.done():
            self._lost.set_result(None)


def _name(folder: str) -> str:
    """A folder's name as IMAP writes it: quoted, in its own kind of UTF-7 (RFC 3501 §5.1.3)."""
    return str(quoted(_NOT_PRINTABLE_ASCII.sub(_utf7, folder)))


def _utf7(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    return "&" + base64.b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
