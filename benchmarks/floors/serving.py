"""An aiohttp application on a port of this machine, without anything around it."""

from collections.abc import Awaitable

from aiohttp import web


def serve(application: web.Application | Awaitable[web.Application], port: int) -> None:
    """Until the process is told to end."""
    web.run_app(application, host="127.0.0.1", port=port, access_log=None, print=None)
