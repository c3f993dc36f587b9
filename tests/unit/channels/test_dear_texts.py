from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.dear import dear_texts
from campaigns.document import check

PRESETS = Path(__file__).parents[3] / "config" / "presets"
CAFE = (PRESETS / "cafe.toml").read_text("utf-8")
HEAD = CAFE[: CAFE.index("[[campaigns]]")]


def with_text(text: str) -> str:
    return f'{HEAD}[[campaigns]]\nkey = "b"\nkind = "birthday"\nat = "09:00"\ntext = {text}\n'


def warnings(text: str) -> list[str]:
    return [f"{one.at}: {one.message}" for one in dear_texts(check(with_text(text))[1])]


@pytest.mark.parametrize("text", [f'"{"a" * 306}"', f'"{"ő" * 134}"', f'"“It’s yours” – {"a" * 280}…"'])
def test_two_segments_are_no_reason_to_warn(text: str) -> None:
    assert warnings(text) == []


def test_a_long_text_is_warned_of_with_how_much_would_fit() -> None:
    assert warnings(f'"{"a" * 307}"') == [
        "campaigns.0.text: as a text message this takes 3 segments: 307 characters, where 306 fit into 2"
    ]


def test_the_dear_characters_are_named_with_the_language() -> None:
    [told] = warnings(f'{{ en = "Hi", hu = "{"Szép napot, Ágnes! Jó utat őszre is. " * 4}" }}')
    assert told == (
        "campaigns.0.text.hu: as a text message this takes 3 segments: "
        "with Á ó ő it leaves as UCS-2, of which 134 characters fit into 2"
    )


def test_accents_that_the_settings_give_up_make_nothing_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f'"{"Szép napot, Ágnes! Jó utat őszre is. " * 4}"'
    assert len(warnings(text)) == 1
    monkeypatch.setenv("REGULARS_SMS_ACCENTS", "plain")
    assert warnings(text) == []


def test_names_are_filled_in_before_it_is_counted() -> None:
    assert warnings('"{{ member.first_name }} ' + "a" * 301 + '"') == []
    assert len(warnings('"{{ member.first_name }} ' + "a" * 302 + '"')) == 1


@pytest.mark.parametrize("preset", ["cafe", "fashion", "salon"])
def test_the_presets_send_no_dear_texts(preset: str) -> None:
    assert [*dear_texts(check((PRESETS / f"{preset}.toml").read_text("utf-8"))[1])] == []


def test_check_and_lint_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.toml").write_text(with_text(f'"{"a" * 307}"'), "utf-8")
    for command in ("check", "lint"):
        told = CliRunner().invoke(app, ["program", command, "p.toml"])
        assert told.exit_code == 0
        assert "warning: campaigns.0.text: as a text message this takes 3 segments" in told.stdout
