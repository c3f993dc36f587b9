"""Every language can be drawn with the shipped fonts alone, in its own forms, and no box stands for a letter."""

from importlib.resources import files
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.messages import Picture
from bot.pictures import coverage, covers, drawable, undrawable
from bot.pictures.coverage import BOLD, Face, cleaned, face_of, faces
from bot.pictures.typesetting import Type
from bot.wording import languages
from tests.pictures.samples import LANGUAGES, pictures

SHIPPED = 3
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
ABSENT = "\U0010ffff"


def glyph(face: Face, character: str) -> bytes:
    return bytes(ImageFont.truetype(face.path, 40, index=face.index).getmask(character))


def drawn(character: str, language: str) -> bytes:
    image = Image.new("RGB", (100, 100))
    Type(language, 80).draw(ImageDraw.Draw(image), 5, 85, character, (255, 255, 255))
    return image.tobytes()


@pytest.mark.parametrize("language", languages())
def test_the_shipped_fonts_alone_have_every_character_of_a_catalogue(language: str) -> None:
    catalogue = (files("bot.wording.catalogues") / f"{language}.po").read_text("utf-8")
    shipped = frozenset().union(*(face.characters for face in faces(language)[:SHIPPED]))
    needed = {c for c in catalogue if c.isalnum()}
    assert {c for c in needed if ord(c) not in shipped} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_character_is_drawn_as_the_box_of_a_missing_glyph(language: str) -> None:
    texts = "".join(coverage.texts(dict(pictures(language)["card"].data)))
    for character in set(texts) - {" "}:
        face = face_of(character, language)
        assert face is not None, character
        assert glyph(face, character) != glyph(face, ABSENT), character


@pytest.mark.parametrize("face", [*faces("zh-Hant"), BOLD], ids=lambda face: Path(face.path).name)
def test_what_a_font_is_said_to_have_it_has(face: Face) -> None:
    box = glyph(face, ABSENT)
    some = sorted(code for code in face.characters if code > 0x20 and chr(code).isalnum())[
        :: len(face.characters) // 80
    ]
    assert [chr(code) for code in some if glyph(face, chr(code)) == box] == []
    assert ord(ABSENT) not in face.characters


def test_simplified_and_traditional_chinese_have_their_own_forms() -> None:
    assert drawn("骨", "zh-Hans") != drawn("骨", "zh-Hant")
    assert drawn("a", "zh-Hans") == drawn("a", "zh-Hant")


def test_punctuation_is_wide_in_chinese_and_narrow_elsewhere() -> None:
    assert Type("zh-Hans", 100).width("“") > 2 * Type("en", 100).width("“")


def test_emoji_and_invisible_characters_are_left_out_and_missed_by_nobody() -> None:
    text = f"Anna \N{HOT BEVERAGE}\ufe0f {FAMILY}\u200b\u202e Kovács\x00"
    assert cleaned(text, "en") == "Anna Kovács"
    assert covers(text)


def test_letters_that_no_font_has_are_told() -> None:
    assert not covers("ბენცე")
    assert cleaned("Anna ბენცე", "en") == "Anna"


def test_letters_are_composed_before_they_are_looked_up() -> None:
    assert cleaned("O\u030brse\u0301g", "hu") == "Őrség"


def test_a_picture_is_drawable_without_its_member_s_name_but_not_without_its_reward() -> None:
    look = {"language": "en", "programme": "Bean & Leaf", "code": "7K2M"}
    assert drawable(Picture("card", {**look, "name": "ბენცე"}, ""))
    assert not drawable(Picture("voucher", {**look, "reward": "ბენცე"}, ""))
    assert not drawable(Picture("badges", {**look, "badges": [{"name": "ბენცე", "earned": True}]}, ""))


def test_names_of_a_programme_that_no_font_has_are_found_wherever_they_are() -> None:
    rewards = [{"key": "tea", "name": {"en": "Tea \N{HOT BEVERAGE}", "ka": "ჩაი"}}, {"key": "ყავა", "name": "咖啡"}]
    document = {"programme": {"name": "ბენცე", "languages": ["ka"]}, "rewards": rewards}
    assert undrawable(document) == ["ბენცე", "ჩაი"]
    assert undrawable({"programme": {"name": "Őrség 豆與葉"}}) == []
