import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.actions.balance import balance, history
from bot.actions.core import Core
from bot.actions.enrol import erase
from bot.actions.moving import files
from bot.actions.moving.files import Imported, check_file, import_file
from bot.actions.moving.spool import spooled
from bot.actions.recording.record import record_many
from bot.errors import BadInput
from bot.loyalty.codes import with_check_digit
from bot.storage import tables
from tests.actions.asking import count
from tests.cast import Watch, ref

HEADER = "source,id,type,occurred_at,amount,currency,location,member.external_id,items"
COFFEES = '"[{""category"": ""coffee"", ""quantity"": 2}]"'
UNKNOWN_CARD = with_check_digit("ABCDEFG")
Write = Callable[..., Path]


def row(number: int, who: str = "anna", amount: str = "10.00", items: str = "") -> str:
    return f"till,{number},purchase,2026-03-01T10:00:00+01:00,{amount},EUR,Main Street,{who},{items}"


def line(number: int, who: str = "anna", **more: object) -> str:
    told = {"type": "purchase", "source": "till", "id": str(number), "member": {"external_id": who}, "amount": "10.00"}
    return json.dumps({**told, **more})


@pytest.fixture
def csv(tmp_path: Path) -> Write:
    def write(*rows: str, header: str = HEADER, end: str = "\n", start: bytes = b"") -> Path:
        path = tmp_path / "purchases.csv"
        path.write_bytes(start + end.join([header, *rows, ""]).encode())
        return path

    return write


@pytest.fixture
def ndjson(tmp_path: Path) -> Write:
    def write(*lines: str, end: str = "\n", start: bytes = b"") -> Path:
        path = tmp_path / "purchases.ndjson"
        path.write_bytes(start + end.join([*lines, ""]).encode())
        return path

    return write


async def load(core: Core, path: Path, enroll: bool = False) -> Imported:
    with spooled() as spool:
        await check_file(core, path, lambda _: None, enrol_unknown=enroll, spool=spool)
        return await import_file(core, path, lambda _: None, enrol_unknown=enroll, spool=spool)


async def faults_of(core: Core, path: Path, enroll: bool = False) -> list[str]:
    with pytest.raises(BadInput) as caught:
        await load(core, path, enroll)
    assert await count(core, tables.activities) == 0
    return [str(fault) for fault in caught.value.faults]


async def points(core: Core, who: str = "anna") -> int:
    return (await balance(core, ref(who))).state.points


async def test_a_csv_is_recorded_and_a_second_time_it_changes_nothing(cafe: Core, csv: Write) -> None:
    path = csv(row(1, items=COFFEES), row(2, "bence"), row(3, amount="2.50"))
    assert await load(cafe, path) == Imported(recorded=3, duplicates=0)
    assert await load(cafe, path) == Imported(recorded=0, duplicates=3)
    assert (await points(cafe), await points(cafe, "bence")) == (12, 10)
    assert (await balance(cafe, ref("anna"))).stamps == [("coffee", 2, 10)]


async def test_ndjson_is_recorded_and_a_second_time_it_changes_nothing(cafe: Core, ndjson: Write) -> None:
    path = ndjson(line(1, items=[{"category": "coffee"}]), line(2, "bence"))
    assert await load(cafe, path) == Imported(recorded=2, duplicates=0)
    assert await load(cafe, path) == Imported(recorded=0, duplicates=2)
    assert (await points(cafe), await points(cafe, "bence")) == (10, 10)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
async def test_files_from_any_office_are_read(cafe: Core, csv: Write, ndjson: Write, end: str, start: bytes) -> None:
    assert (await load(cafe, csv(row(1), "", row(2), end=end, start=start))).recorded == 2
    assert (await load(cafe, ndjson(line(3), "", line(4), end=end, start=start))).recorded == 2


async def test_a_file_with_a_header_only_or_nothing_does_nothing(cafe: Core, csv: Write, ndjson: Write) -> None:
    assert await load(cafe, csv()) == Imported()
    assert await load(cafe, ndjson()) == Imported()


async def test_an_empty_csv_lacks_its_header(cafe: Core, csv: Write) -> None:
    assert "header: the column source is missing" in await faults_of(cafe, csv(header=""))


