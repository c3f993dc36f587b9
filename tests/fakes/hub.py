"""The rest of the service, for tests of one side of it."""

from collections.abc import Mapping, Sequence

from bot import wording
from bot.messages import LAST, Appearance, Line, Picture


class Rest:
    """What a ``Hub`` says where a test asks for nothing else; what a test is about says it differently."""

    async def authorised(self, authorization: str) -> bool:
        return False

    async def transcript(self, channel: str, address: str, after: int, limit: int, before: int = LAST) -> list[Line]:
        return []

    async def appearance(self, language: str = "") -> Appearance:
        return Appearance("Bean & Leaf")

    async def png(self, picture: Picture) -> bytes | None:
        return None

    async def size(self, picture: Picture) -> tuple[int, int] | None:
        return None

    def picture_url(self, message: int) -> str:
        return ""

    def languages(self) -> Sequence[str]:
        return wording.languages()

    def texts(self, context: str, language: str) -> Mapping[str, str]:
        return wording.texts(context, language)
