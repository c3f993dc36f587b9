"""Mail addresses and message ids: what is well formed, and which ids are our own."""

import hashlib
import hmac
import re
from dataclasses import dataclass

# Quoted local parts and address literals are legal and unused by customers; leaving them
# out keeps spaces, brackets and line breaks out of every header and SMTP command.
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x20\x7f]{1,64}@[^\s<>()\[\],;:\\\"@\x00-\x20\x7f]{1,253}")
UNSUBSCRIBE = "STOP"
"""Subject of the mail that a mail program writes for who presses its "Unsubscribe" (RFC 2369)."""
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")


def is_address(text: str) -> bool:
    """Whether this is one plain mail address, safe to put into a header."""
    return _ADDRESS.fullmatch(text) is not None


def is_message_id(text: str) -> bool:
    """Whether this is one message id of sane length, safe to put into a header."""
    return _MESSAGE_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name and a lower-case address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class MessageIds:
    """Message ids of our own, ``<r{id}.{signature}@domain>``.

    Signed, because a bounce is only as true as the id in it: whoever could guess one could
    switch off a customer's address. The same message always has the same id, so that a mail
    sent twice after a crash is shown once by clients that know this one.
    """

    def __init__(self, domain: str, key: bytes, bounces: str | None = None) -> None:
        self._domain = domain
        self._key = key
        local, _, host = (bounces or "").rpartition("@")
        self._bounces = (local, host) if bounces else None
        self._returned = re.compile(
            rf"(?<![^\s<,:;]){re.escape(local)}\+(\d{{1,19}})\.([0-9a-f]{{16}})@{re.escape(host)}(?![^\s>,;])",
            re.IGNORECASE,
        )
        self._ours = re.compile(rf"<r(\d{{1,19}})\.([0-9a-f]{{16}})@{re.escape(domain)}>", re.IGNORECASE)

    def make(self, number: int) -> str:
        """The id of our message with this number, in angle brackets."""
        return f"<r{number}.{self._signature(number)}@{self._domain}>"

    def return_path(self, number: int) -> str | None:
        """Where a bounce of this message is to come back to (VERP); None where no such address is set up."""
        if self._bounces is None:
            return None
        local, host = self._bounces
        return f"{local}+{number}.{self._signature(number)}@{host}"

    def find(self, text: str) -> str | None:
        """The first id in ``text`` that we did give out."""
        return self._first(self._ours, text)

    def returned_to(self, text: str) -> str | None:
        """The id of the message whose bounce comes back to the first return path of ours in ``text``."""
        return self._first(self._returned, text) if self._bounces else None

    def _first(self, shape: re.Pattern[str], text: str) -> str | None:
        for found in shape.finditer(text):
            number = int(found[1])
            if hmac.compare_digest(found[2].lower(), self._signature(number)):
                return self.make(number)
        return None

    def _signature(self, number: int) -> str:
        return hmac.new(self._key, b"email message %d" % number, hashlib.sha256).hexdigest()[:16]
