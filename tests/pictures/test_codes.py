"""The QR code in a picture is, module by module, the one that was asked for, with light around it, and can be read."""

from dataclasses import replace
from io import BytesIO

import pytest
import segno
from PIL import Image

from bot.messages import Picture
from bot.pictures import render
from bot.pictures.drawing import draw
from tests.pictures.samples import LANGUAGES, pictures
from tests.scanning import as_a_photo, scanned

QUIET = 4
HELD = {"card": "code", "voucher": "code", "invite": "link"}


def module_colours(picture: Picture) -> list[list[object]]:
    """The colours in the middle of each module, read from the PNG."""
    [mark] = [mark for mark in draw(picture).marks if mark.what == "code"]
    image = Image.open(BytesIO(render(picture))).convert("RGB")
    content = str(picture.data[HELD[picture.kind]])
    modules = len(list(segno.make_qr(content, error="m", boost_error=False).matrix)) + 2 * QUIET
    scale, rest = divmod(mark.right - mark.left, modules)
    assert rest == 0 and scale >= 4, "modules of whole pixels, big enough for a phone's screen"
    rows = range(mark.top + scale // 2, mark.bottom, scale)
    return [[image.getpixel((x, y)) for x in range(mark.left + scale // 2, mark.right, scale)] for y in rows]


@pytest.mark.parametrize("kind", HELD)
def test_every_module_is_black_or_white_as_the_code_has_it(kind: str) -> None:
    picture = pictures("en")[kind]
    code = segno.make_qr(str(picture.data[HELD[kind]]), error="m", boost_error=False)
    expected = [[(0, 0, 0) if dark else (255, 255, 255) for dark in row] for row in code.matrix_iter(border=QUIET)]
    assert code.error == "M"
    assert module_colours(picture) == expected


@pytest.mark.parametrize("kind", HELD)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_reads_it_whole_and_as_a_photo_in_a_chat(kind: str, language: str) -> None:
    picture = pictures(language)[kind]
    png, held = render(picture), [picture.data[HELD[kind]]]
    assert scanned(png) == scanned(as_a_photo(png)) == scanned(as_a_photo(png, 640, 60)) == held


def test_a_code_of_a_partner_as_long_as_any_is_read_as_a_photo() -> None:
    code = "".join(f"{n:03}-" for n in range(64))
    voucher = pictures("en")["voucher"]
    png = render(replace(voucher, data={**voucher.data, "code": code, "reward": "A long reward " * 20}))
    assert scanned(png) == scanned(as_a_photo(png)) == [code]


@pytest.mark.parametrize("content", ["", "x" * 601])
def test_a_code_that_could_not_be_scanned_is_left_out(content: str) -> None:
    marks = draw(Picture("voucher", {"language": "en", "programme": "", "code": content, "reward": "Tea"}, "")).marks
    assert [mark for mark in marks if mark.what == "code"] == []


def test_the_square_border_of_a_code_does_not_stick_out_of_its_round_panel() -> None:
    invite = pictures("en")["invite"]
    filling = replace(invite, data={**invite.data, "link": f"https://beans.example/{'r' * 63}"})
    [mark] = [mark for mark in draw(filling).marks if mark.what == "code"]
    assert mark.right - mark.left > 630, "the code is nearly as wide as its panel"
    image = Image.open(BytesIO(render(filling))).convert("RGB")
    corners = [(x, y) for x in (mark.left, mark.right - 1) for y in (mark.top, mark.bottom - 1)]
    assert (255, 255, 255) not in {image.getpixel(corner) for corner in corners}
