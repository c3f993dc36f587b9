"""Files of a partner's codes."""

from pathlib import Path

import pytest

from bot.actions.reward_codes import read_codes
from bot.errors import BadInput


@pytest.mark.parametrize(
    "text",
    ["code\nA1\nB2\n", "A1\nB2", "\ufeffCode,until\nA1,2026\nB2,2027\n", "A1\r\n\r\nB2\r\n", "name,code\nx,A1\ny,B2"],
)
def test_codes_are_read_from_their_column_or_the_only_one(tmp_path: Path, text: str) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(text, "utf-8")
    assert read_codes(file) == ["A1", "B2"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2", "none that is called"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"x,code\n1", "has no code"),
    ],
)
def test_a_file_that_holds_no_codes_is_told(tmp_path: Path, raw: bytes, words: str) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(raw)
    with pytest.raises(BadInput, match=words):
        read_codes(file)
