"""Moving in from another system: every line checked first, opening balances on the ledger, nobody twice."""

import io
from pathlib import Path

import pytest

from bot.actions.balance import balance, history
from bot.actions.core import Core
from bot.actions.enrol import NewMember
from bot.actions.intake import MemberRef
from bot.actions.moving import arrivals as moving
from bot.actions.moving.roster import export_people
from bot.errors import BadInput
from bot.storage import tables
from tests.actions.asking import count
from tests.cast import CAFE, Watch, core, joins, ref

HEADER = "external_id,name,phone,email,birthday,locale,timezone,consent.sms,consent.email,points,credit\n"
CHARLIE = "c-1,Charlie,+36 30 333 3333,charlie@example.com,1988-02-29,hu,Europe/London,yes,no,250,7.50\n"


def quietly(done: int) -> None:
    """Nobody looks."""


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    file = folder / "people.csv"
    file.write_text(header + "".join(lines), "utf-8")
    return file


async def moved(cafe: Core, file: Path, names: dict[str, str] | None = None) -> moving.Moved:
    checked = await moving.check_people(cafe, file, names or {}, quietly)
    done = await moving.import_people(cafe, file, names or {}, quietly)
    assert (done.members, done.points, done.credit, done.known) == (
        checked.members,
        checked.points,
        checked.credit,
        checked.known,
    )
    return done


async def test_somebody_moves_in_with_all_they_had(cafe: Core, tmp_path: Path) -> None:
    done = await moved(cafe, written(tmp_path, CHARLIE))
    assert (done.members, done.points, done.credit, done.known) == (1, 250, 750, 0)
    there = await balance(cafe, MemberRef(phone="+36303333333"))
    assert (there.state.points, there.state.lifetime_points, there.state.credit) == (250, 250, 750)
    assert (there.member.name, there.member.locale, there.member.timezone) == ("Charlie", "hu", "Europe/London")
    assert {a.channel: a.marketing for a in there.member.addresses} == {"sms": True, "email": False}
    lines = await history(cafe, ref("c-1"), 10, None)
    assert {(line.kind, line.wallet, line.points) for line in lines} == {
        ("opening", "points", 250),
        ("opening", "credit", 750),
    }


async def test_a_second_run_changes_nothing(cafe: Core, tmp_path: Path) -> None:
    file = written(tmp_path, CHARLIE)
    await moved(cafe, file)
    again = await moved(cafe, file)
    assert (again.members, again.points, again.known) == (0, 0, 1)
    assert (await balance(cafe, ref("c-1"))).state.points == 250


async def test_who_is_a_member_already_is_reported_and_left_as_they_are(cafe: Core, tmp_path: Path) -> None:
    file = written(tmp_path, "x,Not Anna,+36301111111,,,,,,,500,\n", CHARLIE)
    checked = await moving.check_people(cafe, file, {}, quietly)
    [line] = checked.duplicates
    assert line.startswith("line 2: is member ") and checked.members == 1
    await moved(cafe, file)
    assert (await balance(cafe, ref("anna"))).state.points == 0


