"""What is due at one moment, done once: the work of ``regulars run-due``."""

from datetime import datetime

from bot.actions.upkeep import upkeep
from bot.app import Service
from campaigns.run import run_due
from campaigns.touching import CampaignReport
from config.settings import Settings


async def once(settings: Settings, now: datetime, *, dry_run: bool) -> list[CampaignReport]:
    """Settle members, run the campaigns due by ``now`` and deliver what may leave then; a report for each campaign.

    Leases and the senders' budgets follow the real clock: providers count real seconds.
    """
    service = Service(settings, roles=())
    try:
        await service.start()
        if not dry_run:
            await upkeep(service.core, now)
        programme, campaigns = await service.in_force()
        reports = await run_due(
            service.core.database, programme, campaigns, now, channels=frozenset(service.channels), dry_run=dry_run
        )
        if not dry_run:
            await service.delivery.recover()
            await service.delivery.drain(now)
        return reports
    finally:
        await service.close()
