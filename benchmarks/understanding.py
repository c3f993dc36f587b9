"""(j) What understanding costs: a text of a customer to what it means, and a text message to what it costs."""

import time
from collections.abc import Callable
from functools import partial
from statistics import median

from benchmarks.report import ROUNDS, Goal, show
from bot.conversation.intents import read
from channels.twilio.segments import cost, smart

_OFFERED = ("en", "hu", "ms", "zh-Hans", "zh-Hant")
_SAID = {
    "a known word": ("balance", "balance", 50),
    "a question": ("hello, how many points do i have now?", "balance", 300),
    "a word typed wrongly": ("balanec", "balance", 300),
    "a sentence that means nothing": ("the parcel from tuesday has not arrived at our door yet", "", 1500),
}
"""What is said, what is meant, and how many µs that may take."""
_TEXT = "Szia Anna! 142 pont van a kártyádon – még 58, és “bármelyik ital” a tied. Írj nekünk bármikor! " * 3
_TIMES = 300


def _micros(work: Callable[[], object]) -> float:
    """Of one call, the median of the rounds."""
    work()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(_TIMES):
            work()
        taken.append((time.perf_counter() - began) / _TIMES * 1e6)
    return median(taken)


async def run() -> None:
    """Print the figures of (j)."""
    for what, (said, meant, most) in _SAID.items():
        if read(said, "en", _OFFERED).name != meant:
            raise RuntimeError(f"{said!r} is understood otherwise")
        taken = _micros(partial(read, said, "en", _OFFERED))
        show(f"(j) {what} understood", taken, None, "µs", Goal(most, at_least=False))
    taken = _micros(lambda: cost(smart(_TEXT)))
    show(f"(j) {len(_TEXT)} letters made cheap for SMS, counted", taken, None, "µs", Goal(300, at_least=False))
