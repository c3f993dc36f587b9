"""Activities from files: read line by line, checked wholly before anything is written."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from bot.actions import refs
from bot.actions.core import Core
from bot.actions.intake import ActivityIn, as_activity, check, check_json
from bot.actions.record import CLOCKS_DIFFER, record_many
from bot.errors import BadInput, Fault, NotFound, RegularsError, bad_field

CHUNK = 1000
"""Activities a transaction: large enough that the commit does not count, small enough to see it move."""

_MOST_FAULTS = 20
_MEMBER = "member."
Progress = Callable[[int], None]
"""Told how many bytes of the file are done."""


@dataclass(slots=True)
class Imported:
    """How an import ended."""

    recorded: int = 0
    duplicates: int = 0
    members: int = 0


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
            if line.strip():
                yield number, done, _or_error(lambda text=line: check_json(ActivityIn, text))


def _read_csv(path: Path) -> Iterator[Read]:
    done = 0

    def counted(lines: Iterator[str]) -> Iterator[str]:
        nonlocal done
        for line in lines:
            done += len(line)
            yield line

    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(counted(iter(file)))
        header = [name.strip() for name in next(rows, [])]
        _check_header(header)
        for row in rows:
            if row:
                yield rows.line_num, done, _or_error(lambda row=row: check(ActivityIn, _as_body(header, row)))


def _or_error(build: Callable[[], ActivityIn]) -> ActivityIn | BadInput:
    try:
        return build()
    except BadInput as error:
        return error


def _check_header(header: Sequence[str]) -> None:
    known = {*ActivityIn.model_fields, *(_MEMBER + name for name in refs.MemberRef.model_fields)} - {"member"}
    faults = [
        Fault("header", f'unknown column "{name}"; known are {", ".join(sorted(known))}')
        for name in header
        if name not in known
    ]
    needed = [name for name in ("source", "id", "type") if name not in header]
    if needed:
        faults.append(Fault("header", f"the column {needed[0]} is missing"))
    if not any(name.startswith(_MEMBER) for name in header):
        faults.append(Fault("header", "a column that names the member is missing, such as member.external_id"))
    if faults:
        raise BadInput(faults)


def _as_body(header: Sequence[str], row: Sequence[str]) -> dict[str, Any]:
    if len(row) != len(header):
        raise bad_field("", f"has {len(row)} fields, the header has {len(header)}")
    body: dict[str, Any] = {}
    member: dict[str, str] = {}
    for name, value in zip(header, row, strict=True):
        if value == "":
            continue
        if name.startswith(_MEMBER):
            member[name[len(_MEMBER) :]] = value
        elif name in ("items", "attributes"):
            body[name] = _json(name, value)
        else:
            body[name] = value
    body["member"] = member
    return body


def _json(name: str, value: str) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise bad_field(name, f"is not valid JSON: {error}") from error


async def check_file(core: Core, path: Path, progress: Progress, *, enrol_unknown: bool) -> int:
    """Read the whole file and see that every line can be recorded; answers how many lines there are.

    Raises:
        BadInput: naming the lines that cannot, and why; nothing was written.
    """
    faults, lines = Faults(), 0
    now = core.clock()
    async with core.database.read() as tx:
        programme = await core.programmes.current(tx)
        for chunk in _chunks(read(path)):
            named: list[tuple[int, refs.Ref]] = []
            for number, _, told in chunk:
                lines += 1
                try:
                    if isinstance(told, BadInput):
                        raise told
                    as_activity(told, programme, now, now + CLOCKS_DIFFER)
                    named.append((number, refs.normal(told.member, programme)))
                except BadInput as error:
                    faults.add(number, error)
            found = {} if enrol_unknown else await refs.find_many(tx, [ref for _, ref in named])
            for number, ref in named:
                if ref not in found and not (enrol_unknown and ref[0] in refs.ENROLLABLE):
                    hint = "" if enrol_unknown else "; --enroll makes members of unknown ones"
                    faults.add(number, NotFound(refs.unknown(ref) + hint))
            progress(chunk[-1][1])
    faults.raise_any()
    return lines


async def import_file(core: Core, path: Path, progress: Progress, *, enrol_unknown: bool) -> Imported:
    """Record a file that ``check_file`` has passed. Interrupted, it can simply be run again.

    Raises:
        BadInput: when a line cannot be recorded after all (the file or the members changed meanwhile).
    """
    done, faults = Imported(), Faults()
    for chunk in _chunks(read(path)):
        told = [(number, one) for number, _, one in chunk if isinstance(one, ActivityIn)]
        answers = await record_many(core, [one for _, one in told], enrol_unknown=enrol_unknown)
        for (number, _), answer in zip(told, answers, strict=True):
            if isinstance(answer, RegularsError):
                faults.add(number, answer)
            elif answer.duplicate:
                done.duplicates += 1
            else:
                done.recorded += 1
        progress(chunk[-1][1])
    faults.raise_any()
    return done


def _chunks(lines: Iterator[Read]) -> Iterator[list[Read]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk
