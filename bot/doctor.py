"""An examination of an installation: settings, database, channels, and the invariants a database can show."""

import tomllib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text

from bot import secret
from bot.clock import system_clock
from bot.errors import RegularsError
from bot.pictures import undrawable
from bot.storage import programmes
from bot.storage.database import Database, check_schema
from campaigns.document import check
from channels.registry import open_channels
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, in words, and whether it is as it must be."""

    what: str
    well: bool


# Each query counts what breaks the invariant; the words are the invariant.
INVARIANTS = {
    "every balance equals the sum of its ledger entries": """
        SELECT COUNT(*) FROM standings s LEFT JOIN (SELECT member_id,
        SUM(CASE WHEN wallet = 'points' THEN points ELSE 0 END) AS points,
        SUM(CASE WHEN wallet = 'credit' THEN points ELSE 0 END) AS credit
        FROM entries GROUP BY member_id) e ON e.member_id = s.member_id
        WHERE s.points <> COALESCE(e.points, 0) OR s.credit <> COALESCE(e.credit, 0)""",
    "every balance equals what is left in its lots": """
        SELECT COUNT(*) FROM standings s LEFT JOIN (SELECT member_id,
        SUM(CASE WHEN wallet = 'points' THEN remaining ELSE 0 END) AS points,
        SUM(CASE WHEN wallet = 'credit' THEN remaining ELSE 0 END) AS credit
        FROM lots GROUP BY member_id) l ON l.member_id = s.member_id
        WHERE CASE WHEN s.points > 0 THEN s.points ELSE 0 END <> COALESCE(l.points, 0)
        OR CASE WHEN s.credit > 0 THEN s.credit ELSE 0 END <> COALESCE(l.credit, 0)""",
    "no balance is negative, but by a refund": """
        SELECT COUNT(*) FROM standings s WHERE (s.points < 0 OR s.credit < 0) AND NOT EXISTS
        (SELECT 1 FROM entries e WHERE e.member_id = s.member_id AND e.kind = 'refund')""",
    "no lot holds more than its entry brought": """
        SELECT COUNT(*) FROM lots l LEFT JOIN entries e ON e.id = l.entry_id
        WHERE l.remaining < 0 OR e.id IS NULL OR l.remaining > e.points OR l.wallet <> e.wallet""",
    "every lot holds what its entry brought, less what it paid": """
        SELECT COUNT(*) FROM lots l JOIN entries e ON e.id = l.entry_id
        LEFT JOIN (SELECT lot_id, SUM(points) AS points FROM payments GROUP BY lot_id) p ON p.lot_id = l.entry_id
        WHERE e.points <> l.remaining + COALESCE(p.points, 0)""",
    "every debit was paid by lots, but a refund's": """
        SELECT COUNT(*) FROM entries e
        LEFT JOIN (SELECT entry_id, SUM(points) AS points FROM payments GROUP BY entry_id) p ON p.entry_id = e.id
        WHERE e.points < 0 AND (COALESCE(p.points, 0) > -e.points
        OR (e.kind <> 'refund' AND COALESCE(p.points, 0) <> -e.points))""",
    "no lot paid after it had ended": """
        SELECT COUNT(*) FROM payments p JOIN entries e ON e.id = p.entry_id JOIN lots l ON l.entry_id = p.lot_id
        WHERE e.points < 0 AND e.kind <> 'expire' AND l.expires_at <= e.at""",
    "everyone is looked at again before time changes what they have": """
        SELECT COUNT(*) FROM standings s WHERE EXISTS (SELECT 1 FROM pending p WHERE p.member_id = s.member_id
        AND p.due_at < COALESCE(s.due_at, p.due_at + 1)) OR EXISTS (SELECT 1 FROM lots l
        WHERE l.member_id = s.member_id AND l.remaining > 0 AND l.expires_at < COALESCE(s.due_at, l.expires_at + 1))""",
    "whatever is waited for is somebody's and worth something": """
        SELECT COUNT(*) FROM pending p WHERE p.points <= 0 OR NOT EXISTS
        (SELECT 1 FROM standings s WHERE s.member_id = p.member_id)""",
    "every redemption has its ledger entry and its voucher": """
        SELECT COUNT(*) FROM redemptions r WHERE (r.cost > 0 AND NOT EXISTS
        (SELECT 1 FROM entries e WHERE e.cause_id = r.id AND e.kind = 'redeem' AND e.member_id = r.member_id))
        OR NOT EXISTS (SELECT 1 FROM vouchers v WHERE v.code = r.voucher)""",
    "every gift took from one what it gave to the other": """
        SELECT COUNT(*) FROM gifts g WHERE g.points <> (SELECT COALESCE(SUM(e.points), 0) FROM entries e
        WHERE e.member_id = g.to_id AND e.cause_id = g.id AND e.kind = 'gift_in')
        OR g.points <> (SELECT COALESCE(-SUM(e.points), 0) FROM entries e
        WHERE e.member_id = g.from_id AND e.cause_id = g.id AND e.kind = 'gift_out')""",
    "every member has a standing": """
        SELECT COUNT(*) FROM members m WHERE NOT EXISTS (SELECT 1 FROM standings s WHERE s.member_id = m.id)""",
    "no bonus was given without its ledger entry": """
        SELECT COUNT(*) FROM touches t WHERE t.points > 0 AND NOT EXISTS
        (SELECT 1 FROM entries e WHERE (e.member_id = t.member_id OR e.written_for = t.member_id)
         AND e.kind = 'bonus' AND e.rule = 'campaign:' || t.campaign)""",
    "whoever is one with another member has nothing of their own": """
        SELECT COUNT(*) FROM members m JOIN standings s ON s.member_id = m.id WHERE m.merged_into IS NOT NULL
        AND (s.points <> 0 OR s.credit <> 0 OR EXISTS (SELECT 1 FROM entries e WHERE e.member_id = m.id)
        OR EXISTS (SELECT 1 FROM activities a WHERE a.member_id = m.id)
        OR EXISTS (SELECT 1 FROM members k WHERE k.id = m.merged_into AND k.merged_into IS NOT NULL))""",
    "only who talks with a person waits for one": """
        SELECT COUNT(*) FROM addresses WHERE person_waits IS NOT NULL AND person_since IS NULL""",
}


async def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order they were made; one that makes the rest meaningless is the last."""
    database = Database(settings.database_url)
    try:
        return [finding async for finding in _findings(settings, database)]
    finally:
        await database.close()


