"""Updates as Telegram words them, read into what customers said."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.messages import Inbound, InboundKind
from channels.telegram.updates import pressed, read_updates
from tests.channels.telegram_world import ANNA, BENCE, NOW
from tests.fakes import telegram_updates as updates

SAMPLES = Path(__file__).parents[1] / "samples"
SENT = int(NOW.timestamp()) - 60


def sample(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SAMPLES / f"telegram-update-{name}.json").read_text())
    return content


def said(text: str, number: int = 5, update_id: int = 1, chat_id: int = ANNA, **fields: Any) -> dict[str, Any]:
    return {"update_id": update_id, "message": updates.message(chat_id, number, SENT, {}, text=text) | fields}


def by(person: dict[str, Any]) -> dict[str, Any]:
    update = said("balance")
    update["message"]["from"] = person
    return update


def read(*told: Any) -> list[Inbound]:
    return list(read_updates(told, NOW))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("balance", "balance"),
        ("/balance", "balance"),
        ("/Balance", "Balance"),
        ("/balance@shop_bot", "balance"),
        ("/start ref_c42-AbC", "start ref_c42-AbC"),
        ("/start@shop_bot ref", "start ref"),
        ("/redeem\n2", "redeem\n2"),
        ("/", "/"),
        ("1/2", "1/2"),
        ("/path/to", "/path/to"),
        ("nul\0", "nul"),
    ],
)
def test_a_slash_command_is_the_same_as_its_word(written: str, meant: str) -> None:
    assert [one.text for one in read(said(written))] == [meant]


def test_a_message_carries_its_own_time_and_the_persons_name_and_language() -> None:
    [one] = read(sample("start-deeplink"))
    assert one.at == datetime.fromtimestamp(1_800_000_000, UTC)
    assert (one.name, one.locale, one.kind) == ("Ann", "zh-hant", InboundKind.TEXT)


def test_a_pressed_button_happens_now_and_not_when_its_message_was_sent() -> None:
    update = sample("callback")
    [one] = read(update)
    assert (one.text, one.at, one.id) == ("spin:1", NOW, "callback:4382bfdwdsb323b2d9")
    assert pressed([update]) == ["4382bfdwdsb323b2d9"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("my_chat_member-blocked", InboundKind.STOPPED), ("my_chat_member-unblocked", InboundKind.RESUMED)],
)
def test_leaving_and_coming_back_are_no_words(name: str, kind: InboundKind) -> None:
    [one] = read(sample(name))
    assert (one.kind, one.text, one.address) == (kind, "", "7400000001")


def test_the_same_message_has_the_same_id_even_under_another_update_id() -> None:
    first, again = read(said("hi", update_id=10), said("hi", update_id=99))
    assert first.id == again.id


def test_another_message_chat_or_bot_has_another_id_even_under_the_same_update_id() -> None:
    other_bot = said("hi", date=SENT + 1)
    ids = {one.id for one in read(said("hi"), said("hi", number=6), said("hi", chat_id=BENCE), other_bot)}
    assert len(ids) == 4


def test_leaving_twice_in_one_second_counts_twice() -> None:
    kicked = updates.membership(ANNA, SENT, {"id": 1}, "member", "kicked")
    first, second = read({"update_id": 1, "my_chat_member": kicked}, {"update_id": 3, "my_chat_member": kicked})
    assert first.id != second.id


def test_an_id_does_not_tell_the_chat() -> None:
    blocked = updates.membership(ANNA, SENT, {"id": 1}, "member", "kicked")
    for one in read(said("hi"), {"update_id": 1, "my_chat_member": blocked}):
        assert str(ANNA) not in one.id


def test_groups_bots_edits_and_pictures_are_passed_over() -> None:
    group = {"id": -100, "type": "supergroup", "title": "Coffee lovers"}
    edited = {"update_id": 3, "edited_message": said("balance")["message"]}
    in_group = sample("callback")
    in_group["callback_query"]["message"]["chat"] = group
    told = [
        said("balance", chat=group),
        by({"id": ANNA, "is_bot": True, "first_name": "Robot"}),
        edited,
        in_group,
        sample("photo"),
        sample("contact"),
        {"update_id": 4, "something_new": {"in": "the API"}},
    ]
    assert read(*told) == []


def test_one_unreadable_update_does_not_cost_its_neighbours() -> None:
    unreadable: list[Any] = [
        None,
        7,
        {"update_id": 1, "message": {"text": "hi"}},
        said("hi", date=10**30),
        said("hi", chat={"id": "Anna", "type": "private"}),
        {"update_id": 1, "callback_query": {"data": "x", "message": {}}},
    ]
    assert [one.text for one in read(said("before"), *unreadable, said("after"))] == ["before", "after"]
    assert pressed(unreadable) == []


def test_a_person_without_a_language_or_last_name_is_fine() -> None:
    [one] = read(by({"id": ANNA, "is_bot": False, "first_name": "Anna"}))
    assert (one.name, one.locale) == ("Anna", "")
    assert one.at == NOW - timedelta(minutes=1)
