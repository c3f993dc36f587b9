"""Hostile mails: real ones with pieces cut, doubled and made wrong. The same seed, the same mails."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

Mutation = Callable[[Random, bytes], bytes]

_NOISE = (
    b"\0",
    b"\r\n\r\n",
    b"\r",
    b"=?utf-8?b?\xff?=",
    b"=?x-none?q?=zz?=",
    b'; charset="\0"',
    b"Content-Type: multipart/mixed; boundary=\r\n",
    b"Content-Type: text/plain; charset*0*=utf-8''%ff; charset*1=\"x\"\r\n",
    b"Content-Disposition: attachment; filename*0*=''%E2%82; filename*2=x\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"From: eve@evil.test\r\n",
    b"--",
    b"<" * 50,
    b"\xf0\x9f\x98",
    b"\xed\xa0\x80",
)
_CHARSETS = (
    b"utf-16",
    b"utf-7",
    b"iso-2022-kr",
    b"hz",
    b"cp037",
    b"idna",
    b"none",
    b"gb18030",
    b"big5",
    b"\xff",
    b"rot13",
)
_ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"binary", b"none")


def mutants(seeds: Sequence[bytes], count: int, seed: int = 0) -> Iterator[bytes]:
    """So many mails, each a few changes away from one of ``seeds``."""
    random = Random(seed)
    for _ in range(count):
        raw = random.choice(seeds)
        for _ in range(random.randint(1, 4)):
            raw = random.choice(MUTATIONS)(random, raw)
        yield raw


def _truncated(random: Random, raw: bytes) -> bytes:
    return raw[: random.randint(0, len(raw))]


def _noisy(random: Random, raw: bytes) -> bytes:
    at = random.randint(0, len(raw))
    return raw[:at] + random.choice(_NOISE) + raw[at:]


def _flipped(random: Random, raw: bytes) -> bytes:
    changed = bytearray(raw)
    for _ in range(random.randint(1, 10)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _shuffled(random: Random, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    random.shuffle(lines)
    return b"\n".join(lines)


def _doubled(random: Random, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    at = random.randrange(len(lines))
    return b"\n".join(lines[:at] + lines[at : at + random.randint(1, 5)] * random.randint(2, 40) + lines[at:])


def _nested(random: Random, raw: bytes) -> bytes:
    for depth in range(random.randint(1, 30)):
        kind = random.choice((b"mixed", b"alternative", b"report", b"digest"))
        head = b"From: anna@ok.test\r\nContent-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (kind, depth, depth)
        inner = b"Content-Type: message/rfc822\r\n\r\n" + raw if random.random() < 0.5 else raw
        raw = head + inner + (b"\r\n--b%d--\r\n" % depth if random.random() < 0.7 else b"")
    return raw


def _of_a_wrong_charset(random: Random, raw: bytes) -> bytes:
    return (
        b"Content-Type: text/%s; charset=%s\r\n" % (random.choice((b"plain", b"html")), random.choice(_CHARSETS)) + raw
    )


def _wrongly_encoded(random: Random, raw: bytes) -> bytes:
    return b"Content-Transfer-Encoding: %s\r\n" % random.choice(_ENCODINGS) + raw


def _with_a_zip(random: Random, raw: bytes) -> bytes:
    zipped = b"PK\x03\x04" + random.randbytes(random.randint(1, 2000))
    head = b'Content-Type: multipart/mixed; boundary="z"\r\nFrom: anna@ok.test\r\n\r\n--z\r\n'
    attached = b'Content-Type: application/zip; name="a/../\xff.zip"\r\nContent-Disposition: attachment\r\n\r\n'
    return head + raw + b"\r\n--z\r\n" + attached + zipped + b"\r\n--z--\r\n"


def _long_winded(random: Random, raw: bytes) -> bytes:
    piece = random.choice(
        (b"a", b" ", b"<", b"(", b'"', b"=?", b"&#", b"\xc3\xa9", b"> ", b"--b\r\n", b"<div>", b"\r\n ")
    )
    at = random.randint(0, len(raw))
    return raw[:at] + piece * random.randint(100, 5000) + raw[at:]


MUTATIONS: tuple[Mutation, ...] = (
    _truncated,
    _noisy,
    _flipped,
    _shuffled,
    _doubled,
    _nested,
    _of_a_wrong_charset,
    _wrongly_encoded,
    _with_a_zip,
    _long_winded,
)
