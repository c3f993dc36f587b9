"""What is due at one moment, done once: the work of ``regulars run-due``."""

from pydantic import SecretStr

from bot import secret, unsubscribe
from bot.cli.common import opened_core, settings
from bot.clock import Clock
from campaigns.campaign import parse
from campaigns.delivery import Delivery
from campaigns.run import run_due
from campaigns.touching import CampaignReport
from channels.registry import open_channels


async def once(clock: Clock, *, dry_run: bool) -> list[CampaignReport]:
    """Run the campaigns due by ``clock`` and deliver what may leave now; a report for each campaign."""
    now = settings()
    key = secret.read(now)
    channels = open_channels(now.model_copy(update={"secret_key": SecretStr(key)}))
    async with opened_core(clock) as core:
        async with core.database.read() as tx:
            programme = await core.programmes.current(tx)
        links = unsubscribe.Links(key.encode(), now.public_url)
        delivery = Delivery(core.database, channels, unsubscribe_url=links.url)
        try:
            reports = await run_due(
                core.database, programme, parse(programme), clock(), channels=frozenset(channels), dry_run=dry_run
            )
            if not dry_run:
                await delivery.drain(clock())
            return reports
        finally:
            for channel in channels.values():
                await channel.close()
