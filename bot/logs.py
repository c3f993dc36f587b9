"""Logging: one line an event, as text or JSON, on stderr; names and ids only, no personal data."""

import logging
import sys
import traceback
from collections.abc import Iterator

import structlog


def set_up(level: str, form: str) -> None:
    """Log from ``level`` on, as ``text`` or ``json``."""
    number = logging.getLevelNamesMapping()[level.upper()]
    libraries = logging.StreamHandler(sys.stderr)
    libraries.addFilter(only_where)
    logging.basicConfig(
        level=max(number, logging.WARNING), handlers=[libraries], format="%(levelname)s %(name)s %(message)s"
    )
    renderer = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(lambda failed: where(failed[1])),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def where(error: BaseException | None) -> str:
    """Where in the code something failed, and as what, the first cause first.

    What an error says is left out, for it may quote a customer: PostgreSQL's tell the address that is there twice.
    """
    return "\n".join(reversed(list(_causes(error))))


def _causes(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield "".join([*traceback.format_tb(error.__traceback__), type(error).__qualname__])
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def only_where(record: logging.LogRecord) -> bool:
    """The same for what libraries log: asyncio repeats the error of a task beneath its first line."""
    if record.exc_info:
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
        record.exc_text = where(record.exc_info[1])
    return True
