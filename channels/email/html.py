"""The words of an HTML mail, in one pass: a parser proper can be made to take minutes by hostile input."""

import re
from html import unescape

LONGEST = 300_000
_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>|[^<]+|<", re.DOTALL)
_TAG = re.compile(r"</?\s*([a-zA-Z0-9]+)")
_UNSEEN = {"head", "style", "script", "title", "xml"}
_LINE_BREAKS = {"br", "div", "li", "tr", "h1", "h2", "h3"}
_PARAGRAPHS = {"p", "table", "ul", "ol", "hr"}
_CONTAINERS = {"div", "span", "table", "section", "includetail", "blockquote"}
# How mail programs mark what is not their user's own, by class or id.
_QUOTES = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|ne-quoted|qmbox|protonmail_quote|zmail_extra|isReplyContent"
)
_PROBABLY_QUOTES = "gmail_quote"
"""It also holds what was written between quotations."""
_SIGNS = re.compile(
    r"gmail_signature|moz-signature|composer_signature|mobile-signature|protonmail_signature|display:\s*none",
    re.IGNORECASE,
)
_ENDS = re.compile(r"OutlookMessageHeader|divRplyFwdMsg|appendonsend|reference-message-container")
_END = "\n\n" + "_" * 32 + "\n\n"


def text_of(html: str) -> str:
    """What a reader sees, as plain text: a line with ``>`` for quoted mail, a rule before what is all quoted."""
    tokens = _TOKEN.findall(html[:LONGEST])
    text = _read(tokens, _QUOTES)
    if text.translate(_NO_WORDS).strip():
        return text
    return _read(tokens, re.compile(_QUOTES.pattern.replace(_PROBABLY_QUOTES + "|", "")))


_NO_WORDS = str.maketrans("", "", ">_")


def _read(tokens: list[str], quotes: re.Pattern[str]) -> str:
    said: list[str] = []
    left_out, depth = "", 0
    for token in tokens:
        tag = _TAG.match(token)
        name, closing = (tag[1].lower() if tag else ""), token.startswith("</")
        if depth:
            if name == left_out:
                depth += -1 if closing else 1
        elif not tag:
            said.append("" if token.startswith("<!") else re.sub(r"\s+", " ", token))
        elif not closing and not token.endswith("/>") and (instead := _left_out(name, token, quotes)) is not None:
            left_out, depth = name, 1
            said.append(instead)
        elif not closing and _ENDS.search(token):
            said.append(_END)
        else:
            said.append("\n\n" if name in _PARAGRAPHS else "\n" if name in _LINE_BREAKS else "")
    lines = unescape("".join(said)).split("\n")
    return "\n".join(line.strip() for line in lines)


def _left_out(name: str, token: str, quotes: re.Pattern[str]) -> str | None:
    """What stands in place of an element that is not read; None for one that is."""
    if name == "blockquote" or (name in _CONTAINERS and quotes.search(token)):
        return "\n\n>\n\n"
    return "" if name in _UNSEEN or (name in _CONTAINERS and _SIGNS.search(token)) else None
