"""What ``regulars program check`` says of a document that is right."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

PRESETS = Path(__file__).parents[2] / "config" / "presets"


def checked(name: str, line: int = 0) -> str:
    return CliRunner().invoke(app, ["program", "check", str(PRESETS / name)]).stdout.splitlines()[line]


def test_what_a_programme_goes_without_is_told_and_nothing_that_holds_by_itself() -> None:
    assert checked("salon.toml", 1) == (
        "Left out, as it may be: streaks, segments, prices, causes, partners, locations, self stamping, look."
    )


def test_a_programme_is_counted_in_plain_words() -> None:
    assert checked("cafe.toml") == (
        "Bean & Leaf: 1 earning rule, 1 stamp card, 1 challenge, 1 badge, 1 reward, 1 location, self stamping, words, "
        "3 campaigns. Valid."
    )


@pytest.mark.parametrize("file", sorted(path.name for path in PRESETS.glob("*.toml")))
def test_no_name_of_the_code_is_printed(file: str) -> None:
    counted = checked(file).partition(": ")[2].removesuffix(" Valid.")
    assert re.fullmatch(r"((\d+ )?[a-z ]+(, |\.))+", counted)
