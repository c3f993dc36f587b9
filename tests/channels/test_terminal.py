"""The terminal as a customer's screen: choices by number, pictures in words, in letters or in a folder."""

import io
from pathlib import Path

import pytest
import segno
from rich.console import Console

from bot.messages import Button, Outbound, Picture, Purpose
from channels.terminal import Terminal, code_of

CARD = Picture("card", {"code": "K7M2-9QXA"}, "Your card: K7M2-9QXA")
BALANCE, MORE = Button("Balance", "balance"), Button("More rewards", "rewards 2")


def message(text: str = "What now?", *buttons: Button, picture: Picture | None = None) -> Outbound:
    return Outbound(7, "sms", "+36301234567", Purpose.REPLY, text, buttons=buttons, picture=picture)


async def shown(said: Outbound, *, tty: bool = False, folder: Path | None = None) -> str:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=tty, width=100, color_system=None)
    await Terminal("sms", console, png=_drawn, folder=folder).send(said)
    return screen.getvalue()


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def _drawn(picture: Picture) -> bytes | None:
    return None if picture.kind == "broken" else b"PNG"


async def test_a_choice_is_answered_by_its_number_and_anything_else_is_said_as_it_is() -> None:
    terminal = Terminal("sms", Console(file=io.StringIO()))
    await terminal.send(message("What now?", BALANCE, MORE))
    assert [terminal.means(typed) for typed in ("1", " 2 ", "3", "balance")] == ["balance", "rewards 2", "3", "balance"]


async def test_the_numbers_of_a_list_stay_the_lists_own() -> None:
    terminal = Terminal("sms", Console(file=io.StringIO()))
    await terminal.send(
        message("1. Any drink: 100\n2. Cake", Button("Any drink", "redeem 1"), Button("A cake", "2"), MORE)
    )
    assert [terminal.means(typed) for typed in ("1", "2", "3")] == ["1", "2", "rewards 2"]


async def test_numbers_mean_the_choices_of_the_last_message_only() -> None:
    terminal = Terminal("sms", Console(file=io.StringIO()))
    await terminal.send(message("What now?", BALANCE))
    await terminal.send(message("You have 12 points"))
    assert terminal.means("1") == "1"


async def test_in_a_pipe_it_is_plain_lines_that_are_never_broken() -> None:
    assert await shown(message("word " * 60, BALANCE)) == f"{'word ' * 60}\n  [1] Balance\n"


async def test_on_a_terminal_a_message_stands_in_a_frame_with_its_code_to_scan() -> None:
    screen = await shown(message("Show this", picture=CARD), tty=True)
    assert screen.startswith("╭")
    assert "Show this" in screen and "[Your card: K7M2-9QXA]" in screen
    assert all(line in screen for line in code_of(CARD).splitlines())


def test_the_code_is_drawn_dot_by_dot() -> None:
    light = [[char in half for char in line] for line in code_of(CARD).splitlines() for half in ("█▀", "█▄")]
    expected = [[not dot for dot in row] for row in segno.make_qr("K7M2-9QXA", error="m").matrix_iter(border=2)]
    assert light[: len(expected)] == expected


def test_a_picture_without_a_code_draws_none() -> None:
    assert code_of(Picture("badge", {"code": 7}, "A badge")) == ""


async def test_pictures_lie_in_the_folder_that_was_named(tmp_path: Path) -> None:
    screen = await shown(message("Show this", picture=CARD), folder=tmp_path)
    [file] = files(tmp_path)
    assert file.read_bytes() == b"PNG"
    assert str(file) in screen


async def test_what_cannot_be_drawn_is_told_in_words(tmp_path: Path) -> None:
    screen = await shown(message("Hello", picture=Picture("broken", {}, "Your card")), folder=tmp_path)
    assert screen == "Hello\n[Your card]\n"
    assert files(tmp_path) == []


@pytest.mark.parametrize("tty", [False, True])
async def test_what_strangers_write_steers_no_terminal(tty: bool) -> None:
    hostile = "\x1b]0;owned\x07\x9b31mred[bold]\r\x08"
    screen = await shown(message(hostile, Button(hostile, "x", opens=f"https://x.example/{hostile}")), tty=tty)
    assert not set(screen) & set("\x1b\x07\x9b\r\x08")
    assert "[bold]" in screen
