"""Phone numbers that were kept in an old form, in the one that is dialled today.

Where both forms are known, each stays with whom it belongs to: that these are one person is for them to say.
"""

import sqlalchemy as sa
from alembic import op

from bot.phones import as_dialled

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KNOWN = sa.text(
    "SELECT channel, address FROM addresses WHERE channel IN ('sms', 'whatsapp')"
    " AND (address LIKE '+521%' OR address LIKE '+54%' OR address LIKE '+55%')"
)
_RENAMED = sa.text(
    "UPDATE addresses SET address = :new WHERE channel = :channel AND address = :old AND NOT EXISTS ("
    "SELECT 1 FROM addresses AS other WHERE other.address = :new AND other.channel IN ('sms', 'whatsapp')"
    " AND (other.channel = :channel OR other.member_id <> addresses.member_id))"
)
_GUESTS = sa.text("SELECT DISTINCT guest FROM activities WHERE guest LIKE 'phone:+54%' OR guest LIKE 'phone:+55%'")
_GUESTS_RENAMED = sa.text("UPDATE activities SET guest = :new WHERE guest = :old")


def upgrade() -> None:
    tx = op.get_bind()
    for channel, old in tx.execute(_KNOWN).all():
        if (new := as_dialled(old)) != old:
            tx.execute(_RENAMED, {"channel": channel, "old": old, "new": new})
    for (guest,) in tx.execute(_GUESTS).all():
        new = "phone:" + as_dialled(guest.removeprefix("phone:"))
        if new != guest:
            tx.execute(_GUESTS_RENAMED, {"old": guest, "new": new})
