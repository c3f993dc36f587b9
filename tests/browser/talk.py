"""What the browser tests say, see and check."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from aiohttp import web
from playwright.async_api import Frame, Page

from bot.messages import Button, Inbound, Picture
from channels.webchat.channel import WebChat
from tests.fakes.chat_hub import ChatHub, Reply, grey

BUBBLES = ".line .text"
INPUT = "Message"
CARD = Picture("card", {"size": (540, 300)}, "Anna's card: K7M2-9QXA")
_FRONT = """<!doctype html><html lang="en"><title>Bean & Leaf</title>
<link rel="stylesheet" href="/chat/static/chat.css">
<h1>Welcome</h1><a href="/chat?join=main">Join here</a><div id="regulars-chat" data-socket="/chat/socket"></div>
<script type="module" src="/chat/static/chat.js"></script></html>"""
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS = {
    "runOnly": {"type": "tag", "values": _TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "iframes": False,
}


def cafe(said: Inbound) -> Reply | None:
    match said.text:
        case "balance":
            return "You have 72 beans.\n28 more and any drink is yours.", ()
        case "rewards":
            return "Which one would you like?", (Button("A slice of cake", "redeem 2"), Button("Help", "help"))
        case "silence":
            return None
    return f"You said {said.text}", ()


def chat_routes(chat: WebChat, hub: ChatHub) -> Sequence[web.RouteDef]:
    """The chat's own, the pictures of its lines, and a page with the chat on it."""

    async def front(request: web.Request) -> web.Response:
        return web.Response(text=_FRONT, content_type="text/html")

    async def picture(request: web.Request) -> web.Response:
        [line] = [one for lines in hub.lines.values() for one in lines if str(one.id) == request.match_info["id"]]
        if line.picture is None or "lost" in line.picture.data:
            raise web.HTTPNotFound
        return web.Response(body=grey(*line.picture.data["size"]), content_type="image/png")

    return [*chat.routes(), web.get("/", front), web.get("/p/{id}.png", picture)]


async def say(page: Page | Frame, text: str) -> None:
    await page.get_by_label(INPUT).fill(text)
    await page.get_by_label(INPUT).press("Enter")


async def cut(chat: WebChat, hub: ChatHub) -> None:
    """Every connection ends; the service is there again at once."""
    await chat.close()
    await chat.start(hub, listen=True)


async def faults(page: Page | Frame) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and good practice, each with the places."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE)
    # What fades in has its colours only at the end.
    await page.evaluate(
        "Promise.all(document.getAnimations().map(one => one.effect.getTiming().iterations === 1 && one.finished))"
    )
    found: dict[str, Any] = await page.evaluate("options => axe.run(document, options)", _OPTIONS)
    return [
        f"{fault['id']}: {fault['help']}: {[node['target'] for node in fault['nodes']]}"
        for fault in found["violations"]
    ]
