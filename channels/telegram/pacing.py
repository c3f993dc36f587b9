"""Telegram wants about one message a second in one chat, and allows short bursts: core.telegram.org/bots/faq."""

from channels.telegram.recent import Recent

INTERVAL = 1.0
"""Seconds from one message to the next in one chat."""
BURST = 10
"""Messages that may leave at once after a pause."""
LONGEST = 5.0
"""Seconds that a message waits at most: much talk in a chat must not hold up what else is to be sent."""


class Pace:
    """When each chat may be written to again. Times are seconds of any clock that never goes back."""

    def __init__(self) -> None:
        self._free_at: Recent[str, float] = Recent()

    def take(self, chat: str, now: float) -> float:
        """Count one message to the chat; answers how many seconds it should wait for that."""
        at_once = INTERVAL * BURST
        free_at = min(max(self._free_at.get(chat) or now, now) + INTERVAL, now + at_once + LONGEST)
        self._free_at.put(chat, free_at)
        return max(0.0, free_at - now - at_once)
