"""A channel that nobody knew is a folder and a line: the contract holds for it, and a whole service talks by it."""

from typing import Any, ClassVar

import pytest

from bot.app import Service
from bot.errors import SetupError
from channels import registry
from tests.cast import Watch, core
from tests.channels.contract import Contract, Hears, Listens, Opens, Refuses, Unsubscribes, Webhook
from tests.channels.noticeboard import BoardSettings, from_settings
from tests.channels.worlds.noticeboard import Boards
from tests.fakes.noticeboard import KEY, Board


class TestNoticeboard(Contract, Hears, Webhook, Opens, Refuses):
    of = Boards
    lacks: ClassVar = {Listens: "notes come by webhook", Unsubscribes: "who takes down their board hears nothing"}


def settings(board: Board, **more: Any) -> BoardSettings:
    told = {"noticeboard_url": board.url, "noticeboard_key": KEY, "secret_key": "a secret of sixteen or more"}
    return BoardSettings.model_validate(told | more)


async def test_with_a_line_in_the_registry_the_whole_service_talks_by_it(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "FACTORIES", (*registry.FACTORIES, from_settings))
    async with core(sqlite_url), Board() as board:
        service = Service(settings(board, database_url=sqlite_url, http_port=0), clock=Watch())
        await service.start()
        here = f"http://127.0.0.1:{service.port}"
        for number, said in enumerate(("join", "Anna", "skip", "yes", "balance"), 1):
            assert await board.tell(here, board.written("anna", said)) == 200
            notes = await board.pinned("anna", number)
        await service.close()
    assert notes[0]["text"].startswith("What is your name?")
    assert "You are now a member of Bean & Leaf" in notes[3]["text"]
    assert "You have 0 points." in notes[4]["text"]


@pytest.mark.parametrize(("told", "on"), [({"noticeboard_url": None}, False), ({}, True)])
async def test_it_is_off_without_its_settings(told: dict[str, Any], on: bool) -> None:
    async with Board() as board:
        assert (from_settings(settings(board, **told)) is not None) is on


async def test_half_set_up_it_says_what_is_missing() -> None:
    async with Board() as board:
        with pytest.raises(SetupError, match="REGULARS_NOTICEBOARD_KEY"):
            from_settings(settings(board, noticeboard_key=None))
