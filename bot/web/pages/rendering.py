"""Templates and static files, sent with headers that let nothing foreign run in a page."""

from pathlib import Path

import segno
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.loyalty.look import Look
from bot.loyalty.programme import Programme

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STATIC = Path(__file__).parents[1] / "static"
_TEMPLATES = Path(__file__).parent / "templates"
_QUIET = 4
"""Light modules around a QR code (ISO/IEC 18004, 9.1)."""
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def qr(content: str) -> str:
    """A QR code as part of a page, with its own white border: the page's colours may be anybody's."""
    return segno.make_qr(content).svg_inline(omitsize=True, border=_QUIET, dark="#000", light="#fff")


def _colour(programme: object) -> str:
    """The six digits of the business's colour, which the web chat has a stylesheet for; empty for our own."""
    look = programme.one(Look) if isinstance(programme, Programme) else None
    return look.colour.removeprefix("#") if look else ""


class Templates:
    """Our templates and those of ``folders``; everything that is put in is escaped."""

    def __init__(self, *folders: Path) -> None:
        self._jinja = Environment(
            loader=FileSystemLoader([*folders, _TEMPLATES]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, name: str, status: int = 200, /, **values: object) -> web.Response:
        """The template filled in, never kept by a browser: it shows what is true now."""
        text = self._jinja.get_template(name).render(values, colour=_colour(values.get("programme")))
        headers = {**SECURITY, "Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)

    def unlisted(self, name: str, status: int = 200, /, **values: object) -> web.Response:
        """One that is meant for who was handed its address, and for no search engine."""
        page = self.page(name, status, **values)
        page.headers["X-Robots-Tag"] = "noindex, nofollow"
        return page


def static(prefix: str, folder: Path) -> web.RouteDef:
    """The route of a folder's files. Browsers ask each time whether one changed: a new version shows at once."""
    known = {path.name: path for path in folder.iterdir() if path.suffix in _TYPES}

    async def send(request: web.Request) -> web.StreamResponse:
        path = known.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        content_type = f"{_TYPES[path.suffix]}; charset=utf-8"
        return web.FileResponse(path, headers={**SECURITY, "Cache-Control": "no-cache", "Content-Type": content_type})

    return web.get(f"{prefix}/{{name}}", send)
