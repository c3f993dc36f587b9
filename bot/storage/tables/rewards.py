"""Rewards taken: redemptions and vouchers, what there is of each, and what is given on."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from bot.storage.tables.base import metadata, row_id, where
from bot.storage.types import Instant, Json

redemptions = Table(
    "redemptions",
    metadata,
    row_id(),
    Column("request", Text, nullable=False, unique=True),
    Column("member_id", BigInteger, nullable=False, index=True),
    Column("reward", Text, nullable=False),
    Column("points_left", BigInteger, nullable=False),
    Column("voucher", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("cost", BigInteger, nullable=False, server_default="0"),
    Column("wallet", Text, nullable=False, server_default="points"),
    Column("cancelled_at", Instant),
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
    Column("used_by", Text),
    Column("expires_at", Instant),
    Column("cancelled_at", Instant),
    Column("cancelled_why", Text),
    Column("activity_id", BigInteger),
    Column("terms", Json),
    Column("remind_at", Instant),
    Index("ix_vouchers_remind_at", "remind_at", **where("remind_at IS NOT NULL")),
)

stocks = Table(
    "stocks",
    metadata,
    Column("reward", Text, primary_key=True),
    Column("taken", BigInteger, nullable=False),
)
"""How many of a reward were taken; the programme says how many there are."""

waiting = Table(
    "waiting",
    metadata,
    Column("reward", Text, primary_key=True),
    Column("member_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)

reward_codes = Table(
    "reward_codes",
    metadata,
    Column("reward", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("voucher", Text),
    Column("at", Instant, nullable=False),
    Index("ix_reward_codes_free", "reward", **where("voucher IS NULL")),
)
"""A partner's codes, handed out one by one."""

gifts = Table(
    "gifts",
    metadata,
    row_id(),
    Column("request", Text, nullable=False, unique=True),
    Column("from_id", BigInteger, nullable=False),
    Column("to_id", BigInteger, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("points_left", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_gifts_from_id_at", "from_id", "at"),
)

donations = Table(
    "donations",
    metadata,
    row_id(),
    Column("request", Text, nullable=False, unique=True),
    Column("member_id", BigInteger, nullable=False, index=True),
    Column("cause", Text, nullable=False, index=True),
    Column("points", BigInteger, nullable=False),
    Column("money", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Points given to a cause, or ``money`` (minor units) that a purchase was rounded up by."""
