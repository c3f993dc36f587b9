"""The page ``/chat`` and its static files, with headers that let nothing foreign run in it."""

import re
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

_HERE = Path(__file__).parent
_PAGE = Template((_HERE / "page.html").read_text(encoding="utf-8"))
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_ASSETS = {path.name: path for path in (_HERE / "static").iterdir() if path.suffix in _TYPES}
_RANGE = re.compile(r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,3})(?:\s*;\s*q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?))?")

LANGUAGES = ("en", "hu")
"""The languages that the page's own few words exist in, the first by default."""

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def accepted(header: str) -> list[str]:
    """The language tags of an ``Accept-Language`` header (RFC 9110 §12.5.4), best first."""
    ranges = [match for part in header.split(",")[:20] if (match := _RANGE.fullmatch(part.strip()))]
    ranked = sorted(ranges, key=lambda match: -float(match[2] or 1))
    return [match[1] for match in ranked if float(match[2] or 1) > 0]


def page(title: str, accept_language: str) -> web.Response:
    """The chat page under the programme's name, in the best language that it has."""
    wanted = (tag.partition("-")[0].lower() for tag in accepted(accept_language))
    lang = next((tag for tag in wanted if tag in LANGUAGES), LANGUAGES[0])
    return web.Response(
        text=_PAGE.substitute(title=escape(title), lang=lang),
        content_type="text/html",
        headers={**SECURITY, "Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"},
    )


async def asset(request: web.Request) -> web.StreamResponse:
    """A static file; browsers ask each time whether it changed, so that a new version shows at once."""
    path = _ASSETS.get(request.match_info["name"])
    if path is None:
        raise web.HTTPNotFound
    headers = {**SECURITY, "Cache-Control": "no-cache", "Content-Type": f"{_TYPES[path.suffix]}; charset=utf-8"}
    return web.FileResponse(path, headers=headers)
