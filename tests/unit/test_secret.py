import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import secret
from bot.errors import SetupError
from config.settings import Settings

Given = Callable[..., Settings]


@pytest.fixture
def given(tmp_path: Path) -> Given:
    def settings(**values: str) -> Settings:
        return Settings.model_validate({"database_url": f"sqlite+aiosqlite:///{tmp_path}/regulars.db", **values})

    return settings


def test_a_key_is_made_once_and_kept_beside_the_database(given: Given, tmp_path: Path) -> None:
    secret.make(given())
    key = secret.read(given())
    secret.make(given())
    assert secret.read(given()) == key
    assert len(key) > 40
    assert [path.name for path in tmp_path.iterdir()] == ["regulars.secret"]


def test_only_its_owner_can_read_it(given: Given, tmp_path: Path) -> None:
    secret.make(given())
    assert stat.S_IMODE((tmp_path / "regulars.secret").stat().st_mode) == 0o600


def test_a_key_that_is_set_is_the_key_and_none_is_made(given: Given, tmp_path: Path) -> None:
    settings = given(secret_key="sixteen letters or more")
    secret.make(settings)
    assert secret.read(settings) == "sixteen letters or more"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, "", "too short", "  \n"])
def test_without_a_key_it_says_what_to_do(given: Given, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "regulars.secret").write_text(content)
    with pytest.raises(SetupError, match="run: regulars init, or set REGULARS_SECRET_KEY"):
        secret.read(given())


def test_a_key_that_can_be_guessed_is_none(given: Given) -> None:
    with pytest.raises(SetupError, match="16 characters or more"):
        secret.read(given(secret_key="hunter2"))


def test_of_many_who_start_at_once_all_have_the_same_key(given: Given) -> None:
    def start(_: int) -> str:
        secret.make(given())
        return secret.read(given())

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(start, range(64)))) == 1


def test_with_postgresql_it_is_kept_in_the_working_folder(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    secret.make(given(database_url="postgresql+asyncpg://localhost/regulars"))
    assert (tmp_path / "regulars.secret").is_file()


def test_two_installations_have_different_keys(given: Given, tmp_path: Path) -> None:
    secret.make(given())
    first = secret.read(given())
    (tmp_path / "regulars.secret").unlink()
    secret.make(given())
    assert secret.read(given()) != first
