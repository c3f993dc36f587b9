"""Row ids made here, not by the database: a batch knows its ids before it is written."""

import itertools
import secrets
import time

_COUNTER_BITS = 21
_MASK = (1 << _COUNTER_BITS) - 1
_counter = itertools.count(secrets.randbits(_COUNTER_BITS))


def new_id() -> int:
    """A 63-bit id that sorts by time across all tables: milliseconds, then a counter that starts at random.

    Two processes meet only when both use the same counter value in the same millisecond; the unique key
    then refuses the second, whose transaction is tried again.
    """
    return (time.time_ns() // 1_000_000) << _COUNTER_BITS | (next(_counter) & _MASK)
