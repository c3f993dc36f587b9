"""Verifying signatures with dkimpy, the DNS in a dictionary.

dkimpy leaves Ed25519 itself to PyNaCl; where that is not installed, the primitive is lent to it from ``cryptography``.
All else of RFC 8463 (what is hashed, what is signed, how keys are published) is dkimpy's own reading.
"""

import base64
from collections.abc import Callable
from datetime import datetime
from importlib.util import find_spec
from types import SimpleNamespace

import dkim
import time_machine
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from channels.email.dkim import Signer
from tests.channels.email_world import NOW


class BadSignatureError(Exception):
    """As PyNaCl raises it."""


class VerifyKey:
    """As PyNaCl's."""

    def __init__(self, key: bytes, encoder: object = None) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))

    def verify(self, data: bytes, signature: bytes) -> bytes:
        try:
            self._key.verify(signature, data)
        except InvalidSignature:
            raise BadSignatureError from None
        return data


if find_spec("nacl") is None:
    lent = SimpleNamespace(
        signing=SimpleNamespace(VerifyKey=VerifyKey),
        encoding=SimpleNamespace(Base64Encoder=None),
        exceptions=SimpleNamespace(BadSignatureError=BadSignatureError, ValueError=ValueError),
    )
    vars(dkim)["nacl"] = lent


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