def _dkim_record(settings: Settings, key: str) -> str:
    # Loads the libraries of mail, which others can do without.
    from channels.email.options import read_options

    signer = read_options(settings.model_copy(update={"secret_key": SecretStr(key)})).signer
    return str(signer.record) if signer else ""


async def _findings(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    yield Finding("the settings are whole", True)
    try:
        key = secret.read(settings)
        await check_schema(database)
        yield Finding("the database answers and has the newest schema", True)
        async with database.read() as tx:
            document = (await programmes.in_force(tx, system_clock())).document
        programme, campaigns = check(document)
        yield Finding(f'the programme "{programme.name}" is valid, with {len(campaigns)} campaigns', True)
        names = ", ".join(open_channels(settings.model_copy(update={"secret_key": SecretStr(key)})))
        yield Finding(f"these channels are on: {names}", True)
        if settings.smtp_url and settings.dkim_key:
            yield Finding(f"mail is signed; the DNS must hold: {_dkim_record(settings, key)}", True)
        yield _pictures(tomllib.loads(document))
    except RegularsError as error:
        yield Finding(str(error), False)
        return
    for words, query in INVARIANTS.items():
        async with database.read() as tx:
            broken = (await tx.execute(text(query))).scalar_one()
        yield Finding(words if not broken else f"{words}: broken {broken} times", not broken)


def _pictures(document: Mapping[str, Any]) -> Finding:
    without = undrawable(document)
    if not without:
        return Finding("every name in the programme can be drawn in pictures", True)
    return Finding(f'no font for "{without[0]}", so its pictures are left out; install fonts-noto-cjk', False)
