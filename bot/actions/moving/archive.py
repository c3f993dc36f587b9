"""The exit kit: one file with everything, out of one installation and into another, with nothing changed on the way.

A zip of one file for each table: NDJSON, the names of the columns first, then a row a line. ``manifest.json`` comes
last and says how many rows there are. The same contents make the same bytes.
"""

from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import orjson
from sqlalchemy import Boolean, Text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from bot.actions.core import Core, Progress
from bot.errors import Conflict, bad_field
from bot.loyalty.document import parse
from bot.storage import archive
from bot.storage.database import newest_version
from bot.storage.types import Json

FORMAT = 1
_MANIFEST = "manifest.json"
_WHEN = (1980, 1, 1, 0, 0, 0)
"""A zip's own times would make two equal archives differ; this is the earliest that it can say."""


def steps() -> int:
    """How many tables there are to be told of."""
    return len(archive.tables())


async def write(core: Core, path: Path, progress: Progress) -> int:
    """Write everything to a file, as of one moment; answers how many rows. Memory stays flat.

    A file of that name is replaced only when the new one is whole.
    """
    unfinished = path.with_name(path.name + ".part")
    counts: dict[str, int] = {}
    try:
        with ZipFile(unfinished, "w") as file:
            async with core.database.read() as tx:
                await archive.snapshot(tx)
                for done, table in enumerate(archive.tables(), 1):
                    counts[str(table.name)] = await _write_table(tx, file, table)
                    progress(done)
            with file.open(_entry(_MANIFEST), "w") as out:
                manifest = {"format": FORMAT, "schema": newest_version(), "rows": counts}
                out.write(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return sum(counts.values())


async def _write_table(tx: AsyncConnection, file: ZipFile, table: Any) -> int:
    count = 0
    with file.open(_entry(f"{table.name}.ndjson"), "w", force_zip64=True) as out:
        out.write(orjson.dumps(table.c.keys()) + b"\n")
        async for chunk in archive.rows(tx, table):
            out.write(b"".join(orjson.dumps(row) + b"\n" for row in chunk))
            count += len(chunk)
    return count


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _WHEN)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


async def read(core: Core, path: Path, progress: Progress) -> int:
    """Take over everything in a file, in one transaction; answers how many rows.

    Raises:
        BadInput: when it is no such file, is damaged, or is of another version; nothing was written.
        Conflict: when this installation is not empty.
    """
    try:
        with ZipFile(path) as file:
            counts = _manifest(file)
            async with core.database.write() as tx:
                if not await archive.is_empty(tx):
                    raise Conflict("members or activities are here already; make an empty installation for it")
                await archive.clear(tx)
                for done, table in enumerate(archive.tables(), 1):
                    await _read_table(tx, file, table, counts[table.name])
                    progress(done)
    except (BadZipFile, EOFError, OSError) as error:
        raise bad_field("FILE", f"cannot be read as a whole archive: {error}") from error
    return sum(counts.values())


def _manifest(file: ZipFile) -> dict[str, int]:
    if _MANIFEST not in file.namelist():
        raise bad_field("FILE", "is no archive of Regulars: it has no manifest.json")
    try:
        told = orjson.loads(file.read(_MANIFEST))
        form, schema, counts = told["format"], told["schema"], dict(told["rows"])
    except (ValueError, KeyError, TypeError) as error:
        raise bad_field(_MANIFEST, "cannot be understood") from error
    if form != FORMAT or schema != newest_version():
        raise bad_field(_MANIFEST, f"is of schema {schema}; this version reads {newest_version()}: upgrade there first")
    missing = {table.name for table in archive.tables()} - counts.keys()
    if missing:
        raise bad_field(_MANIFEST, f"says nothing of {', '.join(sorted(missing))}")
    return counts


async def _read_table(tx: AsyncConnection, file: ZipFile, table: Any, count: int) -> None:
    name, seen = f"{table.name}.ndjson", 0
    if name not in file.namelist():
        raise bad_field(name, "is missing")
    with file.open(name) as lines:
        columns = _json(name, 1, lines.readline())
        if not isinstance(columns, list) or set(columns) != set(table.c.keys()):
            raise bad_field(f"{name} line 1", "names other columns than this version has")
        kinds = [_kind(table.c[column].type) for column in columns]
        numbered = enumerate(lines, 2)
        while chunk := list(islice(numbered, archive.CHUNK)):
            values = [_row(name, number, line, kinds) for number, line in chunk]
            await archive.fill(tx, table, columns, values)
            seen += len(values)
            if table.name == "programmes":
                _check_programmes(columns, values)
    if seen != count:
        raise bad_field(name, f"has {seen} rows where the manifest says {count}: the file was cut or changed")


def _check_programmes(columns: list[str], values: list[list[Any]]) -> None:
    for row in values:
        parse(row[columns.index("document")])


def _row(name: str, number: int, line: bytes, kinds: list[type]) -> list[Any]:
    row = _json(name, number, line)
    if not isinstance(row, list) or len(row) != len(kinds):
        raise bad_field(f"{name} line {number}", f"has not the {len(kinds)} values of a row")
    for value, kind in zip(row, kinds, strict=True):
        if value is not None and type(value) is not kind:
            raise bad_field(f"{name} line {number}", f"{value!r} is not of the kind {kind.__name__}")
    return row


def _kind(column: TypeEngine[Any]) -> type:
    if isinstance(column, Boolean):
        return bool
    return str if isinstance(column, Text | Json) else int


def _json(name: str, number: int, line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise bad_field(f"{name} line {number}", "is not valid JSON") from error
