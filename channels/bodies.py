"""Bodies of webhooks, each with the limit of its provider: the application's own is for small JSON."""

from aiohttp import web


async def read_body(request: web.Request, most: int) -> bytes | None:
    """The body, None as soon as it proves to have more than ``most`` bytes."""
    if (request.content_length or 0) > most:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
