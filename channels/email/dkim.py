"""Signing mail so that receivers can prove whose it is (DKIM: RFC 6376, relaxed/relaxed; Ed25519: RFC 8463).

Our own few lines on ``cryptography``, which take a tenth of what dkimpy takes.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from bot.errors import SetupError

RSA_BITS = 2048
FEWEST_BITS = 1024
"""Verifiers take no shorter key (RFC 8301 §3.2)."""
Key = RSAPrivateKey | Ed25519PrivateKey
_LINE = 76
_TXT = 255
"""Bytes that one string of a TXT record holds (RFC 1035 §3.3)."""
# Named once more than they occur, so that none can be added to what we sent (RFC 6376 §8.15).
_ONCE = (b"from", b"to", b"cc", b"subject", b"date", b"reply-to", b"mime-version", b"content-type")
_IF_THERE = (
    b"message-id",
    b"in-reply-to",
    b"references",
    b"auto-submitted",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """What to publish in the DNS: a TXT record under ``name``."""

    name: str
    text: str

    def __str__(self) -> str:
        """As a line of a zone file; long texts are cut into strings."""
        strings = [f'"{self.text[at : at + _TXT]}"' for at in range(0, len(self.text), _TXT)]
        return f"{self.name}. IN TXT ( {' '.join(strings)} )"


class Signer:
    """Signs mails of one domain."""

    def __init__(self, key: Key, selector: str, domain: str) -> None:
        self._key = key
        self._selector, self._domain = selector, domain
        rsa = isinstance(key, RSAPrivateKey)
        self._tags = f"v=1; a={'rsa' if rsa else 'ed25519'}-sha256; c=relaxed/relaxed;\r\n d={domain}; s={selector};"

    @property
    def record(self) -> Record:
        """Where receivers look for the key."""
        return record(self._key, self._selector, self._domain)

    def sign(self, mail: bytes, at: datetime) -> bytes:
        """The mail, whose lines end in CRLF, with its signature on top."""
        head, _, body = mail.partition(b"\r\n\r\n")
        fields = [_field(one) for one in re.split(rb"\r\n(?![ \t])", head)]
        names = list(_signed(fields))
        digest = base64.b64encode(hashlib.sha256(_body(body)).digest()).decode()
        listed = ":\r\n ".join(_wrapped(b":".join(names).decode(), ":"))
        unsigned = f"DKIM-Signature: {self._tags}\r\n t={int(at.timestamp())};\r\n h={listed};\r\n bh={digest};\r\n b="
        signed = b"".join((*_chosen(fields, names), b":".join(_field(unsigned.encode()))))
        value = base64.b64encode(self._signature(signed)).decode()
        folded = "\r\n ".join(value[i : i + _LINE - 4] for i in range(0, len(value), _LINE - 4))
        return f"{unsigned}{folded}\r\n".encode() + mail

    def _signature(self, data: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), SHA256())
        # Ed25519 signs the hash of what RSA would sign (RFC 8463 §3).
        return self._key.sign(hashlib.sha256(data).digest())


def _field(line: bytes) -> tuple[bytes, bytes]:
    """A header as it is hashed: name and value, both relaxed (RFC 6376 §3.4.2)."""
    name, _, value = line.partition(b":")
    return name.strip().lower(), _folded(value.replace(b"\r\n", b"")).strip()


def _folded(text: bytes) -> bytes:
    """With one space for any blanks; a regular expression takes ten times as long."""
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def _body(body: bytes) -> bytes:
    """As it is hashed (§3.4.4): blanks folded, none at line ends, no empty lines at the end."""
    plain = _folded(body if body.endswith(b"\r\n") else body + b"\r\n").replace(b" \r\n", b"\r\n")
    end = len(plain)
    while plain.endswith(b"\r\n", 0, end):
        end -= 2
    return plain[:end] + b"\r\n" if end else b""


def _signed(fields: list[tuple[bytes, bytes]]) -> Iterator[bytes]:
    there = [name for name, _ in fields]
    for name in _ONCE:
        yield from [name] * (there.count(name) + 1)
    for name in _IF_THERE:
        yield from [name] * there.count(name)


def _chosen(fields: list[tuple[bytes, bytes]], names: list[bytes]) -> Iterator[bytes]:
    """The headers in the order they are signed in; of several the lowest first (§5.4.2)."""
    waiting = {name: [value for other, value in fields if other == name] for name in names}
    for name in names:
        if waiting[name]:
            yield b"%s:%s\r\n" % (name, waiting[name].pop())


def _wrapped(text: str, sign: str) -> Iterator[str]:
    line = ""
    for word in text.split(sign):
        if line and len(line) + len(word) > _LINE - 8:
            yield line
            line = ""
        line = f"{line}{sign}{word}" if line else word
    yield line


def record(key: Key, selector: str, domain: str) -> Record:
    """The TXT record that tells receivers the public half."""
    if isinstance(key, RSAPrivateKey):
        kind, public = "rsa", key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        kind, public = "ed25519", key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    text = f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"
    return Record(f"{selector}._domainkey.{domain}", text)


def new_key(kind: str) -> tuple[Key, str]:
    """A new key (``rsa``, which everybody verifies, or ``ed25519``), and its PEM."""
    key: Key = Ed25519PrivateKey.generate() if kind == "ed25519" else generate_private_key(65537, RSA_BITS)
    return key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def read_signer(pem: str, selector: str, domain: str, sender: str) -> Signer:
    """From the settings; ``sender`` is the domain of the address that mails come from.

    Raises:
        SetupError: naming the setting that is wrong; never repeats the key.
    """
    if not is_selector(selector):
        raise SetupError("REGULARS_DKIM_SELECTOR must be letters, digits, dashes and dots, such as regulars2026")
    domain = domain.lower()
    if not is_selector(domain) or (sender != domain and not sender.endswith("." + domain)):
        raise SetupError(
            f"REGULARS_DKIM_DOMAIN must be {sender}, the domain of REGULARS_EMAIL_FROM, or one above it: "
            "receivers believe no other (DMARC)"
        )
    return Signer(_key(pem), selector.lower(), domain)


def is_selector(text: str) -> bool:
    """Whether this can stand in a name of the DNS."""
    return len(text) <= 200 and _SELECTOR.fullmatch(text) is not None


def _key(pem: str) -> Key:
    try:
        # In an .env file a key may stand on one line.
        key = load_pem_private_key(pem.replace("\\n", "\n").encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, Ed25519PrivateKey) or (isinstance(key, RSAPrivateKey) and key.key_size >= FEWEST_BITS):
        return key
    raise SetupError(
        f"REGULARS_DKIM_KEY must be a private key in PEM without a password: RSA of {FEWEST_BITS} bits or more, or "
        "Ed25519; `regulars mail dkim` makes one"
    )
