"""Campaigns whose time has come: one tick looks, and does what is not done yet."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.settle import settled
from bot.loyalty.member import MemberState
from bot.loyalty.programme import Programme
from bot.loyalty.segments import Segment
from bot.storage import standings
from bot.storage.conditions import where
from bot.storage.database import Database
from bot.storage.zones import inhabited
from campaigns import ending, store
from campaigns.audience import CHUNK, Audience, Candidate, last_purchase
from campaigns.campaign import Campaign, Expiring, NearReward, Scheduled, Winback
from campaigns.react import react
from campaigns.schedule import due_dates
from campaigns.touching import CampaignReport, Touching


async def run_due(
    database: Database,
    programme: Programme,
    campaigns: Sequence[Campaign],
    now: datetime,
    *,
    channels: Collection[str],
    dry_run: bool = False,
) -> list[CampaignReport]:
    """Do what all campaigns have due at ``now``; a report for each, in their order.

    Again at the same moment it finds nothing left to do. A dry run takes the same path and takes it back.
    """
    reports = {
        report.key: report
        for report in (
            *await run_scheduled(database, programme, campaigns, now, channels=channels, dry_run=dry_run),
            *await react(database, programme, campaigns, now, channels=channels, dry_run=dry_run),
        )
    }
    return [reports[campaign.key] for campaign in campaigns]


async def run_scheduled(
    database: Database,
    programme: Programme,
    campaigns: Sequence[Campaign],
    now: datetime,
    *,
    channels: Collection[str],
    dry_run: bool = False,
) -> list[CampaignReport]:
    """The campaigns that wait for a time of day; a report for each."""
    scheduled = [campaign for campaign in campaigns if not isinstance(campaign, NearReward)]
    if not scheduled:
        return []
    async with database.read() as tx:
        zones = await inhabited(tx)
    reports = []
    for campaign in scheduled:
        report, touching = CampaignReport(campaign.key), Touching(programme, campaign, channels, now)
        segment = programme.of(Segment)[campaign.segment] if campaign.segment else None
        among = where(segment.when, now, zones) if segment else None
        for zone in zones:
            for day in due_dates(now, zone, campaign.at):
                report = await _run(database, touching, Audience(campaign, day, zone, among), report, dry_run)
        reports.append(report)
    return reports


async def _run(
    database: Database, touching: Touching, audience: Audience, report: CampaignReport, dry_run: bool
) -> CampaignReport:
    """All chunks of one slot. What was cut off is taken up again: those who were touched are no audience any more."""
    after = await _first_before(database, audience)
    while after is not None:
        async with database.write() as tx:
            after, queued, suppressed = await _chunk(tx, touching, audience, after)
            if dry_run:
                await tx.rollback()
        report = report.plus(queued, suppressed)
    return report


async def _first_before(database: Database, audience: Audience) -> int | None:
    """Where to begin; None when there is nobody, so that an idle tick writes nothing."""
    async with database.read() as tx:
        first = await audience.chunk(tx, after=-1, most=1)
    return first[0].id - 1 if first else None


async def _chunk(
    tx: AsyncConnection, touching: Touching, audience: Audience, after: int
) -> tuple[int | None, int, int]:
    run_id = await store.open_run(tx, audience.campaign.key, audience.slot, touching.now)
    found = await audience.chunk(tx, after)
    if not found:
        return None, 0, 0
    states = await standings.lock(tx, [one.id for one in found])
    states = await settled(tx, touching.programme, states, touching.now)
    still = [one for one in found if not _came_back(audience.campaign, one, states)]
    if isinstance(audience.campaign, Expiring):
        _, last = audience.ending_between(audience.campaign)
        ahead = timedelta(days=audience.campaign.days_before)
        still, touching = await ending.narrowed(tx, touching, last, ahead, still, states)
    queued, suppressed = await touching.write(tx, run_id, still, states)
    await store.count(tx, run_id, queued, suppressed)
    return (found[-1].id if len(found) == CHUNK else None), queued, suppressed


def _came_back(campaign: Scheduled, one: Candidate, states: Mapping[int, MemberState]) -> bool:
    """Whether a purchase was recorded between finding the member and locking them."""
    return isinstance(campaign, Winback) and states[one.id].last_purchase_at != last_purchase(one)
