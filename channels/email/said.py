"""What the customer said: the words of a mail without greeting, quoted mail and signature."""

import re
from collections.abc import Iterator

LONGEST = 1000
_READ_AT_MOST = 20_000
_COMMAND_LENGTH, _COMMAND_WORDS = 24, 3
_ATTRIBUTION_LINES, _ATTRIBUTION_LENGTH = 3, 500

# The colon may be full-width (U+FF1A), as Chinese programs write it.
_COLON = r"\s*[:\uff1a]"
_QUOTE_BEGINS = re.compile(
    r"-{2,}\s*(original (message|appointment)|forwarded message|eredeti (üzenet|levél)|továbbított üzenet"
    r"|ursprüngliche nachricht|mesej (asal|yang dimajukan)"
    r"|(原始|回复的原|回覆的原|转发的?|轉寄的?)(邮件|郵件|信息|訊息))\s*-{2,}"
    r"|_{20,}|begin forwarded message:|-{3,}[^-].{2,200}\bwrote:?\s*-{3,}"
    # Yahoo's programs go on behind the colon.
    r"|on\b.{3,200}<[^<>\s]+@[^<>\s]+>\s*wrote:\s*\S",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"((on\b|at \d).{3,}\bwrote|.{3,}\bezt írta.*|.{3,}\bírta|am\b.{3,}\bschrieb.*|pada\b.{3,}\bmenulis|.{3,}[写寫]道)"
    + _COLON,
    re.IGNORECASE,
)
_FROM = r"from|feladó|von|daripada|发件人|寄件者|寄件人"
_SENT = (
    r"sent|date|küldve|elküldve|küldés dátuma|dátum|gesendet|dihantar|tarikh|发送时间|发送日期|寄件日期|傳送時間|日期"
)
_OTHER = r"to|címzett|an|kepada|收件人|收件者|subject|tárgy|betreff|subjek|perkara|主题|主旨"
_HEADER_BEGINS = re.compile(rf"\*?({_FROM}|{_SENT}){_COLON}", re.IGNORECASE)
_HEADER = re.compile(rf"\*?({_FROM}|{_SENT}|{_OTHER}){_COLON}", re.IGNORECASE)
_DEVICE = re.compile(
    r"sent from (my|mail|outlook|yahoo|proton)\b|sent with proton\b|yahoo mail: "
    r"|get outlook for\b|az outlook\b.{0,30}letöltése|dapatkan outlook\b|(获取|取得|下載).{0,20}\boutlook"
    r"|(el)?küldve\b.{0,40}(iphone|ipad|android|telefon|mobil)"
    r"|.{0,40}(iphone|ipad|android|mobil|telefon)\S*.{0,20}\bküld(ve|tem)\b|von meinem\b.{0,40}gesendet"
    r"|dihantar (daripada|dari|melalui)\b.{0,60}$"
    r"|[发發]自我的.{0,24}$|(傳送|发送|寄)自我的.{0,24}$|[從从]我的.{0,24}(傳送|发送|寄出)",
    re.IGNORECASE,
)
_RULED = re.compile(r"[|\s]+")
_GREETING_WORD = (
    r"(hi(?: there)?|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|to whom it may concern"
    r"|szia|sziasztok|szervusz|hell?ó|hali|hahó|üdv|üdvözlöm|üdvözlet(?:em)?|kedves|tisztelt"
    r"|(?:szép|jó) (?:reggelt|napot|estét)|hai|helo|salam|assalamualaikum|kepada|yang dihormati|tuan(?:/puan)?"
    r"|selamat (?:pagi|tengah hari|petang|malam|sejahtera)|hallo|guten tag"
    r"|您好|你好|大家好|早上好|下午好|晚上好|早安|午安|晚安|嗨|哈喽|哈囉|敬启者|敬啟者)\b"
)
_GREETING_ENDS = r"[,!:.\uff0c\uff01\uff1a\u3002]+"
_GREETING = re.compile(
    rf"{_GREETING_WORD}((\s+[^\s,!?.]+){{0,4}}\s*{_GREETING_ENDS})?"
    rf"|(尊敬的|亲爱的|親愛的)[^,!?:\uff0c\uff01\uff1f\uff1a]{{1,30}}{_GREETING_ENDS}",
    re.IGNORECASE,
)
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
    lines = [_RULED.sub("", line) if _RULED.fullmatch(line) else line.strip().lstrip("\ufeff\u200b") for line in lines]
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
    begins = _HEADER_BEGINS.match(line)
    if begins is None:
        return False
    others = filter(None, map(_HEADER.match, lines[at + 1 : at + 4]))
    return any(other[1].lower() != begins[1].lower() for other in others)


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
