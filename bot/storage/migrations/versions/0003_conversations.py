"""Pictures and templates in messages, what members wish for themselves, staff in the talk, tokens that link a chat."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("picture", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("replaces", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("messages", sa.Column("template", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("to_member", sa.Boolean(), nullable=True))
    op.add_column("messages", sa.Column("instead_of", sa.BigInteger(), nullable=True))
    op.add_column("messages", sa.Column("language", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_index(
        "ix_messages_instead_of",
        "messages",
        ["instead_of"],
        unique=True,
        sqlite_where=sa.text("instead_of IS NOT NULL"),
        postgresql_where=sa.text("instead_of IS NOT NULL"),
    )
    op.add_column("members", sa.Column("goal", sa.Text(), nullable=True))
    op.add_column("members", sa.Column("quiet_hours", sa.Text(), nullable=True))
    op.add_column("members", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.add_column("addresses", sa.Column("notices", sa.Boolean(), nullable=True))
    op.add_column("addresses", sa.Column("person_since", sa.BigInteger(), nullable=True))
    op.add_column("addresses", sa.Column("person_waits", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_addresses_person_since",
        "addresses",
        ["person_since"],
        unique=False,
        sqlite_where=sa.text("person_since IS NOT NULL"),
        postgresql_where=sa.text("person_since IS NOT NULL"),
    )
    op.add_column("referrals", sa.Column("told_as", sa.BigInteger(), nullable=True))
    op.add_column("entries", sa.Column("written_for", sa.BigInteger(), nullable=True))
    op.create_table(
        "staff_messages",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", "request", name=op.f("pk_staff_messages")),
    )
    op.add_column("consents", sa.Column("purpose", sa.Text(), server_default="marketing", nullable=False))
    _talk()
    _limits()


def _talk() -> None:
    op.create_table(
        "link_tokens",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_link_tokens")),
    )
    op.create_index(op.f("ix_link_tokens_member_id"), "link_tokens", ["member_id"], unique=False)
    op.create_table(
        "opt_ins",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_opt_ins")),
    )
    op.create_index(op.f("ix_opt_ins_member_id"), "opt_ins", ["member_id"], unique=False)


def _limits() -> None:
    op.create_table(
        "answered",
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "channel", "who", name=op.f("pk_answered")),
    )
    op.create_table(
        "self_stamps",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("step", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "location", "step", name=op.f("pk_self_stamps")),
    )
    op.create_index("ix_self_stamps_location_at", "self_stamps", ["location", "at"], unique=False)
    op.create_table(
        "tries",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_tries")),
    )
