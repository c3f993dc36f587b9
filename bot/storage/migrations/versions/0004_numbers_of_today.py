"""Phone numbers that were kept in an old form, in the one that is dialled today, with all that was said there.

Where both forms are known, each stays with whom it belongs to: that these are one person is for them to say. But nobody
is heard by the old form any more, so nothing may go there, and a no that was said there holds for today's form.
"""

import time
from string import Template
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.phones import as_dialled

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OLD = Template(
    "SELECT $columns FROM $table WHERE channel IN ('sms', 'whatsapp')"
    " AND (address LIKE '+521%' OR address LIKE '+54%' OR address LIKE '+55%')"
)
_KNOWN = sa.text(_OLD.substitute(columns="channel, address", table="addresses"))
_RENAMED = sa.text(
    "UPDATE addresses SET address = :new WHERE channel = :channel AND address = :old AND NOT EXISTS ("
    "SELECT 1 FROM addresses AS other WHERE other.address = :new AND other.channel IN ('sms', 'whatsapp')"
    " AND (other.channel = :channel OR other.member_id <> addresses.member_id))"
)
_SAID = Template("UPDATE $table SET address = :new WHERE channel = :channel AND address = :old")
# What an address left behind when it was taken off a member may still have the key.
_KEYED = Template(
    "UPDATE $table SET address = :new WHERE channel = :channel AND address = :old"
    " AND NOT EXISTS (SELECT 1 FROM $table AS other WHERE other.channel = :channel AND other.address = :new)"
)
_TALKS = [
    *(sa.text(_SAID.substitute(table=table)) for table in ("inbound", "messages")),
    *(sa.text(_KEYED.substitute(table=table)) for table in ("dialogs", "staff_messages")),
]
_NO_HOLDS = sa.text(
    "UPDATE addresses AS today SET stopped_at = COALESCE(today.stopped_at, old.stopped_at),"
    " marketing = CASE WHEN old.marketing = FALSE THEN FALSE ELSE today.marketing END,"
    " notices = CASE WHEN old.notices = FALSE THEN FALSE ELSE today.notices END"
    " FROM addresses AS old WHERE old.channel = :channel AND old.address = :old"
    " AND today.channel = :channel AND today.address = :new"
)
_CLOSED = sa.text("UPDATE addresses SET gone_at = COALESCE(gone_at, :now) WHERE channel = :channel AND address = :old")
_LINES = sa.text(_OLD.substitute(columns="id, address", table="consents"))
_LINE = sa.text("UPDATE consents SET address = :new WHERE id = :id")
_GUESTS = sa.text("SELECT DISTINCT guest FROM activities WHERE guest LIKE 'phone:+54%' OR guest LIKE 'phone:+55%'")
_GUESTS_RENAMED = sa.text("UPDATE activities SET guest = :new WHERE guest = :old")


def upgrade() -> None:
    _each(_RENAMED, known := _old_forms())
    left = _old_forms()
    stays = {(one["channel"], one["old"]) for one in left}
    moved = [one for one in known if (one["channel"], one["old"]) not in stays]
    for statement in _TALKS:
        _each(statement, moved)
    _each(_NO_HOLDS, left)
    _each(_CLOSED, [one | {"now": time.time_ns() // 1000} for one in left])
    lines = ((line, old, as_dialled(old)) for line, old in op.get_bind().execute(_LINES))
    _each(_LINE, [{"id": line, "new": new} for line, old, new in lines if new != old])
    guests = ((old, "phone:" + as_dialled(old.removeprefix("phone:"))) for (old,) in op.get_bind().execute(_GUESTS))
    _each(_GUESTS_RENAMED, [{"old": old, "new": new} for old, new in guests if new != old])


def _old_forms() -> list[dict[str, Any]]:
    known = ((channel, old, as_dialled(old)) for channel, old in op.get_bind().execute(_KNOWN))
    return [{"channel": channel, "old": old, "new": new} for channel, old, new in known if new != old]


def _each(statement: sa.TextClause, rows: list[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(statement, rows)
