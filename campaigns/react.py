"""Answering what members have just done: news of activities is read once, and a reward that came near is said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import catalogue
from bot.loyalty.catalogue import is_plain
from bot.loyalty.member import MemberState
from bot.loyalty.programme import Programme
from bot.storage import outbox, sets, standings
from bot.storage.database import Database
from bot.storage.ids import new_id
from bot.storage.tables import activities, news
from bot.wording import points, translate
from campaigns import audience
from campaigns.audience import Candidate
from campaigns.campaign import Campaign, NearReward
from campaigns.near import Near, near, progress, slot
from campaigns.touching import CampaignReport, Touching

BATCH = 500
_ALL = 2**31
"""A dry run reads everything at once, because it leaves nothing read behind."""
OLD = timedelta(days=7)
"""What happened longer ago is history being told, no reason to write."""

# A literal, because neither database uses a partial index for a state that comes as a parameter.
_UNREAD = news.c.state == literal_column("'new'")
# A CTE, because PostgreSQL may run a sub-select once per row it compares.
_NEW = (
    select(news.c.id)
    .where(_UNREAD)
    .order_by(news.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("fresh")
)
_CLAIM = (
    update(news)
    .where(_UNREAD, news.c.id.in_(select(_NEW.c.id)))
    .values(state="read")
    .returning(news.c.member_id, news.c.activity_id, news.c.at)
)
_OUTCOMES = select(activities.c.id, activities.c.outcomes).where(sets.AnyOf(activities.c.id, "ids"))


@dataclass(slots=True)
class _Story:
    """What a member did: all that it moved, and the last activity."""

    activity_id: int = 0
    moved: set[str] = field(default_factory=set)


async def react(
    database: Database,
    programme: Programme,
    campaigns: Sequence[Campaign],
    now: datetime,
    *,
    channels: Collection[str],
    dry_run: bool = False,
) -> list[CampaignReport]:
    """Read all news; a report for each campaign that follows activities."""
    followers = [campaign for campaign in campaigns if isinstance(campaign, NearReward)]
    reports = {campaign.key: CampaignReport(campaign.key) for campaign in followers}
    read = BATCH
    while read == BATCH and await _any_news(database):
        async with database.write() as tx:
            rows = (await tx.execute(_CLAIM, {"most": _ALL if dry_run else BATCH})).all()
            read = len(rows)
            stories = await _stories(tx, [row for row in rows if row.at >= now - OLD]) if followers else {}
            for campaign in followers if stories else ():
                touching = Touching(programme, campaign, channels, now)
                reports[campaign.key] = reports[campaign.key].plus(*await _tell(tx, touching, campaign, stories))
            if dry_run:
                await tx.rollback()
                break
    return list(reports.values())


async def _any_news(database: Database) -> bool:
    async with database.read() as tx:
        return (await tx.execute(select(news.c.id).where(_UNREAD).limit(1))).first() is not None


async def _stories(tx: AsyncConnection, rows: Sequence[Any]) -> dict[int, _Story]:
    if not rows:
        return {}
    outcomes = await tx.execute(_OUTCOMES, {"ids": [row.activity_id for row in rows]})
    moved = {row[0]: progress(row[1]) for row in outcomes}
    stories: dict[int, _Story] = {}
    for row in rows:
        story = stories.setdefault(row.member_id, _Story())
        story.activity_id = max(story.activity_id, row.activity_id)
        story.moved |= moved.get(row.activity_id, set())
    return {member_id: story for member_id, story in stories.items() if story.moved}


async def _tell(
    tx: AsyncConnection, touching: Touching, campaign: NearReward, stories: dict[int, _Story]
) -> tuple[int, int]:
    # A word that waits for the end of quiet hours is overtaken by what happened since.
    await outbox.overtake(tx, campaign.key, list(stories), touching.now)
    states = await standings.lock(tx, list(stories))
    found = await _within_reach(tx, touching, campaign, stories, states)
    if not found:
        return 0, 0
    slots = {
        member_id: slot(one, states[member_id], stories[member_id].activity_id) for member_id, one in found.items()
    }
    candidates = await audience.some(tx, list(found), slots)

    def more(candidate: Candidate, language: str) -> dict[str, Any]:
        return _words(touching.programme, found[candidate.id], language)

    telling = Touching(touching.programme, campaign, touching.channels, touching.now, more)
    return await telling.write(tx, new_id(), candidates, states)


async def _within_reach(
    tx: AsyncConnection,
    touching: Touching,
    campaign: NearReward,
    stories: dict[int, _Story],
    states: dict[int, MemberState],
) -> dict[int, Near]:
    """What is near for whom. Who may have it is asked only of those whom something is near for."""
    programme, found = touching.programme, {}
    for member_id, state in states.items():
        moved = stories[member_id].moved
        one = near(programme, campaign, state, moved)
        if one is not None and not one.card and not is_plain(programme.rewards[one.reward]):
            refused = await catalogue.refused(tx, programme, member_id, state, touching.now)
            one = near(programme, campaign, state, moved, refused)
        if one is not None:
            found[member_id] = one
    return found


def _words(programme: Programme, one: Near, language: str) -> dict[str, Any]:
    if one.card:
        to_go = translate(language).plural("{n} stamp", "{n} stamps", one.to_go)
    else:
        to_go = points(programme, one.to_go, language)
    return {"reward": {"name": programme.text(programme.rewards[one.reward].names, language)}, "to_go": to_go}
