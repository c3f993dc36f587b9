"""Updates as Telegram words them, read into what customers said."""

import copy
import functools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.messages import Inbound, InboundKind
from channels.telegram.albums import Albums
from channels.telegram.groups import calls
from channels.telegram.updates import Press, presses, read_updates
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
        ("/start", "start"),
        ("/start and more", "start and more"),
        ("/redeem\n2", "redeem\n2"),
        ("/", "/"),
        ("1/2", "1/2"),
        ("/path/to", "/path/to"),
        ("nul\0", "nul"),
    ],
)
def test_a_slash_command_is_the_same_as_its_word(written: str, meant: str) -> None:
    assert [one.text for one in read(said(written))] == [meant]


@pytest.mark.parametrize("payload", ["r_K7M2-9QXA", "join_HQ-1", "link_" + "Ab_-0" * 11 + "wxyz", "Z" * 64])
@pytest.mark.parametrize("command", ["/start", "/start@shop_bot", "/start@Shop_Bot "])
def test_the_payload_of_a_deep_link_arrives_unharmed_and_marked_as_no_speech(command: str, payload: str) -> None:
    assert [one.text for one in read(said(f"{command} {payload}"))] == [f"/start {payload}"]


def test_a_message_carries_its_own_time_and_the_persons_name_and_language() -> None:
    [one] = read(sample("start-deeplink"))
    assert one.at == datetime.fromtimestamp(1_800_000_000, UTC)
    assert (one.name, one.locale, one.kind) == ("Ann", "zh-hant", InboundKind.TEXT)


def test_a_pressed_button_happens_now_and_not_when_its_message_was_sent() -> None:
    update = sample("callback")
    [one] = read(update)
    assert (one.text, one.at, one.id) == ("spin:1", NOW, "callback:4382bfdwdsb323b2d9")
    assert one.pressed == "1366"
    assert presses([update]) == [Press("4382bfdwdsb323b2d9", "7400000001", "1366")]


@pytest.mark.parametrize(
    ("data", "answers"), [("yes free_drink", True), ("no", True), ("skip", True), ("yesno", False)]
)
def test_an_answer_to_a_question_is_told_from_a_wish(data: str, answers: bool) -> None:
    update = sample("callback")
    update["callback_query"]["data"] = data
    assert [press.answers for press in presses([update])] == [answers]


def test_a_button_in_a_message_too_old_to_be_shown_counts_all_the_same() -> None:
    update = sample("callback")
    update["callback_query"]["message"] = updates.inaccessible(ANNA, 7)
    [one] = read(update)
    assert (one.text, one.pressed, one.at) == ("spin:1", "7", NOW)


def test_a_button_of_a_message_that_is_not_told_still_stops_spinning() -> None:
    update = sample("callback")
    del update["callback_query"]["message"]
    assert read(update) == []
    assert [press.query for press in presses([update])] == ["4382bfdwdsb323b2d9"]


def test_only_ones_own_contact_vouches_for_a_phone() -> None:
    own, anothers = sample("contact"), sample("contact")
    anothers["message"]["contact"]["user_id"] = BENCE
    nobodys = sample("contact")
    del nobodys["message"]["contact"]["user_id"]
    assert [(one.text, one.phone) for one in read(own, anothers, nobodys)] == [("", "+14155552345"), ("", ""), ("", "")]


@pytest.mark.parametrize(
    ("number", "phone"),
    [
        ("36301234567", "+36301234567"),
        ("+36 30 123-4567", "+36301234567"),
        ("5215512345678", "+525512345678"),
        ("+0123456789", ""),
        ("1234", ""),
        ("", ""),
    ],
)
def test_a_shared_number_is_e164_or_nothing(number: str, phone: str) -> None:
    update = sample("contact")
    update["message"]["contact"]["phone_number"] = number
    assert [one.phone for one in read(update)] == [phone]


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


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "location"])
def test_what_is_sent_in_the_place_of_words_is_heard_by_its_caption_or_as_no_words(kind: str) -> None:
    update = said("")
    del update["message"]["text"]
    bare, captioned = copy.deepcopy(update), copy.deepcopy(update)
    bare["message"][kind] = captioned["message"][kind] = {"file_id": "x"}
    captioned["message"] |= {"caption": "/balance", "message_id": 8}
    assert [one.text for one in read(bare, captioned)] == ["", "balance"]


