"""Fetching customers' mail from an IMAP mailbox: nothing is lost, and nothing marked as read before it is committed.

Only ``\\Seen`` says what is done, never a UID kept from an earlier session, so that a mailbox which numbers its mails
anew (UIDVALIDITY) changes nothing. What comes twice, after a crash or to two processes, is dropped by its Message-ID.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.clock import Clock, system_clock
from channels.email.imap import MailboxError, Session
from channels.email.options import Fetching
from channels.finishing import to_the_end

Take = Callable[[bytes], Awaitable[object]]
POLL = 60.0
"""Seconds after which the mailbox is looked at though the server told of nothing."""
OLDEST = timedelta(days=7)
"""Nobody waits for an answer to what came before that: a mailbox with years of unread mail is not answered all over."""
LONGEST_PAUSE, REFUSED_PAUSE = 30.0, 60.0
MOST_FAILURES = 3
log = structlog.get_logger()


class Fetcher:
    """Hands every unread mail to ``take`` until it is closed; those above ``limit`` bytes are left unread by us.

    ``now`` is the time by the mail server's clock, which dates what comes.
    """

    def __init__(self, options: Fetching, take: Take, limit: int, now: Clock = system_clock) -> None:
        self._options = options
        self._take = take
        self._limit = limit
        self._now = now
        self._failures = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the background: a mail server that is away must not keep the service from starting."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop; a mail that is being taken is finished."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            pause = min(LONGEST_PAUSE, 3.0 ** min(self._failures, 6) / 10)
            self._failures += 1
            try:
                await self._listen()
            except MailboxError as error:
                # Whoever is refused again and again is locked out by some servers.
                pause = REFUSED_PAUSE if error.refused else pause
                log.warning("imap_failed", reason=error.reason, hint=error.hint, retry_in=pause)
            except Exception:
                log.exception("imap_failed", retry_in=pause)
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        """Fetch until something fails."""
        session = Session(self._options)
        try:
            await session.open()
            log.info("imap_listening", host=self._options.server.host)
            while True:
                await self._round(session)
                self._failures = 0
                await session.wait(POLL)
        finally:
            await session.close()

    async def _round(self, session: Session) -> None:
        """Unread mail that is young. One that cannot be taken stands in nobody's way; three mean that none can."""
        failed = 0
        for uid in await session.unseen((self._now() - OLDEST).date()):
            try:
                await self._fetch(session, uid)
            except MailboxError:
                raise
            except Exception as fault:
                failed += 1
                log.exception("email_not_taken", fault=type(fault).__name__)
                if failed == MOST_FAILURES:
                    break
        if failed:
            raise MailboxError("mail could not be taken", "it stays unread and is tried again")

    async def _fetch(self, session: Session, uid: str) -> None:
        size = await session.size(uid)
        if size is not None and size > self._limit:
            log.warning("email_too_large", size=size, limit=self._limit)
        elif size is not None and (raw := await session.fetch(uid, self._limit)) is not None:
            await to_the_end(self._take(raw))
        else:
            return
        await session.done(uid)
        self._failures = 0
