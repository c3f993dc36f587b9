"""Pictures that Telegram keeps: sent once, a picture is named by its file id and never uploaded again."""

from hashlib import blake2b
from typing import Any

import orjson

from bot.messages import Picture
from channels.telegram.recent import Recent


class Photos:
    """File ids by what the picture shows. Telegram promises that they hold, and yet one may be refused."""

    def __init__(self) -> None:
        self._known: Recent[bytes, str] = Recent()

    def known(self, picture: Picture) -> str | None:
        return self._known.get(_key(picture))

    def forget(self, picture: Picture) -> None:
        self._known.take(_key(picture))

    def learn(self, picture: Picture, sent: dict[str, Any]) -> None:
        """From a message as sent: the photo in several sizes, any of which stands for the whole."""
        self._known.put(_key(picture), sent["photo"][-1]["file_id"])


def _key(picture: Picture) -> bytes:
    shown = orjson.dumps([picture.kind, picture.data], option=orjson.OPT_SORT_KEYS)
    return blake2b(shown, digest_size=16).digest()
