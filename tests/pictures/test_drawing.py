"""Nothing overflows, nothing overlaps, everything can be read, whatever is to be drawn."""

import random
from io import BytesIO
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.colours import READABLE, WHITE, contrast
from bot.messages import Picture
from bot.pictures import render
from bot.pictures.canvas import WIDTH, Canvas, Mark
from bot.pictures.colours import colours
from bot.pictures.drawing import KINDS, draw
from bot.pictures.layout import MARGIN
from bot.pictures.typesetting import Type, fitted
from tests.pictures.samples import LANGUAGES, pictures
from tests.scanning import TELEGRAM

EVERY = [(language, kind) for language in LANGUAGES for kind in KINDS]
INSIDE = ("stamp", "ring")
"""Shapes that hold a text themselves."""
ODD = (
    "", " ", "\N{HOT BEVERAGE}\ufe0f\N{ZERO WIDTH JOINER}", "مرحبا", "\u202eAnna\u202c", "\ud800",
    "x" * 10_000, "豆" * 5_000, "Wi" * 200, "e" + "\u0301" * 500, "\x00\n\t", "ﷺ", "¡" * 90,
)  # fmt: skip
NUMBERS = (0, 1, 7, 20, 21, 10**12, -5)


def overlaps(one: Mark, other: Mark) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def hold(canvas: Canvas) -> None:
    """What is true of any picture."""
    for mark in canvas.marks:
        assert mark.left >= MARGIN and mark.right <= WIDTH - MARGIN, mark
        assert mark.top >= MARGIN and mark.bottom <= canvas.image.height - MARGIN, mark
        if mark.what.startswith("text"):
            assert contrast(mark.colour, mark.ground) >= READABLE, mark
    apart = [mark for mark in canvas.marks if mark.what not in INSIDE]
    assert [(a.what, b.what) for a, b in combinations(apart, 2) if overlaps(a, b)] == []
    edge = Image.new("RGB", canvas.image.size, canvas.colours.page)
    changed = ImageChops.difference(canvas.image, edge).getbbox()
    # A ticket's notches are of the page's colour, all else stays within the margins.
    assert changed is None or (changed[0] >= MARGIN and changed[1] >= MARGIN and changed[2] <= WIDTH - MARGIN)
    assert canvas.image.height <= 4 * WIDTH


@pytest.mark.parametrize(("language", "kind"), EVERY)
def test_every_kind_in_every_language_is_whole_and_readable(language: str, kind: str) -> None:
    canvas = draw(pictures(language)[kind])
    hold(canvas)
    assert len([mark for mark in canvas.marks if mark.what.startswith("text")]) >= 3
    assert not any("…" in mark.what for mark in canvas.marks), "nothing of these had to be cut"


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_a_small_png_and_the_same_each_time(kind: str) -> None:
    png = render(pictures("zh-Hant")[kind])
    assert png.startswith(b"\x89PNG\r\n") and len(png) < 100_000
    assert render(pictures("zh-Hant")[kind]) == png


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'photo' is no kind of picture; there are card, "):
        render(Picture("photo", {}, ""))


