"""The programme, what members did, where they stand, and the ledger.

The busiest tables carry no foreign keys: their rows are never deleted, their members always exist because
they were locked in the same transaction, and on PostgreSQL each key would cost a look-up per row. An activity
of somebody who is no member (a guest) has the member_id 0.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint, text

from bot.storage.tables.base import metadata, row_id, where
from bot.storage.types import Instant, Json

programmes = Table(
    "programmes",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("effective_at", Instant, nullable=False, server_default="0"),
    Column("note", Text, nullable=False, server_default=text("''")),
)

standings = Table(
    "standings",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("points", BigInteger, nullable=False),
    Column("lifetime_points", BigInteger, nullable=False),
    Column("credit", BigInteger, nullable=False, server_default="0"),
    Column("purchases", Integer, nullable=False),
    Column("spent", BigInteger, nullable=False, server_default="0"),
    Column("last_purchase_at", Instant, index=True),
    Column("tier", Text, nullable=False, server_default=text("''")),
    Column("tier_until", Instant),
    Column("due_at", Instant),
    Column("progress", Json, nullable=False),
    Index("ix_standings_due_at", "due_at", **where("due_at IS NOT NULL")),
)

activities = Table(
    "activities",
    metadata,
    row_id(),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("member_id", BigInteger, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("amount", BigInteger),
    Column("location", Text, nullable=False),
    Column("details", Json),
    Column("outcomes", Json, nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("refunds", Text),
    Column("guest", Text),
    UniqueConstraint("source", "external_id"),
    Index("ix_activities_refunds", "source", "refunds", **where("refunds IS NOT NULL")),
    Index("ix_activities_guest", "guest", **where("guest IS NOT NULL")),
    Index("ix_activities_guest_occurred_at", "occurred_at", **where("guest IS NOT NULL")),
    Index("ix_activities_member_id_occurred_at", "member_id", "occurred_at"),
)

news = Table(
    "news",
    metadata,
    row_id(),
    Column("member_id", BigInteger, nullable=False),
    Column("activity_id", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Index("ix_news_unread", "id", **where("state = 'new'")),
)

entries = Table(
    "entries",
    metadata,
    row_id(),
    Column("member_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("cause_id", BigInteger),
    Column("at", Instant, nullable=False),
    Column("wallet", Text, nullable=False, server_default="points"),
    Column("short", BigInteger, nullable=False, server_default="0"),
    Column("written_for", BigInteger),
    Index("ix_entries_member_id_id", "member_id", "id"),
)
"""Lines are never changed or deleted. When two members become one, a line is counted to the member who stays, and
``written_for`` keeps whose it was first."""

lots = Table(
    "lots",
    metadata,
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("member_id", BigInteger, nullable=False),
    Column("remaining", BigInteger, nullable=False),
    Column("expires_at", Instant),
    Column("wallet", Text, nullable=False, server_default="points"),
    Index("ix_lots_expiring", "expires_at", **where("remaining > 0 AND expires_at IS NOT NULL")),
    Index("ix_lots_unspent", "member_id", **where("remaining > 0")),
)

pending = Table(
    "pending",
    metadata,
    row_id(),
    Column("member_id", BigInteger, nullable=False, index=True),
    Column("wallet", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("cause_id", BigInteger, nullable=False, index=True),
    Column("due_at", Instant),
    Column("expires_at", Instant),
    Column("at", Instant, nullable=False),
    Index("ix_pending_due", "due_at", **where("due_at IS NOT NULL")),
)
"""Earned, but not had yet: deleted when it becomes an entry. Without ``due_at`` it waits to be confirmed."""

payments = Table(
    "payments",
    metadata,
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("points", BigInteger, nullable=False),
)
"""Which lots paid for a debit: where points go back to when it is cancelled, and whose points were spent where."""

referrals = Table(
    "referrals",
    metadata,
    Column("friend_id", BigInteger, primary_key=True, autoincrement=False),
    Column("referrer_id", BigInteger, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("activity_id", BigInteger),
    Column("told_as", BigInteger),
)
"""``told_as`` is the friend's id in the names of what was recorded for it, if they are one with another member now."""

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False, index=True),
)
"""Keyed hashes of what tells that two members are one person: addresses, devices, payment tokens."""

self_stamps = Table(
    "self_stamps",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("location", Text, primary_key=True),
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Index("ix_self_stamps_location_at", "location", "at"),
)

choices = Table(
    "choices",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Instant, nullable=False, server_default="0"),
)
"""What a member chose for themselves, by name: the cause to round up for, the reward to save for …"""
