"""aiohttp's WebSocket alone: each frame comes back."""

from aiohttp import WSMsgType, web

from benchmarks.floors.serving import serve


async def echo(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for frame in socket:
        if frame.type is WSMsgType.TEXT:
            await socket.send_str(frame.data)
    return socket


def run(port: int, _: str) -> None:
    application = web.Application()
    application.router.add_get("/chat/socket", echo)
    serve(application, port)
