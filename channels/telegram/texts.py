"""A text put into Telegram's limits: core.telegram.org/bots/api#sendmessage.

Texts go as they are, without a parse mode: there is no markup that a name or a campaign could break or bring in,
and so nothing to escape.
"""

LIMIT = 4096
"""Longest text of one message. Counted in UTF-16 units as Telegram's entities are: never too long that way."""
CAPTION = 1024
"""Longest text beneath a picture."""


def split(text: str, limit: int = LIMIT, *, first: int = 0) -> list[str]:
    """The text in as few messages as it needs, cut at line ends where possible, else at spaces.

    ``first`` is the room in the first of them, if it is another.
    """
    parts: list[str] = []
    rest = text
    while (fits := _fitting(rest, limit if parts else first or limit)) < len(rest):
        cut = max(rest.rfind("\n", 1, fits + 1), 0) or max(rest.rfind(" ", 1, fits + 1), 0)
        parts.append(rest[: cut or fits])
        rest = rest[cut + 1 if cut else fits :]
    # Telegram refuses a message of nothing but white space.
    return [part for part in (*parts, rest) if part.strip()] or [text[:1]]


def with_alt(text: str, alt: str) -> str:
    """What is said when a picture cannot be shown: also what it would have shown, unless the text says so."""
    return text if alt in text else f"{text}\n\n{alt}".strip()


def _fitting(text: str, limit: int) -> int:
    """How many characters of the text fit into so many UTF-16 units."""
    if len(text) * 2 <= limit:
        return len(text)
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return index
    return len(text)
