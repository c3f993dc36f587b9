"""``regulars counter``: the addresses of the screens at the counters."""

import asyncio

from bot.cli.common import opened_core


def counter() -> None:
    """Print, for each location, the address of the page that shows the code for stamping oneself.

    Open it on a screen at the counter. Whoever knows the address can see the code from anywhere: keep it in the shop.
    """
    for line in asyncio.run(_addresses()):
        print(line)


async def _addresses() -> list[str]:
    from bot.errors import NotFound
    from bot.loyalty.locations import Location, SelfStamping
    from bot.web.pages.counter import token

    async with opened_core() as core:
        async with core.database.read() as tx:
            programme = await core.programmes.current(tx)
        locations = programme.of(Location)
        if programme.one(SelfStamping) is None or not locations:
            raise NotFound("add [self_stamping] and at least one [[locations]] to the programme, then load it")
        return [f"{key}\t{core.public_url}/counter/{token(core.secret, key)}" for key in locations]
