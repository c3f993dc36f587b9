"""Every table of Regulars. Times are instants (UTC microseconds), money minor units, points integers.

The busiest tables carry no foreign keys: their rows are never deleted, their members always exist because
they were locked in the same transaction, and on PostgreSQL each key would cost a look-up per row.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.types import Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigInteger, primary_key=True, autoincrement=False)


members = Table(
    "members",
    metadata,
    _id(),
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
    Index("ix_members_timezone_birthday_md", "timezone", "birthday_md"),
)

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
)

consents = Table(
    "consents",
    metadata,
    _id(),
    Column("member_id", BigInteger, index=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

programmes = Table(
    "programmes",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
)

standings = Table(
    "standings",
    metadata,
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("points", BigInteger, nullable=False),
    Column("lifetime_points", BigInteger, nullable=False),
    Column("purchases", Integer, nullable=False),
    Column("last_purchase_at", Instant, index=True),
    Column("progress", Json, nullable=False),
)

activities = Table(
    "activities",
    metadata,
    _id(),
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
    UniqueConstraint("source", "external_id"),
    Index("ix_activities_member_id_occurred_at", "member_id", "occurred_at"),
)

news = Table(
    "news",
    metadata,
    _id(),
    Column("member_id", BigInteger, nullable=False),
    Column("activity_id", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Index("ix_news_unread", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
)

entries = Table(
    "entries",
    metadata,
    _id(),
    Column("member_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("cause_id", BigInteger),
    Column("at", Instant, nullable=False),
    Index("ix_entries_member_id_id", "member_id", "id"),
)

lots = Table(
    "lots",
    metadata,
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("member_id", BigInteger, nullable=False),
    Column("remaining", BigInteger, nullable=False),
    Column("expires_at", Instant),
    Index(
        "ix_lots_unspent",
        "member_id",
        sqlite_where=text("remaining > 0"),
        postgresql_where=text("remaining > 0"),
    ),
)

redemptions = Table(
    "redemptions",
    metadata,
    _id(),
    Column("request", Text, nullable=False, unique=True),
    Column("member_id", BigInteger, nullable=False, index=True),
    Column("reward", Text, nullable=False),
    Column("points_left", BigInteger, nullable=False),
    Column("voucher", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

vouchers = Table(
    "vouchers",
    metadata,
    Column("code", Text, primary_key=True),
    Column("member_id", BigInteger, nullable=False, index=True),
    Column("reward", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_where", Text),
)

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

messages = Table(
    "messages",
    metadata,
    _id(),
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
    Index("ix_messages_channel_address_id", "channel", "address", "id"),
    Index(
        "ix_messages_due",
        "channel",
        "purpose",
        "due_at",
        sqlite_where=text("state = 'queued'"),
        postgresql_where=text("state = 'queued'"),
    ),
    Index(
        "ix_messages_leased",
        "lease_until",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index("ix_messages_provider_id", "provider_id"),
)

senders = Table(
    "senders",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("theoretical_at", Instant, nullable=False),
    Column("paused_until", Instant),
)

runs = Table(
    "runs",
    metadata,
    _id(),
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

api_keys = Table(
    "api_keys",
    metadata,
    _id(),
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
