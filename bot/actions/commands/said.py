"""One wish of one person, as every command is handed it, and how a command ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.core import Core
from bot.errors import NotFound
from bot.loyalty.programme import Programme
from bot.messages import Inbound
from bot.storage import outbox
from bot.storage.chats import Chat
from bot.wording import fitting


@dataclass(frozen=True, slots=True)
class Said:
    """What was said in which chat, and the transaction it is carried out in."""

    core: Core
    tx: AsyncConnection
    programme: Programme
    message: Inbound
    chat: Chat
    now: datetime

    @property
    def member_id(self) -> int:
        """Whose chat it is.

        Raises:
            NotFound: nobody's yet.
        """
        if self.chat.member_id is None:
            raise NotFound("not a member yet")
        return self.chat.member_id

    @property
    def language(self) -> str:
        """What they told or chose, else that of the chat or of their app; empty when nothing fits."""
        known = self.chat.member_locale or self.chat.locale
        return known or fitting(self.message.locale, self.programme.languages) or ""

    @property
    def request(self) -> str:
        """Names the message, so that its effect is had once."""
        return f"{self.message.channel}:{self.message.id}"


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and messages to others that came of it."""

    result: Mapping[str, Any]
    drafts: Sequence[outbox.Draft] = ()