def data(kind: str, text: Any, number: Any) -> dict[str, Any]:
    """What a kind shows, its texts and numbers taken from elsewhere."""
    amounts = {"have": number(), "need": number(), "text": text()}
    card = {"name": text(), **amounts}
    badges = [{"name": text(), "earned": n % 2 == 0, **amounts} for n in range(number() % 30 + 1)]
    look = {"language": "en", "programme": text(), "colour": text(), "name": text(), "number": text()}
    shown = {"points": text(), "tier": text(), "title": text(), "reward": text(), "valid": text(), "text": text()}
    held = {"code": text(), "link": text(), "badge": badges[0], "badges": badges, "stamp_cards": [card] * 9}
    return {**look, **shown, **held, "card": card, "progress": amounts}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_absurd_texts_and_numbers_overflow_nothing(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    shown = data(kind, lambda: chance.choice(ODD), lambda: chance.choice(NUMBERS))
    canvas = draw(Picture(kind, shown, ""))
    hold(canvas)
    assert len(canvas.png()) < 200_000


@settings(max_examples=15)
@given(st.data())
def test_texts_of_any_length_fit(drawing: st.DataObject) -> None:
    letters = st.sampled_from("aWi őŰ豆葉，。“”-(,. ")
    texts, numbers = st.text(letters, max_size=120), st.integers(0, 10**12)
    kind = drawing.draw(st.sampled_from([*KINDS]))
    shown = data(kind, lambda: drawing.draw(texts), lambda: drawing.draw(numbers))
    hold(draw(Picture(kind, {**shown, "language": drawing.draw(st.sampled_from([*LANGUAGES]))}, "")))


@given(st.integers(0, 0xFFFFFF))
def test_any_colour_of_a_programme_gives_texts_that_can_be_read(colour: int) -> None:
    found = colours(f"#{colour:06x}")
    assert contrast(found.on_brand, found.brand) >= READABLE
    assert contrast(found.on_brand, found.shade) >= contrast(found.on_brand, found.brand)
    assert contrast(found.number, found.track) >= READABLE
    for text in (found.ink, found.muted, found.accent):
        assert min(contrast(text, found.page), contrast(text, found.paper)) >= READABLE
    assert contrast(found.on_accent, found.accent) >= READABLE
    assert contrast(found.accent, found.track) >= 3  # of a shape that tells something


@pytest.mark.parametrize("colour", ["#ffff00", "#ffffee", "#ffd1dc", "#14655a", "#fdfdf5"])
def test_white_stays_white_beside_any_colour(colour: str) -> None:
    card = pictures("en")["card"]
    canvas = draw(Picture("card", {**card.data, "colour": colour}, ""))
    counted = {shade: many for many, shade in canvas.image.getcolors(2**20) or ()}
    [code] = [mark for mark in canvas.marks if mark.what == "code"]
    drawn = Image.open(BytesIO(canvas.png())).convert("RGB")
    assert drawn.getpixel((code.left + 4, code.top + 4)) == WHITE
    assert sum(many for many, shade in drawn.getcolors(2**20) or () if shade == WHITE) >= counted[WHITE]


def test_what_is_no_colour_is_our_own_green() -> None:
    assert colours("url(evil)") == colours(None) == colours("#14655a")


def test_more_than_twenty_stamps_are_a_number() -> None:
    def marks(need: int) -> list[str]:
        card = {"name": "Coffee", "have": 7, "need": need}
        return [mark.what for mark in draw(Picture("stamps", {"language": "en", "card": card}, "")).marks]

    assert marks(20).count("stamp") == 20
    assert "stamp" not in marks(21) and "text 7 / 21" in marks(21)


@pytest.mark.parametrize(("need", "rows"), [(5, [5]), (6, [3, 3]), (7, [4, 3]), (12, [4, 4, 4]), (16, [4] * 4)])
def test_the_rows_of_a_stamp_card_are_about_as_long_as_each_other(need: int, rows: list[int]) -> None:
    card = {"name": "Coffee", "have": 1, "need": need}
    marks = draw(Picture("stamps", {"language": "en", "card": card}, "")).marks
    tops = [mark.top for mark in marks if mark.what == "stamp"]
    assert [tops.count(top) for top in sorted(set(tops))] == rows


def test_the_words_of_thirty_badges_can_be_read_in_a_photo() -> None:
    names = [{"name": f"Badge {n}", "earned": n >= 15, "text": "Visit three times in a week"} for n in range(30)]
    canvas = draw(Picture("badges", {"language": "en", "title": "Badges", "badges": names}, ""))
    sent = TELEGRAM / max(canvas.image.size)
    texts = [mark for mark in canvas.marks if mark.what.startswith("text")]
    assert "text + 15" in {mark.what for mark in texts}
    assert "text Badge 29" in {mark.what for mark in texts}, "what was earned is not left out"
    assert min(mark.bottom - mark.top for mark in texts) * sent >= 15, "pixels a line"


@pytest.mark.parametrize("align", ["left", "center"])
def test_no_line_is_left_with_a_character_or_two(align: str) -> None:
    shown = fitted(
        "再集100积分，即可兑换下一个奖励：任意饮品一杯。", Type("zh-Hans", 38), 830, lines=2, even=align == "center"
    )
    assert len(shown.lines) == 2
    assert shown.type.width(shown.lines[1]) > 400


def test_a_name_that_nothing_is_left_of_takes_no_room() -> None:
    card = dict(pictures("en")["card"].data)
    nameless = draw(Picture("card", {**card, "name": "\N{HOT BEVERAGE}"}, ""))
    assert nameless.image.height < draw(Picture("card", card, "")).image.height
