"""Every table of Regulars. Times are instants (UTC microseconds), money minor units, points integers."""

from bot.storage.tables.base import metadata
from bot.storage.tables.campaigns import runs, touches
from bot.storage.tables.loyalty import (
    activities,
    choices,
    entries,
    fingerprints,
    lots,
    news,
    payments,
    pending,
    programmes,
    referrals,
    self_stamps,
    standings,
)
from bot.storage.tables.outbox import messages, senders
from bot.storage.tables.people import addresses, api_keys, consents, members, users
from bot.storage.tables.rewards import donations, gifts, redemptions, reward_codes, stocks, vouchers, waiting
from bot.storage.tables.talk import answered, dialogs, inbound, link_codes, link_tokens, opt_ins, staff_messages, tries

__all__ = [
    "activities",
    "addresses",
    "answered",
    "api_keys",
    "choices",
    "consents",
    "dialogs",
    "donations",
    "entries",
    "fingerprints",
    "gifts",
    "inbound",
    "link_codes",
    "link_tokens",
    "lots",
    "members",
    "messages",
    "metadata",
    "news",
    "opt_ins",
    "payments",
    "pending",
    "programmes",
    "redemptions",
    "referrals",
    "reward_codes",
    "runs",
    "self_stamps",
    "senders",
    "staff_messages",
    "standings",
    "stocks",
    "touches",
    "tries",
    "users",
    "vouchers",
    "waiting",
]
