"""Taking what customers say, so that no message which answering breaks over stands in the way of others."""

from collections.abc import Sequence

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.errors import RegularsError
from bot.messages import Inbound, Outbound

log = structlog.get_logger()


async def receive_many(core: Core, said: Sequence[Inbound]) -> list[list[Outbound]]:
    """``converse_many``; one message alone that it breaks over is taken, and answered with an apology.

    Raises:
        RegularsError, SQLAlchemyError, OSError: what may pass, so that whoever brought the messages brings them again.
        Exception: anything else, of several messages; to be tried one by one.
    """
    try:
        return await converse_many(core, said)
    except Exception as error:
        if len(said) > 1 or _may_pass(error):
            raise
        # Its provider would bring it again and again; Telegram, when it is polled, nothing behind it.
        log.exception("message_not_answered", channel=said[0].channel)
        return await converse_many(core, said, broken=True)


def _may_pass(error: Exception) -> bool:
    """Not a value that the database does not take (SQLSTATE class 22), or that could not even be handed to it."""
    if isinstance(error, StatementError):
        return isinstance(error, DBAPIError) and not str(getattr(error.orig, "sqlstate", "")).startswith("22")
    return isinstance(error, RegularsError | SQLAlchemyError | OSError)
