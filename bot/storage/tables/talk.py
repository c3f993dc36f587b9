"""Conversations: where they stand, and what was said to us."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from bot.storage.tables.base import metadata
from bot.storage.types import Instant, Json

dialogs = Table(
    "dialogs",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("state", Json, nullable=False),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("member_id", BigInteger),
    Column("code_hash", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

opt_ins = Table(
    "opt_ins",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("member_id", BigInteger, nullable=False, index=True),
    Column("code_hash", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

tries = Table(
    "tries",
    metadata,
    Column("what", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("until", Instant, nullable=False),
)

link_tokens = Table(
    "link_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("member_id", BigInteger, nullable=False, index=True),
    Column("expires_at", Instant, nullable=False),
)

staff_messages = Table(
    "staff_messages",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("request", Text, primary_key=True),
    Column("message_id", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""What staff said in a talk, by the id that the caller gave it: told twice, it is said once."""

inbound = Table(
    "inbound",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("provider_id", Text, primary_key=True),
    Column("id", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_inbound_channel_address_id", "channel", "address", "id"),
)

answered = Table(
    "answered",
    metadata,
    Column("hour", Instant, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("who", Text, primary_key=True),
    Column("answers", Integer, nullable=False),
)
