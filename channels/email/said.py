"""What the customer said: the words of a mail without greeting, quoted mail and signature."""

import re
from collections.abc import Iterator

LONGEST = 1000
_READ_AT_MOST = 20_000
_COMMAND_LENGTH, _COMMAND_WORDS = 24, 3
_ATTRIBUTION_LINES, _ATTRIBUTION_LENGTH = 3, 500

# The colon may be full-width (U+FF1A), as Chinese clients write it.
_QUOTE_BEGINS = re.compile(
    r"-{2,}\s*(original message|original appointment|forwarded message|eredeti üzenet|továbbított üzenet"
    r"|ursprüngliche nachricht|mesej asal|原始邮件|原始郵件)\s*-{2,}|_{20,}|begin forwarded message:",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"(on\b.{3,}\bwrote|.{3,}\bezt írta.*|.{3,}\bírta|am\b.{3,}\bschrieb.*|pada\b.{3,}\bmenulis|.{3,}[写寫]道)"
    r"\s*[:\uff1a]",
    re.IGNORECASE,
)
_OUTLOOK_FROM = re.compile(r"\*?(from|feladó|von|daripada|发件人|寄件者)\s*[:\uff1a]", re.IGNORECASE)
_OUTLOOK_SENT = re.compile(
    r"\*?(sent|date|küldve|elküldve|dátum|gesendet|dihantar|发送时间|寄件日期)\s*[:\uff1a]", re.IGNORECASE
)
_DEVICE = re.compile(
    r"sent from (my|mail|outlook|yahoo)\b|get outlook for\b|(el)?küldve\b.{0,40}(iphone|android|telefon|mobil)"
    r"|.{0,40}(iphone|android|mobil|telefon)\S*.{0,20}\bküld(ve|tem)\b|von meinem\b.{0,40}gesendet",
    re.IGNORECASE,
)
_GREETING_WORD = (
    r"(hi|hello|hey|dear|good (?:morning|afternoon|evening)|szia|sziasztok|szervusz|helló|hali|kedves|tisztelt"
    r"|jó (?:reggelt|napot|estét)|hai|salam|您好|你好)\b"
)
_GREETING = re.compile(_GREETING_WORD + r"((\s+[^\s,!?.]+){0,4}\s*[,!:\uff0c\uff01]+)?", re.IGNORECASE)
_GREETS = re.compile(_GREETING_WORD, re.IGNORECASE)


def said(text: str) -> str:
    """The first paragraph of the customer's own, on one line; empty when the mail only quotes."""
    lines = list(_own_lines(text[:_READ_AT_MOST].splitlines()))
    while lines and (not lines[0] or (_GREETING.fullmatch(lines[0]) and any(lines[1:]))):
        lines.pop(0)
    paragraph = lines[: lines.index("")] if "" in lines else lines
    if not paragraph:
        return ""
    # "STOP" above a name is a command and a name; a long line above another was only wrapped.
    first = paragraph[0]
    if len(first) <= _COMMAND_LENGTH and len(first.split()) <= _COMMAND_WORDS and not _GREETS.match(first):
        return first
    return " ".join(paragraph)[:LONGEST].rstrip()


def _own_lines(lines: list[str]) -> Iterator[str]:
    """Everything up to the quoted mail or the signature, but for quoted lines in between."""
    lines = [line.strip().lstrip("\ufeff\u200b") for line in lines]
    at = 0
    while at < len(lines) and not _ends(lines, at):
        attribution = _attribution(lines, at)
        if attribution:
            at += attribution
            # Without ">" there is no telling where the quoted mail ends; with it, an answer may stand below.
            if not next((line for line in lines[at:] if line), "").startswith(">"):
                return
        elif lines[at].startswith(">") or _DEVICE.match(lines[at]):
            at += 1
            yield ""
        else:
            yield lines[at]
            at += 1


def _ends(lines: list[str], at: int) -> bool:
    line = lines[at]
    if line == "--" or _QUOTE_BEGINS.match(line):
        return True
    return bool(_OUTLOOK_FROM.match(line)) and any(map(_OUTLOOK_SENT.match, lines[at + 1 : at + 4]))


def _attribution(lines: list[str], at: int) -> int:
    """How many lines from here on say who wrote what follows; clients wrap them at some 76 characters."""
    for count in range(1, _ATTRIBUTION_LINES + 1):
        taken = lines[at : at + count]
        if not all(taken):
            return 0
        if _attributes(taken):
            # The customer's own last line may stand right above it.
            return 0 if count > 1 and _attributes(taken[1:]) else count
    return 0


def _attributes(lines: list[str]) -> bool:
    joined = " ".join(lines)
    return len(joined) <= _ATTRIBUTION_LENGTH and _ATTRIBUTION.fullmatch(joined) is not None
