"""What one purchase writes, for the floors: the same rows in the same tables as Regulars itself."""

from typing import Any

from bot.storage.ids import new_id

_NOW = 1_790_000_000_000_000
_DETAILS = '{"items":[["flat-white","","coffee",2,780]],"attributes":{}}'
_OUTCOMES = (
    '[{"type":"points_earned","points":7,"balance":7},'
    '{"type":"stamps_added","card":"coffee","stamps":2,"have":2,"need":10},'
    '{"type":"challenge_progress","challenge":"three_visits","have":1,"need":3}]'
)
_PROGRESS = '{"stamps":{"coffee":2},"challenges":{"three_visits":{"2026-W47":["2026-11-21"]}}}'
TABLES = ("activities", "news", "entries", "lots", "standings")
_COLUMNS = {
    "activities": [
        "id",
        "source",
        "external_id",
        "type",
        "member_id",
        "occurred_at",
        "recorded_at",
        "amount",
        "location",
        "details",
        "outcomes",
    ],
    "news": ["id", "member_id", "activity_id", "at", "state"],
    "entries": ["id", "member_id", "kind", "points", "rule", "cause_id", "at"],
    "lots": ["entry_id", "member_id", "remaining"],
}
_STANDING = "points = points + {0}, lifetime_points = lifetime_points + {0}, purchases = purchases + 1"


def purchase(member_id: int) -> list[tuple[Any, ...]]:
    """The parameters of one purchase, a tuple a table."""
    activity, entry = new_id(), new_id()
    return [
        (activity, "till", str(activity), "purchase", member_id, _NOW, _NOW, 780, "", _DETAILS, _OUTCOMES),
        (new_id(), member_id, activity, _NOW, "new"),
        (entry, member_id, "earn", 7, "spend", activity, _NOW),
        (entry, member_id, 7),
        (7, _NOW, _PROGRESS, member_id),
    ]


def sqlite(table: str) -> str:
    """The statement for one table, in sqlite3's words."""
    if table == "standings":
        return (
            f"UPDATE standings SET {_STANDING.format('?1')}, last_purchase_at = ?2, progress = ?3 WHERE member_id = ?4"
        )
    names = _COLUMNS[table]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def postgresql(table: str) -> str:
    """The statement for one table, in asyncpg's words."""
    if table == "standings":
        return (
            f"UPDATE standings SET {_STANDING.format('$1')}, last_purchase_at = $2, progress = $3 WHERE member_id = $4"
        )
    names = _COLUMNS[table]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f'${i}' for i in range(1, len(names) + 1))})"
