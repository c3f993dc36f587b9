"""Albums: several pictures sent as one come as a message each, of which one is heard, with the words below it."""

from collections.abc import Iterable
from typing import Any

from channels.telegram.recent import Recent


class Albums:
    """Which message stands for each album: the first that was told, so that the rest of it is not answered as well."""

    def __init__(self) -> None:
        self._first: Recent[str, int] = Recent()

    def stands_for(self, album: str, message: int, *, worded: bool) -> bool:
        """Whether a message is to be told in its album's name, so that it counts once with all the others.

        Words are never lost: those below another picture than the first are told in their own name.
        """
        first = self._first.get(album)
        if first is None:
            self._first.put(album, message)
        return not worded or first in (None, message)


def words_first(updates: Iterable[Any]) -> list[Any]:
    """The same updates, with the pictures of albums that have no words behind all others."""
    return sorted(updates, key=_wordless)


def _wordless(update: Any) -> bool:
    message = update.get("message") if isinstance(update, dict) else None
    return isinstance(message, dict) and "media_group_id" in message and not message.get("caption")
