"""Who may call what."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from bot.actions import keys
from bot.actions.core import Core
from bot.errors import BadInput
from bot.storage.tables import api_keys, users
from tests import cast
from tests.web.api import ANNA, Api

CALLS = [
    ("POST", "/api/v1/members"),
    ("GET", ANNA),
    ("PATCH", ANNA),
    ("DELETE", ANNA),
    ("GET", f"{ANNA}/balance"),
    ("GET", f"{ANNA}/ledger"),
    ("POST", "/api/v1/activities"),
    ("POST", "/api/v1/activities/batch"),
    ("GET", "/api/v1/rewards"),
    ("POST", "/api/v1/redemptions"),
    ("GET", "/api/v1/vouchers/X"),
    ("POST", "/api/v1/vouchers/X/use"),
    ("GET", "/api/v1/nothing"),
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Keys are the same on every database."""
    return sqlite_url


@pytest.mark.parametrize(("method", "path"), CALLS)
async def test_without_a_valid_key_nothing_is_told_or_done(api: Api, method: str, path: str) -> None:
    good = api.key
    wrong = ["", "Bearer", "Bearer ", good, f"Basic {good}", f"Bearer {good[:-1]}", f"Bearer {good}x", f"Token {good}"]
    for header in [*wrong, f"Bearer {keys.PREFIX}{'A' * 43}", f"Bearer {good} {good}", "Bearer ' OR 1=1 --"]:
        answer = await api.call(method, path, raw=b"{", Authorization=header)
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), header
        assert answer.body["detail"] == "A valid API key is needed."
    assert (await api.get(ANNA)).status == 200


async def test_the_scheme_may_be_written_in_any_case(api: Api) -> None:
    assert (await api.get(ANNA, Authorization=f"bearer {api.key}")).status == 200


async def test_staff_may_do_everything_but_erase(api: Api, core: Core) -> None:
    for role, erases in (("staff", 403), ("marketer", 403), ("owner", 204)):
        till = Api(api.client, await keys.create_key(core, "till", role))
        assert (await till.buys(role)).status == 201
        assert (await till.patch(ANNA, {"name": role})).status == 200
        assert (await till.call("DELETE", ANNA)).status == erases


async def test_a_call_that_does_not_exist_is_a_404_or_405_with_a_key(api: Api, core: Core) -> None:
    till = Api(api.client, await keys.create_key(core, "till", "staff"))
    assert (await till.get("/api/v1/nothing")).status == 404
    assert (await till.call("HEAD", ANNA)).status == 200
    wrong = await till.call("DELETE", "/api/v1/rewards")
    assert (wrong.status, wrong.headers["Allow"], wrong.body["title"]) == (405, "GET,HEAD", "Method Not Allowed")


async def test_a_key_taken_away_stops_working_within_seconds(api: Api, core: Core, clock: cast.Watch) -> None:
    assert (await api.get(ANNA)).status == 200
    async with core.database.write() as tx:
        await tx.execute(api_keys.delete())
    clock.moves(seconds=6)
    assert (await api.get(ANNA)).status == 401


async def test_only_the_hash_of_a_key_is_kept(core: Core) -> None:
    key = await keys.create_key(core, "till-1", "staff")
    async with core.database.read() as tx:
        [row] = (await tx.execute(select(api_keys))).mappings()
    assert (row["name"], row["role"], len(row["hash"])) == ("till-1", "staff", 64)
    assert key.removeprefix(keys.PREFIX) not in str(dict(row))


async def test_a_role_that_does_not_exist_is_refused(core: Core) -> None:
    with pytest.raises(BadInput, match="staff, marketer, owner"):
        await keys.create_key(core, "till-1", "admin")


async def test_the_owners_password_is_made_once_and_kept_as_argon2(core: Core) -> None:
    password = await keys.create_owner(core, "owner")
    assert password is not None
    assert await keys.create_owner(core, "owner") is None
    async with core.database.read() as tx:
        [row] = (await tx.execute(select(users))).mappings()
    assert (row["login"], row["role"]) == ("owner", "owner")
    assert PasswordHasher().verify(row["password_hash"], password)
