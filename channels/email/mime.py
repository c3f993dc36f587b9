"""Reading MIME as it comes: headers and text out of any bytes, whatever is broken in them.

The parser's oldest policy is the one that never raises on a bad header.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32

from channels.email.html import text_of
from channels.email.letters import charset_within, decode, unflowed

# The text of a mail comes before its attachments; the library's parser is quadratic in places.
_READ_AT_MOST = 512 * 1024
_HEADER_LENGTH = 2000
# As Postfix cuts them (header_size_limit): the library copies the rest of a header for each parameter in it.
_HEADER_AT_MOST = 102_400


class _Policy(Compat32):
    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_HEADER_AT_MOST]


_POLICY = _Policy()


def parse(raw: bytes) -> Message:
    """The structure of a mail, as far as it is worth reading."""
    return message_from_bytes(raw[:_READ_AT_MOST], policy=_POLICY)


def header(message: Message, name: str) -> str:
    """A header's text on one line, empty when it is missing; raw UTF-8 is read as such."""
    return next((_line(value) for key, value in message.raw_items() if key.lower() == name), "")


def every_header(message: Message, name: str) -> list[str]:
    """The texts of all headers with this name, topmost first, each on one line."""
    return [_line(value) for key, value in message.raw_items() if key.lower() == name]


def words(text: str) -> str:
    """A header's text with its encoded words (RFC 2047) read."""
    try:
        chunks = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(chunk if isinstance(chunk, str) else _chunk(chunk, charset) for chunk, charset in chunks)


def body(message: Message) -> str:
    """What is to be read first: the first plain text that is not empty, else the text of the first HTML."""
    leaves = list(_leaves(message))
    for subtype, read in (("text/plain", _same), ("text/html", text_of)):
        for part in leaves:
            if part.get_content_type() == subtype and (text := read(_text(part)).strip()):
                return text
    return ""


def is_invitation(message: Message) -> bool:
    """Whether a calendar wrote this: an invitation, or the answer to one (RFC 6047)."""
    return any(part.get_content_type() == "text/calendar" for part in _leaves(message))


def every_part(message: Message) -> Iterator[Message]:
    """The mail and all parts of it, also of mails enclosed in it."""
    yield message
    payload = message.get_payload()
    if isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from every_part(part)


def decoded(part: Message) -> bytes:
    """A leaf's content, its transfer encoding undone."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _same(text: str) -> str:
    return text


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that the sender wrote: neither attachments nor mails enclosed."""
    if message.get_content_maintype() == "message" or message.get_content_disposition() == "attachment":
        return
    payload = message.get_payload()
    if isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield message


def _text(part: Message) -> str:
    raw, charset = decoded(part), part.get_content_charset()
    if part.get_content_subtype() == "html":
        return decode(raw, charset or charset_within(raw))
    text = decode(raw, charset)
    if _parameter(part, "format") != "flowed":
        return text
    return unflowed(text, delsp=_parameter(part, "delsp") == "yes")


def _parameter(part: Message, name: str) -> str:
    value = part.get_param(name)
    return value.lower() if isinstance(value, str) else ""


def _chunk(chunk: bytes, charset: str | None) -> str:
    # What stood between encoded words comes back as bytes in an encoding of the library's own.
    return chunk.decode("raw_unicode_escape", "replace") if charset is None else decode(chunk, charset)


def _line(value: object) -> str:
    return " ".join(_utf8(str(value)[:_HEADER_LENGTH]).split())


def _utf8(text: str) -> str:
    return re.sub(r"\r?\n", "", text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
