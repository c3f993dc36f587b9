"""Who joined, how they are reached and what they consented to; who may call and log in."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, SmallInteger, Table, Text

from bot.storage.tables.base import metadata, row_id, where
from bot.storage.types import Instant

members = Table(
    "members",
    metadata,
    row_id(),
    Column("external_id", Text, unique=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("birthday", Text),
    Column("birthday_md", SmallInteger),
    Column("locale", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("preferred_channel", Text),
    Column("joined_at", Instant, nullable=False),
    Column("erased_at", Instant),
    Column("goal", Text),
    Column("quiet_hours", Text),
    Column("merged_into", BigInteger),
    Index("ix_members_timezone_birthday_md", "timezone", "birthday_md"),
)
"""``locale`` is empty until it was told, chosen or learnt: the programme's first language stands in."""

addresses = Table(
    "addresses",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("member_id", BigInteger, ForeignKey("members.id"), index=True),
    Column("locale", Text),
    Column("marketing", Boolean),
    Column("stopped_at", Instant),
    Column("gone_at", Instant),
    Column("notices", Boolean),
    Column("person_since", Instant),
    Column("person_waits", Instant),
    Index("ix_addresses_person_since", "person_since", **where("person_since IS NOT NULL")),
)
"""``person_since`` staff have the talk, renewed by each thing they say; ``person_waits`` since when an answer of theirs
is waited for."""

consents = Table(
    "consents",
    metadata,
    row_id(),
    Column("member_id", BigInteger, index=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("purpose", Text, nullable=False, server_default="marketing"),
)

api_keys = Table(
    "api_keys",
    metadata,
    row_id(),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("login", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)
