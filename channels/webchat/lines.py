"""What a window is told of each line of the conversation."""

import asyncio
from collections.abc import Sequence

from yarl import URL

from bot.messages import Button, Line
from channels.base import Hub

Told = dict[str, object]


async def told(hub: Hub, lines: Sequence[Line]) -> list[Told]:
    """The lines, JSON-ready, each picture with its size, so that nothing on the page moves when it arrives."""
    return list(await asyncio.gather(*(_told(hub, line) for line in lines)))


async def _told(hub: Hub, line: Line) -> Told:
    plain: Told = {
        "id": str(line.id),  # 63 bits are more than a JavaScript number holds
        "ours": line.ours,
        "text": line.text,
        "language": line.language,
        "at": line.at.isoformat(),
        # Only some providers can vouch for a phone number; a browser cannot.
        "buttons": [_choice(button) for button in line.buttons if not button.shares_phone],
    }
    if line.picture is None:
        return plain
    size = await hub.size(line.picture)
    if size is None:
        return plain | {"text": "\n".join(filter(None, (line.text, line.picture.alt)))}
    # By its path alone: the page lets in pictures of its own host only, whatever name it was reached by.
    url = URL(hub.picture_url(line.id))
    path = str(url.relative() if url.absolute else url)
    return plain | {"picture": {"url": path, "alt": line.picture.alt, "width": size[0], "height": size[1]}}


def _choice(button: Button) -> Told:
    choice: Told = {"label": button.label, "says": button.says}
    return choice | {"opens": button.opens} if button.opens else choice
