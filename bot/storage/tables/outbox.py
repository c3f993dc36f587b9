"""What is to be said, and the budgets of those who say it."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, text

from bot.storage.tables.base import metadata, row_id, where
from bot.storage.types import Instant, Json

messages = Table(
    "messages",
    metadata,
    row_id(),
    Column("member_id", BigInteger, index=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("campaign", Text),
    Column("text", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("buttons", Json),
    Column("thread", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("provider_id", Text),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("picture", Json),
    Column("replaces", Text, nullable=False, server_default=text("''")),
    Column("template", Json),
    Column("to_member", Boolean),
    Column("instead_of", BigInteger),
    Column("language", Text, nullable=False, server_default=text("''")),
    Index("ix_messages_channel_address_id", "channel", "address", "id"),
    Index("ix_messages_due", "channel", "purpose", "due_at", **where("state = 'queued'")),
    Index("ix_messages_instead_of", "instead_of", unique=True, **where("instead_of IS NOT NULL")),
    Index("ix_messages_leased", "lease_until", **where("state = 'sending'")),
    Index("ix_messages_provider_id", "provider_id"),
)

senders = Table(
    "senders",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("theoretical_at", Instant, nullable=False),
    Column("paused_until", Instant),
)
