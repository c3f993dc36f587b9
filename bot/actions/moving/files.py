"""Activities from files: read line by line, checked wholly before anything is written."""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import refs
from bot.actions.core import Core, Progress
from bot.actions.intake import ActivityIn, MemberRef, check, check_json
from bot.actions.moving import csvfile
from bot.actions.moving.spool import Line, Spool
from bot.actions.recording.guests import address_of, guests_welcome
from bot.actions.recording.record import Checked, Recorded, checked, record_checked
from bot.errors import BadInput, Fault, NotFound, RegularsError, bad_field
from bot.loyalty.programme import Programme
from bot.storage import activities

CHUNK = 1000
"""Activities a transaction: large enough that the commit does not count, small enough to see it move."""

CHECKED = 250
"""Lines checked at a time: what they make stays in the processor's cache, which is worth a third of the time."""

_MOST_FAULTS = 20
_MEMBER = "member."
_AFTER_DOT = len(_MEMBER)


@dataclass(slots=True)
class Imported:
    """How an import ended."""

    recorded: int = 0
    duplicates: int = 0


@dataclass(slots=True)
class Faults:
    """What is wrong with a file; the first few in words, all counted."""

    count: int = 0
    shown: list[Fault] = field(default_factory=list)

    def add(self, line: int, error: RegularsError) -> None:
        self.count += 1
        if len(self.shown) < _MOST_FAULTS:
            self.shown.append(Fault(f"line {line}", str(error)))

    def raise_any(self) -> None:
        """Raises BadInput when there are any."""
        if self.count:
            more = self.count - len(self.shown)
            rest = [Fault("", f"and {more} more lines")] if more else []
            raise BadInput([*self.shown, *rest])


Read = tuple[int, int, ActivityIn | BadInput]
"""Line number, bytes read so far, and what the line says."""
_UNNAMED = ("", "")


def read(path: Path) -> Iterator[Read]:
    """The activities of a ``.csv`` (header of contract names) or ``.ndjson`` file.

    Raises:
        BadInput: for a file that is neither, or a header that cannot be.
    """
    if path.suffix.lower() == ".csv":
        yield from _read_csv(path)
    elif path.suffix.lower() in (".ndjson", ".jsonl"):
        yield from _read_ndjson(path)
    else:
        raise bad_field("FILE", f'"{path.name}" is neither .csv nor .ndjson')


def _read_ndjson(path: Path) -> Iterator[Read]:
    done = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            done += len(line)
            if number == 1:
                line = line.removeprefix(BOM_UTF8)
            if line.strip():
                yield number, done, _or_error(check_json, ActivityIn, line)


def _read_csv(path: Path) -> Iterator[Read]:
    lines = csvfile.lines(path)
    header = [name.strip() for name in next(lines, (0, 0, []))[2]]
    _check_header(header)
    columns = _Columns(header)
    for number, done, row in lines:
        yield number, done, _or_error(columns.activity, row)


def _or_error(build: Callable[..., ActivityIn], *parts: Any) -> ActivityIn | BadInput:
    try:
        return build(*parts)
    except BadInput as error:
        return error


def _check_header(header: Sequence[str]) -> None:
    if len(header) == 1 and ";" in header[0]:
        raise bad_field("header", "its columns are separated by semicolons; save the file with commas")
    known = {*ActivityIn.model_fields, *(_MEMBER + name for name in MemberRef.model_fields)} - {"member"}
    faults = [
        Fault("header", f'unknown column "{name}"; known are {", ".join(sorted(known))}')
        for name in header
        if name not in known
    ]
    faults += [Fault("header", f'"{name}" is there twice') for name in sorted(set(header)) if header.count(name) > 1]
    faults += [
        Fault("header", f"the column {name} is missing") for name in ("source", "id", "type") if name not in header
    ]
    if not any(name.startswith(_MEMBER) for name in header):
        faults.append(Fault("header", "a column that names the member is missing, such as member.external_id"))
    if faults:
        raise BadInput(faults)


