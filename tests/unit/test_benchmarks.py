"""What ``python -m benchmarks`` is told to measure."""

import pytest

from benchmarks.__main__ import PARTS, wanted
from benchmarks.doors import DOORS


def test_the_help_has_a_line_for_each_part_and_names_the_channels(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        wanted(["--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    lines = {line.split()[0]: line.split()[1:] for line in told.partition("parts:")[2].splitlines() if line.strip()}
    assert all(len(lines[part]) > 3 for part in PARTS)
    assert ", ".join(DOORS) in told


def test_without_a_word_all_is_measured_and_a_wrong_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert wanted([]) == list(PARTS)
    assert wanted(["sms", "imports"]) == ["sms", "imports"]
    with pytest.raises(SystemExit):
        wanted(["sms", "fax"])
    assert "no such part: fax; there are engine, chat" in capsys.readouterr().err
