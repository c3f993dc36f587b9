"""A real shop's whole log goes in by the command, once, and comes out as the sums that anybody can check."""

import asyncio
import os
import pty

from tests.cast import CAFE
from tests.journeys import cdnow
from tests.journeys.world import Town


async def test_every_members_points_equal_the_sum_of_the_file_and_a_second_import_changes_nothing(town: Town) -> None:
    purchases = cdnow.rows()
    file = cdnow.write_csv(purchases, town.folder / "cdnow.csv")
    first = await town.run("activities", "import", file, "--enroll")
    assert (first.code, first.out) == (0, f"{cdnow.PURCHASES} activities recorded, 0 were known already\n")
    assert await cdnow.balances(town) == cdnow.sums(purchases)
    assert await town.count("members") == cdnow.CUSTOMERS
    assert await town.count("activities") == cdnow.PURCHASES
    before = await town.sizes()
    again = await town.run("activities", "import", file, "--enroll")
    told = f"0 activities recorded, {cdnow.PURCHASES} were known already\nnothing changed\n"
    assert (again.code, again.out) == (0, told)
    assert await town.sizes() == before
    assert await cdnow.balances(town) == cdnow.sums(purchases)
    doctor = await town.run("doctor")
    assert doctor.code == 0, doctor.out
    mine = town.folder / "mine.toml"
    mine.write_text(CAFE, "utf-8")
    simulated = await town.run("program", "simulate", mine)
    assert simulated.code == 0 and "Simulating: 100 %" in simulated.err
    [issued] = [line for line in simulated.out.splitlines() if "points issued" in line]
    assert issued.count(f"{cdnow.sums(purchases).total():,}") == 2
    assert await town.sizes() == before


async def test_where_no_terminal_is_progress_comes_in_plain_lines(sqlite_town: Town) -> None:
    file = cdnow.write_csv(cdnow.rows(5_000), sqlite_town.folder / "some.csv")
    ended = await sqlite_town.run("activities", "import", file, "--enroll")
    lines = [line for line in ended.err.splitlines() if line.startswith("Recording: ")]
    percent = [int(line.removeprefix("Recording: ").removesuffix(" %")) for line in lines]
    assert len(percent) == 5  # a line for each transaction of a thousand
    assert percent == sorted(percent)
    assert percent[-1] == 100
    assert "\x1b" not in ended.err


async def test_on_a_terminal_progress_is_a_bar(sqlite_town: Town) -> None:
    file = cdnow.write_csv(cdnow.rows(5_000), sqlite_town.folder / "some.csv")
    ours, theirs = pty.openpty()
    async with sqlite_town.command("activities", "import", file, "--enroll", stderr=theirs) as process:
        os.close(theirs)
        shown = await asyncio.to_thread(_all_of, ours)
        assert await process.wait() == 0
    assert "━━━━" in shown
    assert "100%" in shown
    assert "Recording" in shown


async def test_a_file_with_faults_changes_nothing_and_all_of_them_are_named(sqlite_town: Town) -> None:
    file = cdnow.write_csv(cdnow.rows(3_000), sqlite_town.folder / "some.csv")
    text = file.read_text()
    file.write_text(text.replace("EUR,00001\n", "USD,00001\n").replace("1997-01-12T", "1997-13-12T", 1))
    before = await sqlite_town.dump()
    ended = await sqlite_town.run("activities", "import", file, "--enroll")
    assert ended.code == 1
    assert 'line 2: currency: "USD" is not used here' in ended.err
    assert "line 3: occurred_at" in ended.err
    assert await sqlite_town.dump() == before


def _all_of(terminal: int) -> str:
    """What was written to a terminal until its other end was closed."""
    shown = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # how Linux says that nobody holds the other end any more
            part = b""
        if not part:
            os.close(terminal)
            return shown.decode()
        shown += part
