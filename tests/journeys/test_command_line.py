"""The commands as somebody meets them in a terminal: what they say, where they say it, and how they end."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.actions import enrol
from bot.actions.intake import ActivityIn, MemberRef
from bot.actions.recording import record
from bot.storage.tables import lots, standings
from tests.journeys.world import CAFE, Ended, Town, run

COMMANDS = ["", "init", "run", "demo", "chat", "run-due", "doctor", "program", "program check", "program load"]
COMMANDS += [
    "program dump",
    "program explain",
    "program lint",
    "program history",
    "program diff",
    "program rollback",
    "program withdraw",
    "activities",
    "activities import",
    "activities export",
    "keys",
    "keys create",
]
ANNA = {"external_id": "anna"}


class Terminal:
    """A folder to work in, with these settings."""

    def __init__(self, folder: Path, *, fresh: bool = False, **settings: Any) -> None:
        self.folder = folder
        self.settings = settings
        self.fresh = fresh

    async def __call__(self, command: str, *more: str | Path) -> Ended:
        return await run(*command.split(), *more, settings=self.settings, folder=self.folder, fresh=self.fresh)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def shop(sqlite_town: Town) -> Town:
    """A business that has nothing but the web chat."""
    sqlite_town.channels = ()
    return sqlite_town


async def test_init_prints_login_and_key_exactly_once(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, fresh=True)
    first = await terminal("init")
    assert first.code == 0 and "API key   reg_" in first.out and "Next: regulars run" in first.out
    again = await terminal("init")
    assert again.code == 0 and "up to date" in again.out and "reg_" not in again.out
    assert (terminal.folder / "regulars.secret").stat().st_mode & 0o777 == 0o600
    doctor = await terminal("doctor")
    assert doctor.code == 0 and "FAIL" not in doctor.out


async def test_init_for_scripts_prints_json_and_nothing_else(empty_database_url: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, database_url=empty_database_url)
    ended = await terminal("init --json --preset salon")
    made = json.loads(ended.out)
    assert ended.code == 0 and set(made) == {"login", "password", "api_key"} and all(made.values())
    again = json.loads((await terminal("init --json")).out)
    assert again == {"login": made["login"], "password": None, "api_key": None}
    assert 'key = "winback"' in (await terminal("program dump")).out


@pytest.mark.parametrize("command", ["run", "run-due", "program dump", "keys create till", "chat --as bence"])
async def test_without_init_a_command_says_which_command_to_run(terminal: Terminal, command: str) -> None:
    ended = await terminal(command)
    assert (ended.code, ended.out) == (1, "")
    assert "run: regulars init" in ended.err and "Traceback" not in ended.err


async def test_all_faults_of_the_settings_are_told_at_once_and_no_secret_with_them(tmp_path: Path) -> None:
    wrong: dict[str, Any] = {
        "http_port": 99_999,
        "public_url": "nonsense",
        "twilio_auth_token": "s3cret",
        "telegram_api_url": "http://x",
    }
    ended = await Terminal(tmp_path, **wrong)("run")
    assert (ended.code, ended.out) == (1, "")
    named = {line.partition(":")[0] for line in ended.err.splitlines()}
    missing = {"REGULARS_TELEGRAM_TOKEN", "REGULARS_TWILIO_ACCOUNT_SID", "REGULARS_TWILIO_FROM"}
    assert named == {"REGULARS_HTTP_PORT", "REGULARS_PUBLIC_URL", *missing}
    assert "s3cret" not in ended.err


@pytest.mark.parametrize("command", ["init", "doctor", "program dump"])
@pytest.mark.parametrize(
    "url", ["postgresql+asyncpg://u:s3cret@127.0.0.1:1/x", "sqlite+aiosqlite:////no/such/folder/x.db", "mysql://x"]
)
async def test_a_database_that_cannot_be_had_is_told_in_a_sentence(tmp_path: Path, url: str, command: str) -> None:
    ended = await Terminal(tmp_path, database_url=url, secret_key="a key for this test")(command)
    assert ended.code == 1
    assert "REGULARS_DATABASE_URL: " in ended.err + ended.out
    assert "Traceback" not in ended.err and "s3cret" not in ended.err + ended.out


async def test_a_port_that_is_taken_is_told_in_a_sentence(shop: Town) -> None:
    with socket.create_server(("127.0.0.1", shop.port)):
        ended = await shop.run("run")
    assert ended.code == 1
    assert "REGULARS_HTTP_PORT: " in ended.err and "Traceback" not in ended.err


async def test_a_programme_is_checked_published_and_printed(shop: Town) -> None:
    file = shop.folder / "mine.toml"
    file.write_text(CAFE.replace("cost = { points = 100 }", "cost = { points = 80 }"), "utf-8")
    checked = await shop.run("program", "check", file)
    assert checked.code == 0 and "Valid." in checked.out
    assert (await shop.run("program", "dump")).out == CAFE
    loaded = await shop.run("program", "load", file)
    assert loaded.code == 0
    assert loaded.out.startswith("published as version 2, in force from ")
    assert loaded.out.endswith('UTC\n  rewards "free_drink": cost.points was 100, is 80\n')
    assert (await shop.run("program", "dump")).out == file.read_text("utf-8")
    assert (await shop.run("program", "load", file)).out == "nothing changed: this is what version 2 says\n"


async def test_a_programme_is_planned_withdrawn_compared_and_rolled_back(shop: Town) -> None:
    file = shop.folder / "dear.toml"
    file.write_text(CAFE.replace("cost = { points = 100 }", "cost = { points = 200 }"), "utf-8")
    planned = await shop.run("program", "load", file, "--from", "2999-01-01T00:00:00+01:00", "--note", "New year")
    assert "published as version 2, in force from 2998-12-31 23:00 UTC" in planned.out
    told = (await shop.run("program", "history")).out.splitlines()
    assert told[0].startswith("    2  from 2998-12-31") and told[0].endswith("New year")
    assert told[1].startswith("*   1  from ")
    assert (await shop.run("program", "dump")).out == CAFE
    assert (await shop.run("program", "dump", "--version", "2")).out == file.read_text("utf-8")
    assert (await shop.run("program", "withdraw", "2")).out == "version 2 is withdrawn\n"
    await shop.run("program", "load", file)
    assert (await shop.run("program", "diff", "1", "2")).out == 'rewards "free_drink": cost.points was 100, is 200\n'
    assert (await shop.run("program", "rollback", "1")).out.startswith("published as version 3")
    assert (await shop.run("program", "dump")).out == CAFE
    begun = await shop.run("program", "withdraw", "3")
    assert begun.code == 1 and "version 3 has begun" in begun.err
    assert "there is no version 9" in (await shop.run("program", "rollback", "9")).err


async def test_a_programme_explains_itself_in_any_of_its_languages(shop: Town) -> None:
    file = shop.folder / "mine.toml"
    file.write_text(CAFE.replace("points = 1, per", "points = 3, per"), "utf-8")
    mine = await shop.run("program", "explain", file)
    assert mine.code == 0
    assert mine.out.startswith("How you earn\n  3 points for every €1 you spend\n\nStamp cards\n")
    now = await shop.run("program", "explain", "--language", "hu")
    assert now.out.startswith("Így gyűjthetsz\n  1 pont minden elköltött 1\u00a0EUR után\n")


async def test_a_programme_is_looked_over_and_only_strictness_makes_warnings_a_failure(shop: Town) -> None:
    file = shop.folder / "cheap.toml"
    file.write_text(CAFE.replace("need = 10", "need = 3"), "utf-8")
    looked = await shop.run("program", "lint", file)
    assert looked.code == 0
    first, second, last = looked.out.splitlines()
    assert first.startswith("warning: stamp_cards.0.need: one for 3 gives away about 33.3%")
    assert second.startswith("note: rewards.0.cost.points: ")
    assert last == "1 warning, judged by a customer who spends 12.00 4 times a month"
    assert (await shop.run("program", "lint", file, "--strict")).code == 1
    assert (await shop.run("program", "lint", file, "--strict", "--most-percent", "40")).code == 0
    rare = await shop.run("program", "lint", "--basket", "5.00", "--visits-a-month", "2", "--days", "30")
    assert "warning: rewards: " in rare.out and "5.00 2 times a month" in rare.out


async def test_a_document_is_looked_over_before_there_is_a_database(terminal: Terminal) -> None:
    (terminal.folder / "cafe.toml").write_text(CAFE, "utf-8")
    looked = await terminal("program lint", terminal.folder / "cafe.toml")
    assert looked.code == 0 and "no warnings" in looked.out
    assert not list(terminal.folder.glob("*.db"))
    none = await terminal("program lint")
    assert none.code == 1 and "run: regulars init" in none.err


async def test_every_fault_of_a_programme_is_named_by_its_path_and_nothing_is_published(shop: Town) -> None:
    file = shop.folder / "wrong.toml"
    text = CAFE.replace('currency = "EUR"', 'currency = "EURO"').replace("need = 10", "need = 0")
    file.write_text(text.replace("days = 60", "days = 60\ncolour = 1"), "utf-8")
    for command in ("check", "load"):
        ended = await shop.run("program", command, file)
        assert (ended.code, ended.out) == (1, "")
        for path in ("programme.currency", "stamp_cards.0.need", "campaigns.1.colour"):
            assert path in ended.err
    assert await shop.count("programmes") == 1


async def test_a_new_key_opens_the_api(shop: Town) -> None:
    made = await shop.run("keys", "create", "till-1")
    assert made.code == 0
    shop.key = made.out.strip()
    async with shop.service():
        await shop.post("/api/v1/members", ANNA)


async def _balance(town: Town) -> None:
    async with town.database.write() as tx:
        await tx.execute(update(standings).values(points=standings.c.points + 1))


async def _lots(town: Town) -> None:
    async with town.database.write() as tx:
        await tx.execute(update(lots).values(remaining=lots.c.remaining - 1))


@pytest.mark.parametrize(
    ("tamper", "invariant"),
    [(_balance, "every balance equals the sum of its ledger entries"), (_lots, "every balance equals what is left")],
)
async def test_the_doctor_sees_a_tampered_ledger(shop: Town, tamper: Callable[..., Any], invariant: str) -> None:
    await enrol.enrol(shop.core(), enrol.NewMember(external_id="anna"))
    bought = ActivityIn(type="purchase", source="till", id="1", member=MemberRef(external_id="anna"), amount="12.99")
    await record.record(shop.core(), bought)
    await tamper(shop)
    ended = await shop.run("doctor")
    assert ended.code == 1
    assert f"FAIL  {invariant}" in ended.out and "broken 1 times" in ended.out


async def test_the_terminal_is_a_door_too(shop: Town) -> None:
    said = "join\nBence\nskip\nyes\nhow many points do i have?\n"
    ended = await shop.run("chat", "--as", "06 30 765 4321", "--channel", "sms", told=said)
    assert ended.code == 0
    assert "You are now a member of Bean & Leaf" in ended.out and "You have 0 points." in ended.out
    assert [address.address for address in await shop.rows("addresses")] == ["+36307654321"]
    again = await shop.run("chat", "--as", "+36 30 765-4321", told="egyenleg\n")
    assert "You have 0 points." in again.out
    wrong = await shop.run("chat", "--as", "anna@", told="balance\n")
    assert wrong.code == 1 and "is no e-mail address" in wrong.err


async def test_in_the_terminal_a_choice_is_answered_by_its_number(shop: Town) -> None:
    pictures = shop.folder / "pictures"
    pictures.mkdir()
    asked = ("chat", "--as", "7400000001", "--channel", "telegram", "--language", "hu", "--pictures", str(pictures))
    ended = await shop.run(*asked, told="csatlakozom\nAnna\n1\n1\nkártya\n")
    assert ended.code == 0 and "[1] " in ended.out
    assert [address.marketing for address in await shop.rows("addresses")] == [True]
    assert [file.suffix for file in pictures.iterdir()] == [".png"]
    assert all(str(file) in ended.out for file in pictures.iterdir())


async def test_a_number_is_a_phone_however_it_is_typed(shop: Town) -> None:
    ended = await shop.run("chat", "--as", "06 30/765-4321", told="join\nBence\nskip\nno\n")
    assert ended.code == 0
    assert [(one.channel, one.address) for one in await shop.rows("addresses")] == [("sms", "+36307654321")]


async def test_the_last_answer_in_the_terminal_is_written_down_as_given(shop: Town) -> None:
    ended = await shop.run("chat", "--as", "+36307654321", told="hello\n")
    assert ended.code == 0 and "To join" in ended.out
    assert [message.state for message in await shop.rows("messages")] == ["sent"]


async def test_bytes_that_are_no_text_get_an_answer_in_the_terminal(shop: Town) -> None:
    ended = await shop.run("chat", "--as", "+36307654321", told=b"caf\xe9\n\x00balance\x00\n")
    assert (ended.code, ended.err) == (0, "")
    assert "I did not understand" in ended.out and "To join" in ended.out


async def test_a_programme_that_is_no_text_is_told_in_a_sentence(shop: Town) -> None:
    file = shop.folder / "mine.toml"
    file.write_bytes('name = "Café"'.encode("latin-1"))
    for command in ("check", "load"):
        ended = await shop.run("program", command, file)
        assert ended.code == 1 and ended.err == "mine.toml: is not text in UTF-8; save it as UTF-8 and try again\n"


async def test_a_programme_saved_by_a_windows_editor_is_read(shop: Town) -> None:
    file = shop.folder / "mine.toml"
    file.write_text(CAFE, "utf-8-sig")
    assert (await shop.run("program", "check", file)).code == 0


WRONG_TIMES = ["yesterday", "2027-03-14T09:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]


@pytest.mark.parametrize("wrong", ["", "nonsense", *(f"run-due --now {time}" for time in WRONG_TIMES)])
async def test_misuse_ends_with_2_and_says_how_it_is_used(terminal: Terminal, wrong: str) -> None:
    ended = await terminal(wrong)
    assert ended.code == 2
    assert "Usage:" in ended.out + ended.err


async def test_a_file_that_is_not_there_is_misuse(terminal: Terminal) -> None:
    for command in ("program check", "program load", "activities import"):
        ended = await terminal(command, "no-such-file.csv")
        assert ended.code == 2 and "does not exist" in ended.err


async def test_help_of_every_command_tells_what_it_and_each_option_is_for(terminal: Terminal) -> None:
    for command in COMMANDS:
        ended = await terminal(command, "--help")
        assert ended.code == 0 and "Usage:" in ended.out
        box = [line.strip("│ ") for line in ended.out.splitlines() if line.startswith("│")]
        assert box and all(len(line.split()) >= 3 for line in box), (command, box)
