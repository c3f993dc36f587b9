"""An import in several processes, each recording the lines of its own members: one process decides on one core only."""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess

from bot.actions.core import Core, Progress
from bot.actions.moving.files import Imported, import_lines
from bot.actions.moving.spool import Line, Part, Spool
from bot.errors import BadInput, Fault, RegularsError

Opened = Callable[[], AbstractAsyncContextManager[Core]]
"""Opens a core of a process's own."""
Shown = AbstractContextManager[Progress]
"""Shows how far it has come; entered when everything is forked, because it may make threads."""
_Processes = dict[Connection, ForkProcess]
"""Each by what it tells: how many bytes of the file it has passed; at the end an ``Imported`` or its error."""


def processes(url: str, asked: int | None) -> int:
    """How many are to record on this database: as asked, else one for each core.

    On SQLite one, which has one writer; and one where forking is not what systems are made for, which is Linux.
    """
    if url.startswith("sqlite") or sys.platform != "linux":
        return 1
    return asked or len(os.sched_getaffinity(0))


def import_spool(opened: Opened, spool: Spool, shown: Shown, *, enrol_unknown: bool) -> Imported:
    """Record what was checked; each part in a process of its own when it is ``divided``, and else all in this one.

    To be called where no event loop runs: one is made here, or in each process that is forked. Interrupted, it can be
    run again.

    Raises:
        BadInput: when lines cannot be recorded after all; the others are in.
        RegularsError: when a process could not go on; the others were stopped.
    """
    if not spool.divided:
        with shown as progress:
            return asyncio.run(_import(opened, spool, progress, enrol_unknown))
    with _started(opened, spool.parts, enrol_unknown) as running, shown as progress:
        return _gathered(running, progress)


async def _import(opened: Opened, lines: Iterable[Line], progress: Progress, enrol_unknown: bool) -> Imported:
    async with opened() as core:
        return await import_lines(core, lines, progress, enrol_unknown=enrol_unknown)


def _gathered(running: _Processes, progress: Progress) -> Imported:
    """What all of them have done; those that have ended are taken out."""
    whole, faults, passed = Imported(), list[Fault](), dict.fromkeys(running, 0)
    while running:
        for connection in [one for one in wait(list(running)) if isinstance(one, Connection)]:
            match _told(connection, running[connection]):
                case int(read):
                    passed[connection] = read
                    progress(sum(passed.values()) // len(passed))
                    continue
                case Imported(recorded, duplicates):
                    whole.recorded += recorded
                    whole.duplicates += duplicates
                case BadInput() as error:
                    faults += error.faults
            running.pop(connection).join()
    progress(max(passed.values()))
    if faults:
        raise BadInput(faults)
    return whole


@contextmanager
def _started(opened: Opened, parts: Sequence[Part], enrol_unknown: bool) -> Iterator[_Processes]:
    """A process for each part; those that are left at the end of the block are stopped."""
    context = multiprocessing.get_context("fork")
    running: _Processes = {}
    try:
        for part in parts:
            ours, theirs = context.Pipe(duplex=False)
            arguments = (opened, part.written(), enrol_unknown, theirs, [*running, ours])
            process = context.Process(target=_record, args=arguments, daemon=True)
            process.start()
            theirs.close()
            running[ours] = process
        yield running
    finally:
        for process in running.values():
            process.terminate()
            process.join()


def _record(opened: Opened, part: Part, enrol_unknown: bool, tell: Connection, inherited: Sequence[Connection]) -> None:
    """What a process does. When nobody listens any more it ends with the transaction under way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that started it
    for connection in inherited:  # as long as another holds its end, a pipe is not broken
        connection.close()
    with suppress(BrokenPipeError):
        try:
            tell.send(asyncio.run(_import(opened, part, tell.send, enrol_unknown)))
        except RegularsError as error:
            tell.send(error)


def _told(connection: Connection, process: ForkProcess) -> int | Imported | BadInput:
    try:
        told: int | Imported | RegularsError = connection.recv()
    except EOFError:
        process.join()
        why = f"a process of this import ended too early (exit code {process.exitcode})"
        raise RegularsError(f"{why}; what it has recorded stays, so simply run it again") from None
    if isinstance(told, RegularsError) and not isinstance(told, BadInput):
        raise told
    return told
