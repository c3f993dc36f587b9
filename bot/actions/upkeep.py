"""What the tick looks after besides campaigns: whom time has changed something for, who waits, what is going to end."""

from datetime import datetime

from bot.actions import handing_over, linking
from bot.actions.core import Core
from bot.actions.recording.guests import forget_due
from bot.actions.referral_bonus import pay_due
from bot.actions.reminders import remind
from bot.actions.settle import settle_due
from bot.actions.waiting import fill


async def upkeep(core: Core, now: datetime) -> int:
    """Do what is due by ``now``; answers how many messages may be waiting to leave for it."""
    await settle_due(core, now)
    await pay_due(core, now)
    await forget_due(core, now)
    await linking.forget_due(core, now)
    return await fill(core, now) + await remind(core, now) + await handing_over.take_over_due(core, now)
