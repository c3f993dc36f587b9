import pytest


@pytest.fixture(autouse=True)
def logs_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command in this process must not turn the logs of all later tests to a stream that is closed by then."""
    monkeypatch.setattr("bot.logs.set_up", lambda level, form: None)
