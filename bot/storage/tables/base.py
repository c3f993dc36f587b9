"""What the declarations share: the one metadata, and how keys and indexes are named."""

from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def row_id() -> Column[int]:
    """A key that is made by ``ids.new_id``, not by the database."""
    return Column("id", BigInteger, primary_key=True, autoincrement=False)


def where(condition: str) -> dict[str, Any]:
    """For an index of only some rows: ``Index(…, **where("remaining > 0"))``."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
