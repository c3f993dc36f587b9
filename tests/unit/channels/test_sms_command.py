import pytest
from typer.testing import CliRunner

from bot.cli import app


def said(*arguments: str, typed: str = "") -> str:
    done = CliRunner().invoke(app, ["sms", "cost", *arguments], input=typed)
    assert done.exit_code == 0
    return done.stdout


def test_it_names_the_dear_character_and_what_leaves_instead() -> None:
    assert said("It’s 50% off") == (
        "UCS-2, 1 segment, 12 units\n  are not in GSM-7: '’' at 3\nsent as: It's 50% off\nGSM-7, 1 segment, 12 units\n"
    )


def test_it_reads_from_stdin_and_tells_what_accents_cost() -> None:
    assert said(typed="Szép napot, Ágnes!\n") == (
        "UCS-2, 1 segment, 18 units\n"
        "  are not in GSM-7: 'Á' at 13\n"
        "sent as it is\n"
        "without accents (REGULARS_SMS_ACCENTS=plain): Szép napot, Agnes!\n"
        "GSM-7, 1 segment, 18 units\n"
    )


def test_with_accents_given_up_that_is_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_SMS_ACCENTS", "plain")
    assert "sent as: Szep" in said("Szép".replace("é", "ę"))
