"""The programme and the campaigns that hold at this moment."""

from bot.loyalty.programme import Programme
from bot.storage.database import Database
from bot.storage.programmes import Programmes
from campaigns.campaign import Campaign
from campaigns.reading import parse


class InForce:
    """Reads the newest programme; its campaigns are parsed once a version."""

    def __init__(self, database: Database, programmes: Programmes) -> None:
        self._database = database
        self._programmes = programmes
        self._of: Programme | None = None
        self._campaigns: tuple[Campaign, ...] = ()

    async def __call__(self) -> tuple[Programme, tuple[Campaign, ...]]:
        """Raises SetupError when no programme is published yet."""
        async with self._database.read() as tx:
            programme = await self._programmes.current(tx)
        if programme is not self._of:
            self._campaigns, self._of = parse(programme), programme
        return programme, self._campaigns
