import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.twilio.segments import cost, smart

VECTORS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "samples" / "sms-segment-vectors.json").read_text("utf-8")
)


def test_all_vectors_are_there() -> None:
    assert len(VECTORS) == 26


@pytest.mark.parametrize("name", VECTORS)
def test_a_text_costs_what_twilios_own_calculator_says(name: str) -> None:
    vector = VECTORS[name]
    told = cost(vector["text"])
    bits = 7 if told.encoding == "GSM-7" else 16
    assert (told.encoding, told.segments) == (vector["encoding"], vector["segments"])
    assert told.units * bits == vector["messageBits"]


@pytest.mark.parametrize("name", VECTORS)
def test_smart_is_never_dearer_than_twilios_own(name: str) -> None:
    told = cost(smart(VECTORS[name]["text"]))
    assert (told.encoding, told.segments) == (VECTORS[name]["smart_encoding"], VECTORS[name]["smart_segments"])


@pytest.mark.parametrize(
    ("text", "dear"),
    [
        ("Hello", ()),
        ("Tíz pont: 10 €", (("í", 1),)),
        ("őszi 🎁", (("ő", 0), ("🎁", 5))),
        ("10 € [new]", (("€", 3), ("[", 5), ("]", 9))),
    ],
)
def test_it_says_which_characters_make_it_dear(text: str, dear: tuple[tuple[str, int], ...]) -> None:
    assert cost(text).dear == dear


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("“It’s 50\u202f% off” – today…", '"It\'s 50 % off" - today...'),
        ("• coﬀee\u00a0× 2", "- coffee x 2"),
        ("▰▰▰▱▱", "###--"),
        ("cafe\u0301", "café"),
        ("\ufeffsoft\u00adhyphen\u200b", "softhyphen"),
        ("恭喜！“50點”…", "恭喜！“50點”…"),
        ("Őszi „akció” – ma", "Őszi „akció” – ma"),
        ("🎁 It’s yours", "🎁 It’s yours"),
    ],
)
def test_typography_gives_way_only_where_that_spares_the_whole_text(text: str, written: str) -> None:
    assert smart(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Árvíztűrő tükörfúrógép", "Arvíztürö tükörfúrógép".replace("í", "i").replace("ú", "u").replace("ó", "o")),
        ("Łódź, Đakovo, Škoda, façade", "Lodz, Dakovo, Skoda, facade"),
        ("é, ö, ü, à, Ç stay", "é, ö, ü, à, Ç stay"),
        ("őszi 🎁", "őszi 🎁"),
        ("恭喜, Ágnes", "恭喜, Ágnes"),
    ],
)
def test_accents_are_given_up_only_when_told_to_and_only_when_it_helps(text: str, written: str) -> None:
    assert smart(text, "plain") == written
    assert smart("Árvíztűrő") == "Árvíztűrő"


def test_what_would_only_grow_stays_as_it_was() -> None:
    assert smart("…" * 70) == "…" * 70


@given(st.text(max_size=400), st.sampled_from(["keep", "plain"]))
def test_smart_never_costs_more_and_does_it_only_once(text: str, accents: Any) -> None:
    written = smart(text, accents)
    assert cost(written).segments <= cost(text).segments
    assert smart(written, accents) == written


@given(st.text(alphabet="aé€[中🎁", max_size=400))
def test_no_character_is_parted_between_segments(text: str) -> None:
    told = cost(text)
    alone, each = (160, 153) if told.encoding == "GSM-7" else (70, 67)
    assert told.segments == 1 if told.units <= alone else told.units > (told.segments - 1) * (each - 1)
    assert told.units <= max(alone, told.segments * each)