async def test_the_columns_of_another_system_are_mapped_or_left_out(cafe: Core, tmp_path: Path) -> None:
    file = written(tmp_path, "9,Dora,400,gold\n", header="Customer,Full name,Bonus,Level\n")
    names = {"Customer": "external_id", "Full name": "name", "Bonus": "points", "Level": ""}
    assert (await moved(cafe, file, names)).points == 400
    assert (await balance(cafe, ref("9"))).member.name == "Dora"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a,,,,,,,,,-5,\n", "line 2: points: write points as a whole number"),
        ("a,,,,,,,,,1.5,\n", "line 2: points: write points as a whole number"),
        ("a,,,,,,,,,,7.555\n", "line 2: credit: .* finer than the currency"),
        ("a,,,,,,,maybe,,,\n", 'line 2: consent.sms: "maybe" is neither yes nor no'),
        ("a,,12,,,,,,,,\n", "line 2: phone"),
        (",Nobody,,,,,,,,,\n", "line 2: give at least one of phone, email"),
        ("a,,,,30/12/1990,,,,,,\n", "line 2: birthday: write the date"),
        ("a\n", "line 2: has 1 fields, the header has 11"),
        (CHARLIE + CHARLIE.replace("c-1", "c-2"), "line 3: names the same person as line 2"),
        ("anna,,,,,,,,,,\nx,,+36301111111,,,,,,,,\n", None),
        ("bence,,+36301111111,,,,,,,,\n", "line 2: belongs to several members"),
    ],
)
async def test_a_fault_names_its_line_and_nobody_moves_in(
    cafe: Core, tmp_path: Path, line: str, said: str | None
) -> None:
    file = written(tmp_path, line, "z,Zoe,,,,,,,,1,\n")
    if said is None:
        assert (await moving.check_people(cafe, file, {}, quietly)).known == 2
        return
    with pytest.raises(BadInput, match=said):
        await moving.check_people(cafe, file, {}, quietly)
    assert await count(cafe, tables.members) == 2


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("name,points\n", "no column tells who"),
        ("external_id,bonus\n", 'unknown column "bonus"; name it with --map'),
        ("external_id,name.2\n", 'unknown column "name.2"'),
        ("external_id,email.1\n", 'unknown column "email.1"'),
        ("external_id;points\n", "semicolons"),
        ("external_id,points,points\n", '"points" is there twice'),
    ],
)
async def test_a_header_that_cannot_be_is_told(cafe: Core, tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        await moving.check_people(cafe, written(tmp_path, header=header), {}, quietly)


MOBILES = {"Mobile": "phone", "Mobile 2": "phone.2"}
FURTHER = "external_id,email,email.2,Mobile,Mobile 2,code.3,consent.email.2\n"


async def test_cards_and_addresses_that_somebody_has_several_of_have_numbered_columns(
    cafe: Core, tmp_path: Path
) -> None:
    line = "d,dora@home.example,Dora@Work.example,+36301234567,+36307654321,A2B3-C4DD,no\n"
    assert (await moved(cafe, written(tmp_path, line, header=FURTHER), MOBILES)).members == 1
    dora = (await balance(cafe, MemberRef(code="a2b3c4dd"))).member
    assert dora.external_id == "d" and dora.code != "A2B3-C4DD"
    assert {(way.channel, way.address, way.marketing) for way in dora.addresses} == {
        ("email", "dora@home.example", None),
        ("email", "dora@work.example", False),
        ("sms", "+36301234567", None),
        ("sms", "+36307654321", None),
    }
    again = written(tmp_path, "e,,dora@work.example,,,,\n", header=FURTHER)
    assert (await moving.check_people(cafe, again, MOBILES, quietly)).known == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("d,d@home.example,D@home.example,,,,\n", "line 2: email.2: is there already, under a lower number"),
        ("d,,nobody,,,,\n", 'line 2: email.2: "nobody" is no e-mail address'),
        ("d,,,,,12,\n", 'line 2: code.3: "12" is no code of ours'),
        ("d,,,,,,perhaps\n", 'line 2: consent.email.2: "perhaps" is neither yes nor no'),
        ("d,d@home.example,,,,,\ne,,d@home.example,,,,\n", "line 3: names the same person as line 2"),
    ],
)
async def test_a_fault_in_a_numbered_column_is_told_by_its_number(
    cafe: Core, tmp_path: Path, line: str, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        await moving.check_people(cafe, written(tmp_path, line, header=FURTHER), MOBILES, quietly)


async def exported(cafe: Core) -> str:
    out = io.StringIO()
    await export_people(cafe, out, quietly)
    return out.getvalue()


async def test_what_is_exported_can_be_imported_and_exported_the_same(
    cafe: Core, other_database_url: str, clock: Watch, tmp_path: Path
) -> None:
    await moved(cafe, written(tmp_path, CHARLIE))
    await joins(cafe, NewMember(name='Ödön "the" 😀, Jr.', external_id="o"))
    told = await exported(cafe)
    (tmp_path / "out.csv").write_text(told, "utf-8")
    async with core(other_database_url, clock) as elsewhere:
        assert (await moved(elsewhere, tmp_path / "out.csv")).members == 4
        assert await exported(elsewhere) == told
        assert (await balance(elsewhere, ref("c-1"))).state.credit == 750


async def test_points_that_moved_in_expire_as_the_programme_says(
    database_url: str, clock: Watch, tmp_path: Path
) -> None:
    async with core(database_url, clock, CAFE + "\n[expiry]\nmonths = 6\n") as cafe:
        await moved(cafe, written(tmp_path, CHARLIE))
        clock.moves(days=170)
        assert (await balance(cafe, ref("c-1"))).state.points == 250
        clock.moves(days=30)
        left = (await balance(cafe, ref("c-1"))).state
        assert (left.points, left.credit) == (0, 750)
        assert (await exported(cafe)).splitlines()[1].endswith(",yes,no,,,0,7.50")