class _Columns:
    """Where in a row each field is; worked out once a file."""

    def __init__(self, header: Sequence[str]) -> None:
        self._count = len(header)
        self._member = [(i, name[_AFTER_DOT:]) for i, name in enumerate(header) if name.startswith(_MEMBER)]
        self._plain = [(i, name) for i, name in enumerate(header) if not name.startswith(_MEMBER)]
        self._json = [name for name in ("items", "attributes") if name in header]

    def activity(self, row: Sequence[str]) -> ActivityIn:
        """What a row says; empty fields were not told.

        Raises:
            BadInput: with every fault of the row.
        """
        if len(row) != self._count:
            raise bad_field("", f"has {len(row)} fields, the header has {self._count}")
        body: dict[str, Any] = {name: row[i] for i, name in self._plain if row[i]}
        body["member"] = {name: row[i] for i, name in self._member if row[i]}
        for name in self._json:
            if name in body:
                body[name] = _json(name, body[name])
        return check(ActivityIn, body)


def _json(name: str, value: str) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise bad_field(name, f"is not valid JSON: {error}") from error


async def check_file(
    core: Core, path: Path, progress: Progress, *, enrol_unknown: bool, spool: Spool | None = None
) -> int:
    """Read the whole file and see that every line can be recorded; answers how many lines there are.

    They are kept in ``spool``, for ``import_file``.

    Raises:
        BadInput: naming the lines that cannot, and why; nothing was written.
    """
    faults, lines = Faults(), 0
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        for chunk in _chunks(_checked(core, path, programme), CHECKED):
            lines += len(chunk)
            wrong = [(number, one.what) for number, _, one in chunk if isinstance(one.what, BadInput)]
            strange = await _unknown(tx, programme, chunk, enrol_unknown)
            for number, error in sorted([*wrong, *strange], key=lambda pair: pair[0]):
                faults.add(number, error)
            if spool is not None and not faults.count:
                spool.put(chunk)
            progress(chunk[-1][1])
    faults.raise_any()
    return lines


def _checked(core: Core, path: Path, programme: Programme) -> Iterator[Line]:
    now = core.clock()
    for number, done, told in read(path):
        yield number, done, Checked(_UNNAMED, told) if isinstance(told, BadInput) else checked(told, programme, now)


async def _unknown(
    tx: AsyncConnection, programme: Programme, lines: Sequence[Line], enrol_unknown: bool
) -> list[tuple[int, NotFound]]:
    """The lines whose member nobody knows, unless they were recorded before (and the member erased since)."""
    needed = [(number, one.name, one.ref) for number, _, one in lines if one.ref and _known_only(one, programme)]
    if enrol_unknown:
        needed = [line for line in needed if line[2][0] not in refs.ENROLLABLE]
    found = await refs.find_many(tx, [ref for _, _, ref in needed])
    strange = [line for line in needed if line[2] not in found]
    told = await activities.already_told(tx, [name for _, name, _ in strange]) if strange else {}
    hint = "" if enrol_unknown else "; --enroll makes members of unknown ones"
    return [(number, NotFound(refs.unknown(ref) + hint)) for number, name, ref in strange if name not in told]


def _known_only(one: Checked, programme: Programme) -> bool:
    """Whether it is taken only from members."""
    if isinstance(one.what, BadInput):
        return False
    return address_of(one.ref) is None or not guests_welcome(programme, one.what.type)


async def import_file(
    core: Core, path: Path, progress: Progress, *, enrol_unknown: bool, spool: Spool | None = None
) -> Imported:
    """Record a file that ``check_file`` has passed, from what it kept if it did. Interrupted, it can be run again.

    Raises:
        BadInput: when a line cannot be recorded after all (the file or the members changed meanwhile).
    """
    if spool is not None:
        return await import_lines(core, spool, progress, enrol_unknown=enrol_unknown)
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
    return await import_lines(core, _checked(core, path, programme), progress, enrol_unknown=enrol_unknown)


async def import_lines(core: Core, lines: Iterable[Line], progress: Progress, *, enrol_unknown: bool) -> Imported:
    """Record lines in their order, in transactions of ``CHUNK``.

    Raises:
        BadInput: naming the lines that cannot be recorded; the others are in.
    """
    done, faults = Imported(), Faults()
    for chunk in _chunks(iter(lines), CHUNK):
        answers = await record_checked(core, [one for _, _, one in chunk], enrol_unknown=enrol_unknown)
        duplicates = sum(isinstance(answer, Recorded) and answer.duplicate for answer in answers)
        done.recorded += sum(isinstance(answer, Recorded) for answer in answers) - duplicates
        done.duplicates += duplicates
        for (number, _, _), answer in zip(chunk, answers, strict=True):
            if isinstance(answer, RegularsError):
                faults.add(number, answer)
        progress(chunk[-1][1])
    faults.raise_any()
    return done


def _chunks(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, size)):
        yield chunk
