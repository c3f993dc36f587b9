"""Verifying signatures with dkimpy, the DNS in a dictionary."""

from collections.abc import Callable
from datetime import datetime

import dkim
import time_machine

from channels.email.dkim import Signer
from tests.channels.email_world import NOW


def dns(*signers: Signer) -> Callable[..., bytes]:
    records = {one.record.name + ".": one.record.text for one in signers}
    return lambda name, timeout=5: records[name.decode()].encode()


def verified(mail: bytes, *signers: Signer, at: datetime = NOW) -> bool:
    """Whether a receiver who looks the keys of these up at that time would believe the mail."""
    try:
        with time_machine.travel(at, tick=False):
            return bool(dkim.verify(mail, dnsfunc=dns(*signers)))
    except dkim.DKIMException:
        return False