async def test_every_fault_of_a_header_is_told(cafe: Core, csv: Write) -> None:
    faults = await faults_of(cafe, csv(header="source,source,Amount,id"))
    assert [fault.split(";")[0] for fault in faults] == [
        'header: unknown column "Amount"',
        'header: "source" is there twice',
        "header: the column type is missing",
        "header: a column that names the member is missing, such as member.external_id",
    ]


async def test_every_bad_row_is_told_with_its_line_and_nothing_is_written(cafe: Core, csv: Write) -> None:
    faults = await faults_of(
        cafe,
        csv(
            row(1),
            row(2, "charlie"),
            row(3, amount="1.999"),
            row(4) + ",more",
            row(5, items="[oops"),
            row(6).replace("EUR", "USD"),
            row(7).replace("+01:00", ""),
            row(8, who=""),
            row(9),
        ),
    )
    assert [fault.split(":")[0] for fault in faults] == [f"line {n}" for n in range(3, 10)]
    for fault, said in zip(
        faults,
        [
            "--enroll",
            "amount",
            "10 fields",
            "items: is not valid JSON",
            "currency",
            "needs an offset",
            "exactly one way",
        ],
        strict=True,
    ):
        assert said in fault


async def test_every_bad_line_of_ndjson_is_told(cafe: Core, ndjson: Write) -> None:
    faults = await faults_of(
        cafe,
        ndjson(line(1), "{", "[]", line(2, amount=1.5), line(3, colour="red"), "", line(4, "charlie"), line(5)),
    )
    assert [fault.split(":")[0] for fault in faults] == ["line 2", "line 3", "line 4", "line 5", "line 7"]
    assert "decimal string" in faults[2]
    assert "colour: unknown field" in faults[3]


async def test_a_row_that_spans_lines_is_told_by_its_last_line(cafe: Core, csv: Write) -> None:
    spanning = row(1).replace("Main Street", '"Main\nStreet"')
    assert (await faults_of(cafe, csv(spanning, row(2, "charlie"))))[0].startswith("line 4:")


async def test_what_is_not_utf_8_or_not_csv_is_told_with_its_line(cafe: Core, csv: Write) -> None:
    path = csv(row(1))
    path.write_bytes(path.read_bytes() + "till,2,purchase,,1.00,EUR,Kávézó,anna,\n".encode("latin-1"))
    [fault] = await faults_of(cafe, path)
    assert fault.startswith("line 3: cannot be read as CSV in UTF-8")
    [fault] = await faults_of(cafe, csv(row(1), 'till,"2'))
    assert "cannot be read as CSV" in fault


async def test_a_line_that_is_not_utf_8_is_a_bad_line_of_ndjson(cafe: Core, ndjson: Write) -> None:
    path = ndjson(line(1))
    path.write_bytes(path.read_bytes() + line(2, location="Kávézó").replace("\\u00e1", "á").encode("latin-1"))
    assert (await faults_of(cafe, path))[0].startswith("line 2:")


async def test_of_very_many_faults_the_first_are_told_and_all_are_counted(cafe: Core, csv: Write) -> None:
    faults = await faults_of(cafe, csv(*(row(n, "charlie") for n in range(50))))
    assert len(faults) == 21
    assert faults[-1] == "and 30 more lines"


async def test_a_file_of_another_kind_is_refused(cafe: Core, tmp_path: Path) -> None:
    path = tmp_path / "purchases.xlsx"
    path.touch()
    with pytest.raises(BadInput, match=r"neither \.csv nor \.ndjson"):
        await load(cafe, path)


async def test_unknown_members_are_made_when_asked_for(cafe: Core, csv: Write) -> None:
    header = HEADER + ",member.phone"
    path = csv(row(1, "charlie") + ",", row(2, "charlie") + ",", row(3, "") + ",+36303333333", header=header)
    assert (await load(cafe, path, enroll=True)).recorded == 3
    assert await points(cafe, "charlie") == 20
    assert await count(cafe, tables.members) == 4


async def test_nobody_is_made_from_an_id_or_a_card_number(cafe: Core, ndjson: Write) -> None:
    path = ndjson(line(1, member={"id": "5"}), line(2, member={"code": UNKNOWN_CARD}))
    assert len(await faults_of(cafe, path, enroll=True)) == 2


