"""Runs of campaigns, and whom they touched."""

from sqlalchemy import BigInteger, Column, Integer, Table, Text, UniqueConstraint

from bot.storage.tables.base import metadata, row_id
from bot.storage.types import Instant

runs = Table(
    "runs",
    metadata,
    row_id(),
    Column("campaign", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("audience", Integer, nullable=False),
    Column("queued", Integer, nullable=False),
    Column("suppressed", Integer, nullable=False),
    UniqueConstraint("campaign", "slot"),
)

touches = Table(
    "touches",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("slot", Text, primary_key=True),
    Column("run_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("suppressed", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
)
