"""A server of ours on a port of this machine, for as long as it is entered."""

from types import TracebackType
from typing import Self

from aiohttp import ClientSession, web


class Served:
    """``url`` is where it listens; by ``outward`` it calls us, as a provider does."""

    def __init__(self, *routes: web.RouteDef) -> None:
        self.url = ""
        app = web.Application()
        app.add_routes(routes)
        self._runner = web.AppRunner(app, access_log=None)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.outward = ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.outward.close()
        await self._runner.cleanup()