async def test_one_who_names_the_member_twice_is_told(cafe: Core, csv: Write) -> None:
    [fault] = await faults_of(cafe, csv(row(1) + ",+36301111111", header=HEADER + ",member.phone"))
    assert "exactly one way" in fault


async def test_an_interrupted_import_is_simply_run_again(
    cafe: Core, csv: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CHUNK", 10)
    path = csv(*(row(n, amount="1.00", items=COFFEES) for n in range(35)))
    done: list[int] = []

    def pull_the_plug(at: int) -> None:
        done.append(at)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await import_file(cafe, path, pull_the_plug, enrol_unknown=False)
    assert await count(cafe, tables.activities) == 20
    assert await load(cafe, path) == Imported(recorded=15, duplicates=20)
    assert (await points(cafe), await count(cafe, tables.vouchers)) == (35, 7)


async def test_progress_ends_with_the_whole_file(cafe: Core, csv: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHECKED", 2)
    path = csv(*(row(n).replace("Main Street", "Szív utca ☕") for n in range(5)), start=b"\xef\xbb\xbf")
    seen: list[int] = []
    assert await check_file(cafe, path, seen.append, enrol_unknown=False) == 5
    assert len(seen) == 3
    assert seen == sorted(seen)
    assert seen[-1] == path.stat().st_size


async def test_a_line_that_went_bad_after_the_check_is_told_and_the_others_are_in(cafe: Core, csv: Write) -> None:
    with pytest.raises(BadInput, match="line 3"):
        await import_file(cafe, csv(row(1), row(2, amount="x"), row(3)), lambda _: None, enrol_unknown=False)
    assert await points(cafe) == 20


async def test_an_old_file_goes_in_again_when_one_of_its_people_was_erased(cafe: Core, csv: Write) -> None:
    path = csv(row(1), row(2, "bence"))
    await load(cafe, path)
    await erase(cafe, ref("bence"))
    for enroll in (False, True):
        assert await load(cafe, path, enroll) == Imported(recorded=0, duplicates=2)
    assert await count(cafe, tables.members) == 2


async def test_a_file_and_the_api_tell_the_same_things_the_same_way(cafe: Core, csv: Write, ndjson: Write) -> None:
    await load(cafe, csv(row(1, items=COFFEES)))
    told = [one for _, _, one in files.read(ndjson(line(1), line(2))) if not isinstance(one, BadInput)]
    answers = await record_many(cafe, told)
    assert [getattr(answer, "duplicate", None) for answer in answers] == [True, False]


async def test_the_future_is_refused_by_the_cafes_clock(cafe: Core, csv: Write, clock: Watch) -> None:
    clock.moves(days=-10)
    assert "future" in (await faults_of(cafe, csv(row(1))))[0]


async def test_a_file_with_semicolons_says_what_to_do(cafe: Core, csv: Write) -> None:
    with pytest.raises(BadInput, match="separated by semicolons; save the file with commas"):
        await load(cafe, csv("till;1;purchase", header="source;id;type"))


async def test_what_was_checked_is_recorded_though_the_file_changes_meanwhile(cafe: Core, csv: Write) -> None:
    path = csv(row(1), row(2, "bence"))
    with spooled() as spool:
        await check_file(cafe, path, lambda _: None, enrol_unknown=False, spool=spool)
        path.unlink()
        done = await import_file(cafe, path, lambda _: None, enrol_unknown=False, spool=spool)
    assert done == Imported(recorded=2, duplicates=0)
    assert (await points(cafe), await points(cafe, "bence")) == (10, 10)


async def test_lines_of_each_member_are_recorded_in_the_order_of_the_file(cafe: Core, csv: Write) -> None:
    crowd = ["anna", *(f"guest-{n}" for n in range(9))]
    path = csv(*(row(10 * n + i, who, amount=f"{n + 1}.00") for n in range(5) for i, who in enumerate(crowd)))
    assert await load(cafe, path, enroll=True) == Imported(recorded=50, duplicates=0)
    for who in crowd:
        earned = [entry.points for entry in await history(cafe, ref(who), 5, None)]
        assert earned == [5, 4, 3, 2, 1], who


async def test_what_the_programme_tells_itself_is_refused_before_anything_is_written(cafe: Core, csv: Write) -> None:
    [fault] = await faults_of(cafe, csv(row(1), row(2).replace("till", "regulars")))
    assert fault.startswith("line 3: source:")
