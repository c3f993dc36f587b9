"""What tests can do without: waiting for the disk, and compiling again what another test's engine has compiled."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import database

PRAGMAS = database._PRAGMAS
"""As the service sets them."""


class Statements(dict[Any, Any]):
    """Compiled statements for all engines of a dialect, where SQLAlchemy keeps them for each engine."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_all(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_all(key), compiled)


def _of_all(key: Any) -> Any:
    dialect, *rest = key
    return type(dialect), *rest


@contextmanager
def haste() -> Iterator[None]:
    """For databases that are opened in this process."""
    options = {"compiled_cache": Statements()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_PRAGMAS", (*PRAGMAS, "synchronous=OFF"))
        patch.setattr(database, "create_async_engine", partial(create_async_engine, execution_options=options))
        yield
