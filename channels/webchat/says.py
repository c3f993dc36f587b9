"""What a chat window sends: reading its frames, and how many a visitor may send."""

import json
import re
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.messages import LAST

MAX_TEXT = 4000
"""Characters of one message."""
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Say:
    """One thing said; ``id`` is made by the window and the same when it is sent again."""

    id: str
    text: str


def read_say(frame: str) -> Say | None:
    """What a frame says, None when it makes no sense."""
    match _json(frame):
        case {"say": str(text), "id": str(name)} if _ID.fullmatch(name):
            return Say(name, _clean(text))
    return None


def read_before(frame: str) -> int | None:
    """The id of the line before which a frame asks for earlier ones, None when it asks for none."""
    match _json(frame):
        case {"before": str(line)}:
            return line_id(line)
    return None


def line_id(text: str) -> int:
    """The id of a line as windows write it; 0, before all, for anything else."""
    return min(int(text), LAST) if text.isascii() and text.isdigit() and len(text) <= 19 else 0


def read_visitor(frame: str) -> str:
    """Who a window in a shop's page says it is, signed; empty when it says nothing."""
    match _json(frame):
        case {"visitor": str(signed)}:
            return signed
    return ""


def _json(frame: str) -> object:
    try:
        return json.loads(frame)
    except (ValueError, RecursionError):
        return None


def _clean(text: str) -> str:
    # PostgreSQL takes no NUL, UTF-8 no lone surrogate.
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


class Pace:
    """At most ``most`` messages in any ``seconds``, per visitor, over all their windows."""

    def __init__(self, most: int, seconds: float, time: Callable[[], float]) -> None:
        self._most, self._seconds, self._time = most, seconds, time
        self._said: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        """How many visitors are remembered."""
        return len(self._said)

    def wait(self, visitor: str) -> float:
        """Count one message; 0.0 when it may pass, otherwise the seconds until it may."""
        now = self._time()
        self._forget(now - self._seconds)
        said = self._said.setdefault(visitor, deque(maxlen=self._most))
        if len(said) == self._most and said[0] > now - self._seconds:
            return said[0] + self._seconds - now
        said.append(now)
        self._said.move_to_end(visitor)
        return 0.0

    def _forget(self, before: float) -> None:
        while self._said and next(iter(self._said.values()))[-1] <= before:
            self._said.popitem(last=False)
