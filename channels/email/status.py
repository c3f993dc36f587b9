"""Enhanced status codes (RFC 3463, registry of RFC 5248): which of them speak of the address itself."""

import re

_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
# Of 5.1.x, these two are about the sender's address.
_SENDER = {"5.1.7", "5.1.8"}
_FULL = {"5.2.2", "5.2.3"}


def enhanced_status(text: str) -> str:
    """The first code like ``5.1.1`` in a server's words, or nothing."""
    found = _STATUS.search(text)
    return found[0] if found else ""


def address_gone(status: str) -> bool:
    """Whether a refusal at the door says that there is no such address: only what says so clearly."""
    return status == "5.2.1" or (status.startswith("5.1.") and status not in _SENDER)


def bounce_gone(status: str) -> bool:
    """Whether a bounce with this status means that later mails will not arrive either.

    Any permanent failure does, but for a full mailbox, what is wrong with this one message
    (5.3.4, 5.6.x) and what is a matter of policy (5.7.x).
    """
    if not status.startswith("5.") or status in _SENDER | _FULL | {"5.3.4"}:
        return False
    return not status.startswith(("5.6.", "5.7."))


def bounce_soft(status: str) -> bool:
    """Whether a bounce tells of an address that cannot be reached for now: a full mailbox, a host that is away.

    Of what is temporary, only what is wrong with the message or a matter of policy says nothing of the address.
    """
    return status in _FULL or (status.startswith("4.") and not status.startswith(("4.6.", "4.7.")))
