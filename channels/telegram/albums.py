"""Albums: several pictures sent as one come as a message each, of which one is heard, with the words below it."""

from collections.abc import Iterable
from typing import Any

from channels.telegram.recent import Recent


class Albums:
    """Which albums were heard by their words, so that the pictures beside these are not answered as well."""

    def __init__(self) -> None:
        self._worded: Recent[str, bool] = Recent()

    def hears(self, album: str, *, worded: bool) -> bool:
        """Whether a message of an album is still to be told; words always are, whoever heard the rest of it."""
        if worded:
            self._worded.put(album, True)
        return worded or album not in self._worded


def words_first(updates: Iterable[Any]) -> list[Any]:
    """The same updates, with the pictures of albums that have no words behind all others."""
    return sorted(updates, key=_wordless)


def _wordless(update: Any) -> bool:
    message = update.get("message") if isinstance(update, dict) else None
    return isinstance(message, dict) and "media_group_id" in message and not message.get("caption")
