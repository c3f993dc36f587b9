"""Staff answer customers, and make one of two members, by the API."""

import pytest

from bot.actions import keys
from bot.actions.core import Core
from tests.actions.test_converse import BENCE, says
from tests.web.api import ANNA, Api

TALKS = "/api/v1/conversations"
BENCES = f"{TALKS}/telegram/{BENCE}"


@pytest.fixture
async def staff(api: Api, core: Core) -> Api:
    """Bence has asked for a person; called with the key of somebody of staff."""
    await says(core, "person")
    return Api(api.client, await keys.create_key(core, "dora", "staff"))


async def test_staff_see_who_waits_read_answer_and_hand_back(staff: Api, core: Core) -> None:
    [waits] = (await staff.get(f"{TALKS}?waiting=true")).body["conversations"]
    assert (waits["channel"], waits["address"], waits["name"]) == ("telegram", BENCE, "Bence")
    assert waits["waiting_since"] == waits["since"] == core.clock().isoformat()
    talk = (await staff.get(BENCES)).body
    assert (talk["person"], talk["lines"][0]["text"]) == (True, "person")
    said = await staff.post(f"{BENCES}/messages", {"text": "How can I help?", "id": "1"})
    again = await staff.post(f"{BENCES}/messages", {"text": "How can I help?", "id": "1"})
    assert (said.status, said.body["duplicate"]) == (201, False)
    assert (again.status, again.body) == (200, {"message": said.body["message"], "duplicate": True})
    assert (await staff.get(f"{TALKS}?waiting=true")).body["conversations"] == []
    assert len((await staff.get(TALKS)).body["conversations"]) == 1
    assert (await staff.post(f"{BENCES}/hand-back")).body == {"changed": True}
    assert (await staff.post(f"{BENCES}/hand-back")).body == {"changed": False}


async def test_it_is_counted_how_many_wait(staff: Api) -> None:
    assert "regulars_conversations_waiting 1.0" in (await staff.get("/metrics")).body


@pytest.mark.parametrize(
    ("body", "field"),
    [({"id": "1"}, "text"), ({"text": " ", "id": "1"}, "text"), ({"text": "x" * 1601, "id": "1"}, "text")],
)
async def test_what_cannot_be_said_is_named(staff: Api, body: dict[str, str], field: str) -> None:
    answer = await staff.post(f"{BENCES}/messages", body)
    assert (answer.status, list(answer.faults)) == (422, [field])


async def test_nobody_is_written_to_who_never_wrote(staff: Api) -> None:
    unknown = f"{TALKS}/telegram/9999"
    assert (await staff.get(unknown)).status == 404
    assert (await staff.post(f"{unknown}/messages", {"text": "Hi", "id": "1"})).status == 404
    assert (await staff.post(f"{unknown}/hand-back")).status == 404


async def test_who_said_stop_is_not_written_to(staff: Api, core: Core) -> None:
    await says(core, "STOP")
    answer = await staff.post(f"{BENCES}/messages", {"text": "Hi", "id": "1"})
    assert (answer.status, "STOP" in answer.body["detail"]) == (409, True)


async def test_without_a_key_nothing_is_read(staff: Api) -> None:
    stranger = Api(staff.client, "no key")
    assert (await stranger.get(BENCES)).status == 401


async def test_two_members_become_one(api: Api) -> None:
    await api.buys("1", "120.00")
    await api.buys("2", "30.00", member={"external_id": "bence"})
    merged = await api.post(f"{ANNA}/merge", {"other": {"external_id": "bence"}})
    assert (merged.status, merged.body["telegram"]) == (200, "2222")
    assert (await api.post(f"{ANNA}/merge", {"other": {"telegram": "2222"}})).body == merged.body
    assert (await api.get("/api/v1/members/external:bence/balance")).body["points"] == await api.points() == 150
    assert (await api.post(f"{ANNA}/merge", {"other": {"external_id": "charlie"}})).status == 404
