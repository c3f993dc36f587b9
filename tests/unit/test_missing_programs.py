import pytest

from tests.fakes.programs import missing, program


def test_without_a_program_a_test_is_skipped_but_fails_where_everything_should_be_present(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="gone is missing: apt-get install gone-tools"):
        program("gone", "gone-tools")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        missing("no browser")
