"""Every operation of the published description, called well and badly: nothing breaks, and all is as described.

Each example is a day of calls on a shop of its own, so that what fails can be told again.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.actions import keys
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import NewMember
from bot.actions.upkeep import upkeep
from bot.loyalty.causes import Cause
from bot.loyalty.challenges import Challenge
from bot.loyalty.document import parse
from bot.loyalty.segments import Segment
from bot.messages import Inbound
from bot.web import server
from campaigns.document import check
from tests import cast
from tests.actions.asking import unbroken
from tests.cast import CAFE, Watch
from tests.databases import PostgresServer
from tests.web.anybody import Anybody, operations
from tests.web.api import Api, purchase
from tests.web.from_schema import Draw, Schema

FULL = (files("config") / "presets" / "fashion.toml").read_text("utf-8") + (
    Path(__file__).with_name("every_table.toml").read_text("utf-8")
)
KINDS = ("meant", "meant", "meant", "possible", "odd", "odd")
IN_VAIN = 2
"""The most operations that may never end well though they are often meant well. With more, this looks at refusals
alone, and ``Anybody`` has to learn what a caller would really send. Not none: Hypothesis draws constants that it finds
in the code too, so every change of the code brings other calls."""
Copy = Callable[[], AbstractContextManager[str]]


@cache
def _keys(document: str) -> dict[str, list[str]]:
    programme = parse(document)
    return {
        "rewards": [*programme.rewards],
        "codes": [one.key for one in programme.rewards.values() if one.kind == "partner_offer"] or ["none"],
        "waiting": ["fitting"],
        "challenges": [one.key for one in programme.of(Challenge).values() if one.opt_in] or ["none"],
        "segments": [*programme.of(Segment)] or ["none"],
        "causes": [*programme.of(Cause)] or ["none"],
        "currency": [programme.currency],
        "documents": [document, CAFE],
    }


@asynccontextmanager
async def _open(url: str, clock: Watch, document: str) -> AsyncIterator[tuple[Core, Api]]:
    async with (
        cast.core(url, clock, document) as core,
        TestClient(TestServer(server.build(core, check=check))) as client,
    ):
        yield core, Api(client, await keys.create_key(core, "test", "owner"))


async def _furnish(url: str, document: str) -> Schema:
    """Members with points, credit, vouchers and a talk, an event that is full; answers what the service publishes."""
    clock = Watch()
    async with _open(url, clock, document) as (core, api):
        brought = [NewMember(name=who, external_id=who, referred_by=cast.ref("anna")) for who in ("charlie", "dora")]
        await cast.joins(core, cast.ANNA, cast.BENCE, *brought, NewMember(name="Erin", external_id="erin"))
        for who in ("anna", "bence", "charlie"):
            ref = f"/api/v1/members/external:{who}"
            await _made(api, f"{ref}/adjust", {"points": 3000, "reason": "to begin", "id": f"{who} points"})
            await _made(api, f"{ref}/adjust", {"credit": "50.00", "reason": "to begin", "id": f"{who} credit"})
        for who in ("bence", "charlie", "dora"):
            # Friends who pay with the card of another member are looked at by a person.
            paid = {"member": {"external_id": who}, "attributes": {"payment_token": "the same card"}}
            await _made(api, "/api/v1/activities", purchase(f"first of {who}", "1.00", **paid))
        if document is FULL:
            await _made(api, "/api/v1/rewards/cinema/codes", {"codes": [f"C{n}" for n in range(9)]})
            await _made(api, "/api/v1/redemptions", {"member": {"external_id": "bence"}, "reward": "fitting"})
        await converse_many(core, [Inbound("telegram", "2222", "1", "person", clock())])
        description: Schema = (await api.get(server.DESCRIPTION_PATH)).body
        return description


async def _made(api: Api, path: str, body: Any) -> None:
    answer = await api.post(path, body)
    assert answer.status < 300, answer.body


async def _day(url: str, document: str, description: Schema, draw: Draw, calls: int) -> Anybody:
    """``calls`` calls, a little time between some; what holds always must hold after them."""
    clock = Watch()
    async with _open(url, clock, document) as (core, api):
        anybody = Anybody(api, clock, description, _keys(document), draw)
        await anybody.begin()
        table = [one for one in operations(description) if one.path != server.DESCRIPTION_PATH]
        order = st.lists(st.sampled_from(table), min_size=calls, max_size=calls, unique_by=lambda one: one.name)
        for one in draw(order):
            await anybody.call(one, draw(st.sampled_from(KINDS)))
            clock.moves(hours=draw(st.sampled_from((0,) * 20 + (1, 100))))
        await upkeep(core, clock())
        await unbroken(core)
        return anybody


@contextmanager
def _sqlite(template: Path, document: str) -> Iterator[tuple[Copy, Schema]]:
    """Makes copies of a shop's database."""
    with tempfile.TemporaryDirectory() as folder:
        furnished = Path(shutil.copyfile(template, f"{folder}/furnished.db"))
        described = asyncio.run(_furnish(f"sqlite+aiosqlite:///{furnished}", document))

        @contextmanager
        def copy() -> Iterator[str]:
            yield f"sqlite+aiosqlite:///{shutil.copyfile(furnished, f'{folder}/day.db')}"

        yield copy, described


@contextmanager
def _postgres(server: PostgresServer, template: str, document: str) -> Iterator[tuple[Copy, Schema]]:
    with server.database(template) as furnished:
        described = asyncio.run(_furnish(server.url(furnished), document))

        @contextmanager
        def copy() -> Iterator[str]:
            with server.database(furnished) as name:
                yield server.url(name)

        yield copy, described


def _play(shop: tuple[Copy, Schema], document: str, days: int, calls: int) -> tuple[Counter[str], Counter[str]]:
    """So many days; answers how many calls were meant well, and how many of these ended well."""
    meant, good = Counter[str](), Counter[str]()
    copy, described = shop

    # A call that fails is told whole, so that the minutes a smaller example would take to find are saved.
    @settings(
        max_examples=days,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def play(data: st.DataObject) -> None:
        with copy() as url, asyncio.Runner() as runner:
            anybody = runner.run(_day(url, document, described, data.draw, calls))
        meant.update(anybody.meant)
        good.update(anybody.good)

    play()
    return meant, good


def test_a_cafe_answers_whatever_it_is_asked(sqlite_template: Path) -> None:
    with _sqlite(sqlite_template, CAFE) as shop:
        _play(shop, CAFE, days=20, calls=25)


def test_a_shop_that_uses_every_table_answers_whatever_it_is_asked(sqlite_template: Path) -> None:
    with _sqlite(sqlite_template, FULL) as shop:
        meant, good = _play(shop, FULL, days=45, calls=25)
    in_vain = {name: count for name, count in meant.items() if count >= 8 and not good[name]}
    assert len(in_vain) <= IN_VAIN, in_vain
    assert sum(good.values()) > 0.6 * sum(meant.values())


def test_on_postgresql_it_does_as_well(postgres: PostgresServer, postgres_template: str) -> None:
    with _postgres(postgres, postgres_template, FULL) as shop:
        _play(shop, FULL, days=6, calls=25)
