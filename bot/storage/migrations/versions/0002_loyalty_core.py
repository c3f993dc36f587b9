"""Credit, tiers, refunds, expiry, gifts, referrals, and rewards of which there are only so many."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _standings()
    _activities()
    _ledger()
    _people()
    _rewards()
    _giving()


def _standings() -> None:
    op.add_column("standings", sa.Column("credit", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("standings", sa.Column("spent", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("standings", sa.Column("tier", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("standings", sa.Column("tier_until", sa.BigInteger(), nullable=True))
    op.add_column("standings", sa.Column("due_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_standings_due_at",
        "standings",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def _activities() -> None:
    op.add_column("activities", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    # A refund asks the rules that its purchase was recorded under.
    op.execute(
        "UPDATE activities SET version = COALESCE((SELECT MAX(programmes.version) FROM programmes"
        " WHERE programmes.published_at <= activities.recorded_at), 1)"
    )
    op.add_column("activities", sa.Column("refunds", sa.Text(), nullable=True))
    op.add_column("activities", sa.Column("guest", sa.Text(), nullable=True))
    op.create_index(
        "ix_activities_guest",
        "activities",
        ["guest"],
        unique=False,
        sqlite_where=sa.text("guest IS NOT NULL"),
        postgresql_where=sa.text("guest IS NOT NULL"),
    )
    op.create_index(
        "ix_activities_guest_occurred_at",
        "activities",
        ["occurred_at"],
        unique=False,
        sqlite_where=sa.text("guest IS NOT NULL"),
        postgresql_where=sa.text("guest IS NOT NULL"),
    )
    op.create_index(
        "ix_activities_refunds",
        "activities",
        ["source", "refunds"],
        unique=False,
        sqlite_where=sa.text("refunds IS NOT NULL"),
        postgresql_where=sa.text("refunds IS NOT NULL"),
    )
    op.add_column("programmes", sa.Column("effective_at", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("programmes", sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False))


def _ledger() -> None:
    op.create_table(
        "payments",
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "lot_id", name=op.f("pk_payments")),
    )
    op.create_table(
        "pending",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("wallet", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("cause_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending")),
    )
    op.create_index(op.f("ix_pending_cause_id"), "pending", ["cause_id"], unique=False)
    op.create_index(
        "ix_pending_due",
        "pending",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_pending_member_id"), "pending", ["member_id"], unique=False)
    op.add_column("entries", sa.Column("wallet", sa.Text(), server_default="points", nullable=False))
    op.add_column("entries", sa.Column("short", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("lots", sa.Column("wallet", sa.Text(), server_default="points", nullable=False))
    op.create_index(
        "ix_lots_expiring",
        "lots",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("remaining > 0 AND expires_at IS NOT NULL"),
        postgresql_where=sa.text("remaining > 0 AND expires_at IS NOT NULL"),
    )
    _pay_what_was_spent()


def _pay_what_was_spent() -> None:
    """Which lots paid for what was spent so far: no lot ended yet, so the oldest always paid first."""
    op.execute("""
        INSERT INTO payments (entry_id, lot_id, points)
        SELECT d.id, l.id, CASE WHEN d.upto < l.upto THEN d.upto ELSE l.upto END
            - CASE WHEN d.upto - d.n > l.upto - l.n THEN d.upto - d.n ELSE l.upto - l.n END
        FROM (SELECT id, member_id, -points AS n, SUM(-points) OVER (PARTITION BY member_id ORDER BY id) AS upto
            FROM entries WHERE points < 0) d
        JOIN (SELECT e.id, e.member_id, e.points - l.remaining AS n,
            SUM(e.points - l.remaining) OVER (PARTITION BY e.member_id ORDER BY e.id) AS upto
            FROM lots l JOIN entries e ON e.id = l.entry_id WHERE l.remaining < e.points) l
        ON l.member_id = d.member_id AND d.upto - d.n < l.upto AND l.upto - l.n < d.upto
    """)


def _people() -> None:
    op.create_table(
        "choices",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("member_id", "name", name=op.f("pk_choices")),
    )
    op.create_table(
        "fingerprints",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "hash", "member_id", name=op.f("pk_fingerprints")),
    )
    op.create_index(op.f("ix_fingerprints_member_id"), "fingerprints", ["member_id"], unique=False)
    op.create_table(
        "referrals",
        sa.Column("friend_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("referrer_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("activity_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("friend_id", name=op.f("pk_referrals")),
    )
    op.create_index(op.f("ix_referrals_referrer_id"), "referrals", ["referrer_id"], unique=False)


def _rewards() -> None:
    op.create_table(
        "reward_codes",
        sa.Column("reward", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("voucher", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reward", "code", name=op.f("pk_reward_codes")),
    )
    op.create_index(
        "ix_reward_codes_free",
        "reward_codes",
        ["reward"],
        unique=False,
        sqlite_where=sa.text("voucher IS NULL"),
        postgresql_where=sa.text("voucher IS NULL"),
    )
    op.create_table(
        "stocks",
        sa.Column("reward", sa.Text(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reward", name=op.f("pk_stocks")),
    )
    op.create_table(
        "waiting",
        sa.Column("reward", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reward", "member_id", name=op.f("pk_waiting")),
    )
    op.add_column("redemptions", sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("redemptions", sa.Column("wallet", sa.Text(), server_default="points", nullable=False))
    op.add_column("redemptions", sa.Column("cancelled_at", sa.BigInteger(), nullable=True))
    op.add_column("vouchers", sa.Column("used_by", sa.Text(), nullable=True))
    op.add_column("vouchers", sa.Column("expires_at", sa.BigInteger(), nullable=True))
    op.add_column("vouchers", sa.Column("cancelled_at", sa.BigInteger(), nullable=True))
    op.add_column("vouchers", sa.Column("cancelled_why", sa.Text(), nullable=True))
    op.add_column("vouchers", sa.Column("activity_id", sa.BigInteger(), nullable=True))
    op.add_column("vouchers", sa.Column("terms", sa.Text(), nullable=True))
    op.add_column("vouchers", sa.Column("remind_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_vouchers_remind_at",
        "vouchers",
        ["remind_at"],
        unique=False,
        sqlite_where=sa.text("remind_at IS NOT NULL"),
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )


def _giving() -> None:
    op.create_table(
        "donations",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("money", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donations")),
        sa.UniqueConstraint("request", name=op.f("uq_donations_request")),
    )
    op.create_index(op.f("ix_donations_cause"), "donations", ["cause"], unique=False)
    op.create_index(op.f("ix_donations_member_id"), "donations", ["member_id"], unique=False)
    op.create_table(
        "gifts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("points_left", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gifts")),
        sa.UniqueConstraint("request", name=op.f("uq_gifts_request")),
    )
    op.create_index("ix_gifts_from_id_at", "gifts", ["from_id", "at"], unique=False)
