"""Letting what has begun come to its end when a listener is told to stop."""

import asyncio
from collections.abc import Awaitable

GRACE = 5.0
"""Seconds that what is being taken has to finish."""


async def to_the_end(taking: Awaitable[object]) -> None:
    """Cancelled meanwhile, let a commit that has begun finish rather than tear it."""
    task = asyncio.ensure_future(taking)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=GRACE)
        task.cancel()
        raise
