"""What is kept about a member and what they agreed to, over HTTP and on the command line."""

import asyncio
import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.actions import keys
from bot.actions.core import Core
from bot.cli import app
from tests import cast
from tests.web.api import ANNA, Api


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The calls are the same on every database; what they read is tested on both elsewhere."""
    return sqlite_url


async def test_only_the_owner_is_handed_all_that_is_kept(api: Api, core: Core) -> None:
    answer = await api.get(f"{ANNA}/data")
    assert answer.status == 200
    assert answer.body["profile"][0]["name"] == "Anna"
    assert answer.body["made_at"] == "2026-03-04T12:00:00+00:00"
    assert answer.headers["Cache-Control"] == "no-store"
    for role in ("staff", "marketer"):
        till = Api(api.client, await keys.create_key(core, role, role))
        assert (await till.get(f"{ANNA}/data")).status == 403
        assert (await till.get(f"{ANNA}/consents")).status == 200


async def test_what_was_agreed_to_is_listed_with_its_proof(api: Api) -> None:
    await api.patch(ANNA, {"consent": {"email": False}})
    told = (await api.get(f"{ANNA}/consents")).body["consents"]
    assert [(one["channel"], one["granted"]) for one in told] == [("email", True), ("sms", True), ("email", False)]
    assert told[2] == {
        "at": "2026-03-04T12:00:00+00:00",
        "channel": "email",
        "address": "anna@example.com",
        "purpose": "marketing",
        "granted": False,
        "source": "api",
        "words": "",
    }


@pytest.mark.parametrize("part", ["data", "consents"])
async def test_nobody_is_told_of_who_is_not_there(api: Api, part: str) -> None:
    for nobody in ("external:nobody", "phone:x", "1"):
        assert (await api.get(f"/api/v1/members/{nobody}/{part}")).status == 404


@pytest.fixture
def run(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The commands of a café whose member Anna is."""

    async def open_cafe() -> None:
        async with cast.core(sqlite_url) as cafe:
            await cast.joins(cafe, cast.ANNA)

    asyncio.run(open_cafe())
    monkeypatch.setenv("REGULARS_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("REGULARS_SECRET_KEY", cast.SECRET.decode())
    return CliRunner()


def test_the_command_line_writes_the_same_to_the_screen_or_a_file(run: CliRunner, tmp_path: Path) -> None:
    shown = run.invoke(app, ["members", "data", "external:anna"])
    assert json.loads(shown.stdout)["profile"][0]["name"] == "Anna"
    file = tmp_path / "anna.json"
    assert run.invoke(app, ["members", "data", "external:anna", str(file)]).exit_code == 0
    assert json.loads(file.read_text("utf-8"))["profile"][0]["name"] == "Anna"
    assert file.stat().st_mode & 0o077 == 0, "nobody else on the machine may read it"


def test_the_ledger_of_consents_is_shown_for_one_and_written_for_all(run: CliRunner, tmp_path: Path) -> None:
    shown = run.invoke(app, ["members", "consents", "external:anna"])
    assert [row["channel"] for row in csv.DictReader(shown.stdout.splitlines())] == ["email", "sms"]
    file = tmp_path / "all.csv"
    assert run.invoke(app, ["members", "consents", "--all", str(file)]).stdout == f"2 lines written to {file}\n"
    assert len(file.read_text("utf-8").splitlines()) == 3
    for wrong in (["members", "consents"], ["members", "consents", "external:anna", "--all", str(file)]):
        assert run.invoke(app, wrong).exit_code == 2
