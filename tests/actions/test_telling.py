"""Activities go out as CSV, and a business that is told them again stands where the first one stands."""

import io
from pathlib import Path

from bot.actions.balance import balance
from bot.actions.core import Core
from bot.actions.intake import MemberRef
from bot.actions.moving.arrivals import import_people
from bot.actions.moving.files import check_file, import_file
from bot.actions.moving.roster import export_people
from bot.actions.moving.telling import export_activities
from bot.actions.recording.record import record_many
from tests.cast import Watch, core, purchase, ref


async def exported(cafe: Core) -> str:
    out = io.StringIO()
    await export_activities(cafe, out)
    return out.getvalue()


async def test_what_was_told_can_be_told_again_elsewhere(
    cafe: Core, other_database_url: str, clock: Watch, tmp_path: Path
) -> None:
    odd = {"name": 'Flat "white", 大 😀', "category": "coffee", "quantity": 3, "sku": "a,b", "price": "9.90"}
    told = [
        purchase("1", "12.90", items=[odd], location="Buda\nhill", attributes={"tip": "1.00", "new": True}),
        purchase("2", "7.00", who="bence", coffees=11),
        purchase("3", None, type="visit"),
        purchase("r", "2.90", type="refund", refunds="1"),
    ]
    await record_many(cafe, told)
    log = await exported(cafe)
    (tmp_path / "log.csv").write_text(log, "utf-8", newline="")
    people = io.StringIO()
    await export_people(cafe, people, lambda done: None)
    emptied = "\n".join(
        line.rpartition(",")[0].rpartition(",")[0] + ",," for line in people.getvalue().splitlines()[1:]
    )
    (tmp_path / "people.csv").write_text(people.getvalue().splitlines()[0] + "\n" + emptied + "\n", "utf-8")
    async with core(other_database_url, clock) as elsewhere:
        await import_people(elsewhere, tmp_path / "people.csv", {}, lambda done: None)
        assert await check_file(elsewhere, tmp_path / "log.csv", lambda done: None, enrol_unknown=False) == 4
        done = await import_file(elsewhere, tmp_path / "log.csv", lambda done: None, enrol_unknown=False)
        assert (done.recorded, done.duplicates) == (4, 0)
        assert await exported(elsewhere) == log
        for who in ("anna", "bence"):
            here, there = await balance(cafe, ref(who)), await balance(elsewhere, ref(who))
            assert there.state == here.state._replace(profile=there.state.profile)


async def test_what_the_programme_told_itself_is_left_out(cafe: Core) -> None:
    assert (await exported(cafe)).count("\n") == 1
    assert (await balance(cafe, MemberRef(external_id="anna"))).state.points == 0
