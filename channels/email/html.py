"""The words of an HTML mail, in one pass: a parser proper can be made to take minutes by hostile input."""

import re
from html import unescape

LONGEST = 300_000
_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>|[^<]+|<", re.DOTALL)
_TAG = re.compile(r"</?\s*([a-zA-Z0-9]+)")
_UNSEEN = {"head", "style", "script", "title", "xml"}
_LINE_BREAKS = {"br", "div", "li", "tr", "h1", "h2", "h3"}
_PARAGRAPHS = {"p", "table", "ul", "ol", "hr"}


def text_of(html: str) -> str:
    """What a reader sees, as plain text; for quoted mail (``blockquote``) stands a line with ``>``."""
    said: list[str] = []
    left_out, depth = "", 0
    for token in _TOKEN.findall(html[:LONGEST]):
        tag = _TAG.match(token)
        name, closing = (tag[1].lower() if tag else ""), token.startswith("</")
        if depth:
            if name == left_out:
                depth += -1 if closing else 1
        elif not tag:
            said.append("" if token.startswith("<!") else re.sub(r"\s+", " ", token))
        elif name in _UNSEEN | {"blockquote"} and not closing and not token.endswith("/>"):
            left_out, depth = name, 1
            said.append("\n\n>\n\n" if name == "blockquote" else "")
        else:
            said.append("\n\n" if name in _PARAGRAPHS else "\n" if name in _LINE_BREAKS else "")
    lines = unescape("".join(said)).split("\n")
    return "\n".join(line.strip() for line in lines)
