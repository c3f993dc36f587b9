"""``regulars mail dkim`` makes what signs mail; ``program lint`` says what offers by mail lack."""

import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import SetupError
from channels.email.dkim import read_signer
from channels.email.options import read_options
from config.settings import SettingsFault, read_settings
from tests.cast import CAFE

FROM = {"smtp_url": "smtp://localhost", "email_from": "Bean & Leaf <hello@mail.shop.test>", "secret_key": "k" * 16}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGULARS_EMAIL_FROM", FROM["email_from"])
    monkeypatch.setenv("REGULARS_SMTP_URL", FROM["smtp_url"])


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_key_is_made_that_signs_what_its_record_proves(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "dkim.pem"
    done = CliRunner().invoke(app, ["mail", "dkim", str(file), "--kind", kind])
    assert done.exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    signer = read_signer(file.read_text(), "regulars", "mail.shop.test", "mail.shop.test")
    assert str(signer.record) in done.stdout
    assert file.read_text().splitlines()[1] not in done.stdout
    told = dict(re.findall(r"^REGULARS_(\w+)=(.+)$", done.stdout, re.MULTILINE))
    settings = read_settings(_env_file=None, dkim_key=Path(told["DKIM_KEY_FILE"]), dkim_selector="regulars", **FROM)
    made = read_options(settings).signer
    assert made is not None
    assert made.record == signer.record


def test_a_domain_above_has_to_be_set_too(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["mail", "dkim", str(tmp_path / "k"), "--domain", "shop.test", "--kind", "ed25519"])
    assert "regulars._domainkey.shop.test. IN TXT" in done.stdout
    assert "REGULARS_DKIM_DOMAIN=shop.test" in done.stdout


def test_no_file_is_written_over_and_no_odd_name_taken(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    for arguments in (["there"], ["new", "--selector", "a b"], ["new", "--domain", '"; evil']):
        done = CliRunner().invoke(app, ["mail", "dkim", *arguments])
        assert isinstance(done.exception, SetupError)
    assert (tmp_path / "there").read_text() == "mine"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("given", "missing"),
    [({"dkim_key": "x"}, "DKIM_SELECTOR"), ({"dkim_selector": "x"}, "DKIM_KEY"), ({"dkim_domain": "x"}, "DKIM_KEY")],
)
def test_half_a_signature_names_what_is_missing(given: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingsFault, match=f"REGULARS_{missing}: DKIM is half set up"):
        read_settings(_env_file=None, **FROM, **given)


@pytest.mark.parametrize(
    ("look", "smtp", "warned"),
    [("", True, True), ('[look]\npostal_address = " 1 Market Street "\n', True, False), ("", False, False)],
)
def test_offers_by_mail_without_a_postal_address_are_warned_of(
    look: str, smtp: bool, warned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not smtp:
        monkeypatch.delenv("REGULARS_SMTP_URL")
        monkeypatch.delenv("REGULARS_EMAIL_FROM")
    (tmp_path / "shop.toml").write_text(f"{CAFE}\n{look}")
    done = CliRunner().invoke(app, ["program", "lint", "shop.toml", "--basket", "12.00"])
    assert ("look.postal_address" in done.stdout) == warned, done.output
