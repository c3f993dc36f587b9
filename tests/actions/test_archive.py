"""Everything goes out and comes in again elsewhere, and nothing has changed."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.actions.balance import balance, history
from bot.actions.core import Core
from bot.actions.enrol import erase
from bot.actions.moving import archive
from bot.actions.recording.record import record
from bot.actions.redeem import redeem
from bot.errors import BadInput, Conflict
from bot.storage import tables
from tests.actions.asking import count, unbroken
from tests.cast import Watch, core, purchase, ref


@pytest.fixture
async def elsewhere(other_database_url: str, clock: Watch) -> AsyncIterator[Core]:
    """Another installation, of the other kind of database: it has a programme and nobody."""
    async with core(other_database_url, clock) as elsewhere:
        yield elsewhere


@pytest.fixture
async def busy(cafe: Core) -> Core:
    """A café where something has happened."""
    for n in range(12):
        await record(cafe, purchase(str(n), f"{n * 7}.40", who="anna" if n % 3 else "bence", coffees=n))
    await redeem(cafe, ref("anna"), "free_drink", "r-1")
    await erase(cafe, ref("bence"))
    return cafe


def quietly(done: int) -> None:
    """Nobody looks."""


async def test_an_export_comes_in_elsewhere_and_goes_out_again_byte_for_byte(
    busy: Core, elsewhere: Core, tmp_path: Path
) -> None:
    out, back = tmp_path / "out.zip", tmp_path / "back.zip"
    rows = await archive.write(busy, out, quietly)
    assert await archive.read(elsewhere, out, quietly) == rows
    assert await archive.write(elsewhere, back, quietly) == rows
    assert out.read_bytes() == back.read_bytes()
    await unbroken(elsewhere)
    there, here = await balance(elsewhere, ref("anna")), await balance(busy, ref("anna"))
    assert (there.member, there.state, there.stamps) == (here.member, here.state, here.stamps)
    assert await history(elsewhere, ref("anna"), 50, None) == await history(busy, ref("anna"), 50, None)


async def test_life_goes_on_elsewhere_and_what_was_told_before_is_known(
    busy: Core, elsewhere: Core, tmp_path: Path
) -> None:
    await archive.write(busy, tmp_path / "out.zip", quietly)
    await archive.read(elsewhere, tmp_path / "out.zip", quietly)
    assert (await record(elsewhere, purchase("11", "1.00"))).duplicate
    assert not (await record(elsewhere, purchase("new", "5.00"))).duplicate
    await unbroken(elsewhere)


async def test_keys_and_logins_stay_at_home(busy: Core, tmp_path: Path) -> None:
    await archive.write(busy, tmp_path / "out.zip", quietly)
    with ZipFile(tmp_path / "out.zip") as file:
        assert not {"api_keys.ndjson", "users.ndjson", "link_codes.ndjson"} & set(file.namelist())


async def test_where_somebody_joined_nothing_is_taken_over(busy: Core, tmp_path: Path) -> None:
    await archive.write(busy, tmp_path / "out.zip", quietly)
    with pytest.raises(Conflict, match="empty"):
        await archive.read(busy, tmp_path / "out.zip", quietly)


def damaged(source: Path, target: Path, name: str, new: bytes | None) -> Path:
    """A copy with one of its files replaced, or left out."""
    with ZipFile(source) as whole, ZipFile(target, "w", ZIP_DEFLATED) as copy:
        for entry in whole.namelist():
            content = new if entry == name else whole.read(entry)
            if content is not None:
                copy.writestr(entry, content)
    return target


@pytest.mark.parametrize(
    ("name", "new", "said"),
    [
        ("manifest.json", None, "no manifest"),
        ("manifest.json", b"[]", "cannot be understood"),
        ("manifest.json", b'{"format": 1, "schema": "0001", "rows": {}}', "is of schema 0001"),
        ("lots.ndjson", None, "lots.ndjson: is missing"),
        ("lots.ndjson", b'["entry_id"]\n', "lots.ndjson line 1: names other columns"),
        ("entries.ndjson", b"no json\n", "entries.ndjson line 1: is not valid JSON"),
    ],
)
async def test_a_damaged_file_is_told_and_nothing_of_it_stays(
    busy: Core, elsewhere: Core, tmp_path: Path, name: str, new: bytes | None, said: str
) -> None:
    await archive.write(busy, tmp_path / "out.zip", quietly)
    with pytest.raises(BadInput, match=said):
        await archive.read(elsewhere, damaged(tmp_path / "out.zip", tmp_path / "bad.zip", name, new), quietly)
    assert await count(elsewhere, tables.members) == 0
    assert await count(elsewhere, tables.programmes) == 1


async def test_a_row_that_is_missing_or_of_another_kind_is_told(busy: Core, elsewhere: Core, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    await archive.write(busy, out, quietly)
    with ZipFile(out) as file:
        lines = file.read("entries.ndjson").splitlines(keepends=True)
    cut = damaged(out, tmp_path / "cut.zip", "entries.ndjson", b"".join(lines[:-1]))
    with pytest.raises(BadInput, match="the file was cut"):
        await archive.read(elsewhere, cut, quietly)
    row = json.loads(lines[1])
    row[0] = "a word"
    wrong = damaged(out, tmp_path / "wrong.zip", "entries.ndjson", lines[0] + json.dumps(row).encode() + b"\n")
    with pytest.raises(BadInput, match="line 2: 'a word' is not of the kind int"):
        await archive.read(elsewhere, wrong, quietly)


async def test_what_is_no_archive_is_told(elsewhere: Core, tmp_path: Path) -> None:
    text = tmp_path / "text.zip"
    text.write_text("members")
    with pytest.raises(BadInput, match="FILE"):
        await archive.read(elsewhere, text, quietly)


async def test_a_failed_export_leaves_the_older_file_as_it_was(busy: Core, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    out = folder / "out.zip"
    out.write_text("older")

    def full(done: int) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        await archive.write(busy, out, full)
    assert out.read_text() == "older"
    assert list(folder.iterdir()) == [out]
