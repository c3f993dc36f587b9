"""Who a visitor is: a random number, signed, so that nobody can name another's conversation.

Browsers keep it in a cookie. On a shop's page, where the chat is a frame of another site, it is a cookie of that page
alone (CHIPS, ``Partitioned``); where even that is blocked, the frame keeps the same signed value itself.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode

from aiohttp import web

COOKIE = "regulars_visitor"
FRAMED_COOKIE = "regulars_framed"
MAX_AGE = 400 * 24 * 3600
"""Seconds; browsers cap a cookie's life at 400 days, every visit renews it."""
_LABEL = b"regulars: web chat visitor"
_VISITOR = re.compile(r"[A-Za-z0-9_-]{1,64}")


def new_visitor() -> str:
    """A visitor id of 128 random bits."""
    return secrets.token_urlsafe(16)


class Identity:
    """Hands out and recognises visitors' cookies. ``secure``: only over https."""

    def __init__(self, secret: str, *, secure: bool) -> None:
        self._key = hmac.digest(secret.encode(), _LABEL, "sha256")
        self._secure = secure

    def sign(self, visitor: str) -> str:
        """The cookie's value for a visitor id (letters, digits, ``_`` and ``-``).

        Raises:
            ValueError: the id has other characters or is longer than 64.
        """
        if not _VISITOR.fullmatch(visitor):
            raise ValueError("a visitor id is 1 to 64 letters, digits, _ or -")
        mac = hmac.digest(self._key, visitor.encode(), "sha256")
        return f"{visitor}.{urlsafe_b64encode(mac).decode().rstrip('=')}"

    def read(self, cookie: str) -> str | None:
        """The visitor a cookie names, None when it was not signed here."""
        visitor = cookie.partition(".")[0]
        if not _VISITOR.fullmatch(visitor):
            return None
        genuine = hmac.compare_digest(self.sign(visitor).encode(), cookie.encode("utf-8", "surrogateescape"))
        return visitor if genuine else None

    def visitor(self, request: web.Request) -> str | None:
        """Who asks, None for somebody new."""
        found = (self.read(request.cookies.get(name, "")) for name in (COOKIE, FRAMED_COOKIE))
        return next((visitor for visitor in found if visitor), None)

    def hand_out(self, response: web.StreamResponse, visitor: str) -> None:
        """Make the browser remember that it is this visitor."""
        response.set_cookie(
            COOKIE,
            self.sign(visitor),
            max_age=MAX_AGE,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )

    def hand_out_framed(self, response: web.StreamResponse, visitor: str) -> None:
        """The same on a shop's page. Over http, as in development, only pages of the same site can be remembered."""
        if not self._secure:
            self.hand_out(response, visitor)
            return
        # Written by hand: http.cookies knows Partitioned from Python 3.14 on.
        attributes = f"Max-Age={MAX_AGE}; Path=/chat; HttpOnly; Secure; SameSite=None; Partitioned"
        response.headers.add("Set-Cookie", f"{FRAMED_COOKIE}={self.sign(visitor)}; {attributes}")
