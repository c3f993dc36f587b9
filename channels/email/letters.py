"""From a part's bytes to its letters: charsets as they are really used, and flowed lines (RFC 3676)."""

import codecs
import re
from collections.abc import Iterator

# Codecs that Python knows and no mail uses: slow on purpose-made input, or executing escapes.
_NO_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf_7", "ascii"}
_MEANT = {
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "big5": ("big5hkscs", "cp950"),
    "iso8859_1": ("cp1252",),
}
"""Programs name the small set and write letters of the large one; browsers know it too (encoding.spec.whatwg.org)."""
_WINDOWS_ONLY = re.compile(rb"[\x80-\x9f]")
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
_HEAD = 2000


def decode(raw: bytes, charset: str | None) -> str:
    """By the charset named when it fits, else UTF-8, else what Hungarian desktops still send."""
    for name in (*_candidates(raw, charset), "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):  # Python knows codecs that make no text, too
            continue
    return raw.decode("cp1250", "replace")


def charset_within(html: bytes) -> str | None:
    """What a page says of itself, where the mail says nothing."""
    found = _META.search(html[:_HEAD])
    return found[1].decode() if found else None


def unflowed(text: str, *, delsp: bool) -> str:
    """With the lines that only a mail program broke put together; with ``delsp`` the blank at the break is its too."""
    said: list[str] = []
    going_on: int | None = None
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip(">"))
        if going_on != depth:
            said += "\n", line
        else:
            said.append(line[depth:].removeprefix(" "))
        flows = line.endswith(" ") and line[depth:].strip() != "--"
        going_on = depth if flows else None
        if flows and delsp:
            said[-1] = said[-1][:-1]
    return "".join(said[1:])


def _candidates(raw: bytes, charset: str | None) -> Iterator[str]:
    try:
        name = codecs.lookup((charset or "").lower().removeprefix("x-")).name.replace("-", "_")
    except (LookupError, ValueError):
        return
    if name == "iso8859_2" and _WINDOWS_ONLY.search(raw):
        yield "cp1250"
    if name not in _NO_CHARSETS:
        yield from _MEANT.get(name, (name,))