def album(*captions: str, group: str = "13") -> list[dict[str, Any]]:
    """A picture for each caption, some of them empty."""
    pictures = [copy.deepcopy(sample("photo")) for _ in captions]
    for number, (picture, caption) in enumerate(zip(pictures, captions, strict=True), 10 * int(group)):
        picture["message"] |= {"message_id": number, "media_group_id": group, "caption": caption}
    return pictures


def heard(told: list[dict[str, Any]], *, at_once: bool) -> list[str]:
    """What counts of it: what comes under an id that was seen before does not."""
    albums, said = Albums(), dict[str, str]()
    for part in [told] if at_once else [[one] for one in told]:
        for one in read_updates(part, NOW, albums):
            said.setdefault(one.id, one.text)
    return list(said.values())


@pytest.mark.parametrize("at_once", [True, False])
def test_an_album_is_said_once_with_its_words(at_once: bool) -> None:
    assert heard(album("balance", "", ""), at_once=at_once) == ["balance"]
    assert heard(album("", "", ""), at_once=at_once) == [""]
    assert heard([*album("tier", ""), *album("card", "", group="14")], at_once=at_once) == ["tier", "card"]
    twice = [one for one in album("balance", "", "") for _ in range(2)]
    assert heard(twice, at_once=at_once) == ["balance"]


def test_words_below_any_picture_of_an_album_are_heard() -> None:
    assert heard(album("", "STOP", ""), at_once=True) == ["STOP"]
    assert heard(album("", "STOP", ""), at_once=False) == ["", "STOP"]
    assert heard(album("balance", "", "STOP"), at_once=True) == ["balance", "STOP"]
    assert heard(album("balance", "", "STOP"), at_once=False) == ["balance", "STOP"]


def test_words_of_an_album_are_heard_though_another_process_heard_its_other_pictures() -> None:
    bare, worded, another = album("", "STOP", "")
    assert read(bare)[0].id == read(another)[0].id != read(worded)[0].id


def test_groups_bots_edits_and_notes_of_telegrams_are_passed_over() -> None:
    group = {"id": -100, "type": "supergroup", "title": "Coffee lovers"}
    edited = {"update_id": 3, "edited_message": said("balance")["message"]}
    note = said("")
    in_group = sample("callback")
    in_group["callback_query"]["message"]["chat"] = group
    told = [
        said("balance", chat=group),
        by({"id": ANNA, "is_bot": True, "first_name": "Robot"}),
        edited,
        in_group,
        {"update_id": 5, "message": note["message"] | {"pinned_message": said("hi")["message"]}},
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
    assert presses(unreadable) == []


def test_a_person_without_a_language_or_last_name_is_fine() -> None:
    [one] = read(by({"id": ANNA, "is_bot": False, "first_name": "Anna"}))
    assert (one.name, one.locale) == ("Anna", "")
    assert one.at == NOW - timedelta(minutes=1)


WORDS = st.sampled_from(
    ["/start r_x", "yes drink", "no", "/balance@shop_bot", "\0", "😀" * 3, "", " ", "\ud800", "é" * 5000]
)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
SHAPES = [sample(name) for name in ("start-deeplink", "callback", "contact", "my_chat_member-blocked", "photo")]


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in an update that something else may stand in."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, one in inner for deeper in places(one, (*path, key)))]


@given(st.data())
def test_whatever_stands_in_an_update_it_is_read_or_passed_over(data: st.DataObject) -> None:
    update: Any = copy.deepcopy(data.draw(st.sampled_from(SHAPES)))
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from([place for place in places(update) if place]))
        at = functools.reduce(lambda inner, key: inner[key], way, update)
        at[last] = data.draw(ODD | WORDS)
    with capture_logs():
        found = read(update)
    for one in found:
        assert one.address.lstrip("-").isdecimal()
        assert all(isinstance(text, str) for text in (one.text, one.name, one.locale, one.pressed, one.phone))
        assert "\0" not in one.id + one.text + one.name + one.locale
    assert all(isinstance(press.query, str) for press in presses([update]))
    assert all(called.chat.startswith("-") or called.chat.isdecimal() for called in calls([update], "shop_bot"))
