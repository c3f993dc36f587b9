"""What the browser loads: the page ``/chat``, its words, its static files and the script for shops' pages.

The headers let nothing foreign run in them.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

from bot.colours import parsed
from channels.webchat.colours import stylesheet

_HERE = Path(__file__).parent
_PAGE = Template((_HERE / "page.html").read_text(encoding="utf-8"))
_EMBED = (_HERE / "embed.js").read_text(encoding="utf-8")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_ASSETS = {path.name: path.read_bytes() for path in (_HERE / "static").iterdir() if path.suffix in _TYPES}

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
)
_BASE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
_ON_LAUNCHER = ("launcher", "open chat", "close chat", "unread")
"""The words that the script on a shop's page needs."""


def headers(origins: Sequence[str] = ()) -> dict[str, str]:
    """For a document that pages of ``origins``, and our own, may show in a frame."""
    return {**_BASE, "Content-Security-Policy": _POLICY + " ".join(("'self'", *origins))}


def page(title: str, language: str, texts: Mapping[str, str], colour: str) -> web.Response:
    """The chat under the programme's name, as a page of its own; in a colour when it is one."""
    return _page(headers(), title, language, texts, colour)


def framed(title: str, language: str, texts: Mapping[str, str], colour: str, origins: Sequence[str]) -> web.Response:
    """The chat inside a shop's page, if that is one of ``origins``."""
    return _page(headers(origins), title, language, texts, colour, f' data-embedded="{escape(" ".join(origins))}"')


def _page(
    its_headers: Mapping[str, str], title: str, language: str, texts: Mapping[str, str], colour: str, frame: str = ""
) -> web.Response:
    name = colour.removeprefix("#").lower()
    dress = f'  <link rel="stylesheet" href="/chat/colours/{name}.css">\n' if parsed(name) else ""
    text = _PAGE.substitute(
        title=escape(title),
        initial=escape(title[:1]),
        lang=language,
        scripts=escape(texts["no script"]),
        dress=dress,
        frame=frame,
    )
    return web.Response(
        text=text,
        content_type="text/html",
        headers={**its_headers, "Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"},
    )


def words(texts: Mapping[str, str], language: str) -> web.Response:
    """The page's own words as a module; a policy that forbids scripts in the page leaves no shorter way."""
    return _kept(f"export default {json.dumps({**texts, 'language': language})};\n", "text/javascript")


async def dress(request: web.Request) -> web.StreamResponse:
    """The stylesheet of one colour."""
    rgb = parsed(request.match_info["colour"])
    if rgb is None:
        raise web.HTTPNotFound
    return _kept(stylesheet(rgb), "text/css")


def launcher(texts: Mapping[str, Mapping[str, str]], origins: Sequence[str]) -> web.Response:
    """The script for shops' pages, with its words in every language. Any page may load it; it holds nothing secret.

    On a page of none of ``origins``, which browsers would show no chat in, it says so to whoever looks after the page.
    """
    needed = {language: {name: its[name] for name in _ON_LAUNCHER} for language, its in texts.items()}
    script = _EMBED.replace("__WORDS__", json.dumps(needed)).replace("__ORIGINS__", json.dumps(list(origins)))
    response = _kept(script, "text/javascript")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _kept(text: str, content_type: str) -> web.Response:
    response = web.Response(
        text=text, content_type=content_type, charset="utf-8", headers={**headers(), "Cache-Control": "max-age=300"}
    )
    response.enable_compression()
    return response


async def asset(request: web.Request) -> web.StreamResponse:
    """A static file; browsers ask each time whether it changed, so that a new version shows at once."""
    name = request.match_info["name"]
    if name not in _ASSETS:
        raise web.HTTPNotFound
    content_type = f"{_TYPES[Path(name).suffix]}; charset=utf-8"
    response = web.Response(headers={**headers(), "Cache-Control": "no-cache", "Content-Type": content_type})
    response.etag = hashlib.sha256(_ASSETS[name]).hexdigest()[:16]
    known = {tag.value for tag in request.if_none_match or ()}
    if response.etag and response.etag.value in known:
        response.set_status(304)
    else:
        response.body = _ASSETS[name]
        response.enable_compression()
    return response
