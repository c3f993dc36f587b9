"""Drawn once for all who ask, never more at a time than asked for, and kept within bounds."""

import asyncio
import subprocess
import sys
import threading
from struct import unpack_from

import pytest

from bot.messages import Picture
from bot.pictures import Gallery, gallery, render
from bot.pictures.drawing import KINDS
from tests.pictures.samples import pictures

ROOM = 1000


class Painter:
    """Draws nothing, slowly: each picture waits until it is let go."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()
        self.go = threading.Event()

    def render(self, picture: Picture) -> bytes:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        assert self.go.wait(10)
        with self._lock:
            self._now -= 1
            self.drawn.append(str(picture.data["n"]))
        if picture.kind == "broken":
            raise OSError("no such font")
        return b"." * int(picture.data.get("size", 100))


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Painter:
    painter = Painter()
    monkeypatch.setattr(gallery, "_rendered", painter.render)
    return painter


def picture(n: int, kind: str = "card", alt: str = "", size: int = 100) -> Picture:
    return Picture(kind, {"n": n, "size": size}, alt)


async def test_a_picture_that_many_want_at_once_is_drawn_once(painter: Painter) -> None:
    shown = Gallery()
    asking = [asyncio.create_task(shown.png(picture(1, alt=str(n)))) for n in range(20)]
    painter.go.set()
    assert len(set(await asyncio.gather(*asking))) == 1
    await shown.png(picture(1))
    assert painter.drawn == ["1"]


async def test_who_goes_away_takes_the_picture_from_nobody(painter: Painter) -> None:
    shown = Gallery()
    first, second = (asyncio.create_task(shown.png(picture(1))) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    painter.go.set()
    assert await second == b"." * 100
    assert painter.drawn == ["1"]


async def test_no_more_are_drawn_at_a_time_than_there_are_turns(painter: Painter) -> None:
    shown = Gallery(at_once=2)
    asking = [asyncio.create_task(shown.png(picture(n))) for n in range(12)]
    await asyncio.sleep(0)
    painter.go.set()
    await asyncio.gather(*asking)
    assert painter.most <= 2 and len(painter.drawn) == 12


async def test_the_newest_are_kept_and_the_room_is_never_passed(painter: Painter) -> None:
    painter.go.set()
    shown = Gallery(room=ROOM)
    for n in range(30):
        await shown.png(picture(n))
        await shown.png(picture(0))
        assert shown.held <= ROOM
    assert painter.drawn.count("0") == 1, "what is asked for again stays"
    await shown.png(picture(29))
    assert painter.drawn.count("29") == 1
    await shown.png(picture(1))
    assert painter.drawn.count("1") == 2
    assert len(await shown.png(picture(31, size=5000)) or b"") == 5000
    assert shown.held == 0, "one that is too big for the room is kept by nobody"


@pytest.mark.parametrize("kind", KINDS)
async def test_how_large_a_picture_is_needs_no_drawing(
    painter: Painter, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    shown, one = Gallery(), pictures("hu")[kind]
    expected = unpack_from(">II", render(one), 16)  # IHDR comes first (PNG, 11.2.1)
    assert await shown.size(one) == expected
    monkeypatch.setattr(gallery, "_measured", None)
    assert await shown.size(one) == expected, "it is kept"
    assert painter.drawn == []


async def test_what_cannot_be_drawn_has_no_size() -> None:
    shown = Gallery()
    assert await shown.size(Picture("nonsense", {}, "")) is None
    assert await shown.size(Picture("voucher", {"language": "en", "reward": "ბენცე", "code": "K7M2"}, "")) is None


async def test_what_could_not_be_drawn_is_tried_again(painter: Painter) -> None:
    painter.go.set()
    shown = Gallery()
    for _ in range(2):
        assert await shown.png(picture(1, kind="broken")) is None
    assert painter.drawn == ["1", "1"]


def test_nothing_is_loaded_for_pictures_before_the_first_is_drawn() -> None:
    asked = "import sys, bot.pictures; sys.exit('PIL' in sys.modules or 'segno' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False, timeout=60).returncode == 0
