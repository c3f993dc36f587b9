"""Programme documents with anything at all in any place: valid, or a fault with its path, and never anything else."""

import re
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.loyalty.diff import differences
from campaigns.document import check
from tests.cast import CAFE

FULL = (files("config") / "presets" / "fashion.toml").read_text("utf-8") + (
    Path(__file__).parents[2] / "web" / "every_table.toml"
).read_text("utf-8")
VALUE = re.compile(r'(?<== )("[^"\n]*"|\[[^\[\]\n]*\]|\{[^{}\n]*\}|[\w.]+)')
ODD = (
    *(
        '""',
        '"x"',
        '"' + "9" * 30 + '"',
        '"\\u0000"',
        '"😀"',
        '"{{ x }}{% if %}"',
        '"100%"',
        '"-5%"',
        '"24:00"',
        '"0.0000001"',
    ),
    *(
        "0",
        "-1",
        "1.5",
        "inf",
        "nan",
        "true",
        "9223372036854775808",
        "1e400",
        "9" * 100,
        "07:30:00",
        "9999-12-31",
        "0001-01-01",
    ),
    *(
        "[]",
        "{}",
        "[[]]",
        "[1]",
        '["a", "a"]',
        "{ a = 1 }",
        "{ any = [] }",
        "{ not = {} }",
        '{ en = "" }',
        '{ xx = "a" }',
    ),
    *("{ from = 9999-12-31, to = 0001-01-01 }", "[" + '"a",' * 2000 + "]", '"' + "x" * 5000 + '"'),
)
SPOTS = [match.span() for match in VALUE.finditer(FULL)]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(SPOTS), st.sampled_from(ODD))
def test_an_odd_value_anywhere_is_taken_or_found_fault_with(spot: tuple[int, int], odd: str) -> None:
    document = FULL[: spot[0]] + odd + FULL[spot[1] :]
    with suppress(BadInput):
        check(document)
        differences(FULL, document)


@pytest.mark.parametrize(
    "document",
    [
        "x = " + "[" * 5000 + "]" * 5000,
        "x = " + "{ a = " * 3000 + "1" + " }" * 3000,
        "x = " + "9" * 100_000,
        "\x00",
        "\ufeff" + CAFE,
        "",
        "a." * 2000 + "b = 1",
        CAFE + '\n[[segments]]\nkey = "s"\nname = "S"\nwhen = ' + "{ not = " * 300 + "{}" + " }" * 300,
        CAFE.replace("Bean & Leaf", "Bean\\u0000"),
        FULL.replace('key = "spend"', "key = { a = 1 }", 1),
        FULL.replace('from = "300.00"', "from = inf", 1),
        re.sub(r"languages = \[.*\]", "languages = [{}]", FULL, count=1),
    ],
)
def test_a_document_that_nobody_should_write_is_refused(document: str) -> None:
    with pytest.raises(BadInput):
        check(document)
