"""What the log tells of a failure: where it is, and nothing that a customer said or is."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from contextlib import closing

import pytest
import structlog

from bot.logs import only_where, set_up

ADDRESS = "+36201234567"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written to stderr, as JSON."""
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    set_up("info", "json")
    yield out
    structlog.reset_defaults()


def fail() -> None:
    try:
        raise ValueError(f"Key (address)=({ADDRESS}) already exists.")
    except ValueError as error:
        raise RuntimeError(f"cannot write {ADDRESS}") from error


def test_an_error_is_told_with_its_place_and_its_cause_but_not_with_its_words(lines: io.StringIO) -> None:
    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("request_failed")
    told = json.loads(lines.getvalue())
    first, last = told["exception"].split("ValueError\n")
    assert ("in fail" in first, "in fail" in last, last.endswith("RuntimeError")) == (True, True, True)
    assert ADDRESS not in lines.getvalue()


async def test_a_task_that_failed_is_told_by_asyncio_without_the_words_of_its_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A logger of its own: whatever else ran in this process may have set up the one that is shared.
    handler, logger = logging.StreamHandler(io.StringIO()), logging.getLogger("asyncio of this test")
    logger.setLevel(logging.ERROR)
    handler.addFilter(only_where)
    logger.addHandler(handler)
    monkeypatch.setattr("asyncio.base_events.logger", logger)
    task = asyncio.create_task(asyncio.to_thread(fail))
    await asyncio.wait({task})
    never_asked = {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    with closing(asyncio.SelectorEventLoop()) as loop:
        loop.call_exception_handler(never_asked)
    text = handler.stream.getvalue()
    assert text.startswith("Task exception was never retrieved\n") and text.endswith("RuntimeError\n")
    assert ADDRESS not in text
