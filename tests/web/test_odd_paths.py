"""Whatever stands in the address of a page that anybody may open: an answer, and never a 500."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import structlog
from aiohttp.test_utils import TestServer

from bot.app import Service
from bot.storage import programmes
from config.settings import read_settings
from tests import cast, volley

PREFIXES = (
    *("/p/", "/s/", "/counter/", "/c/", "/d/", "/u/", "/r/", "/v/", "/b/", "/static/", "/"),
    *("/chat?", "/chat?embed=1&colour=", "/chat?lang=", "/chat/socket?after=", "/chat/words/", "/chat/colours/"),
    *("/chat/static/", "/webhooks/telegram?", "/webhooks/twilio/messages?", "/webhooks/email?", "/health/"),
)
POSTED = ("/c/", "/d/", "/u/", "/webhooks/telegram?", "/webhooks/twilio/messages?", "/webhooks/email?")
TAILS = (
    *("", "x", "%00", "%ff%fe", "%ED%A0%80", "..", "../../etc/passwd", "%2e%2e%2fetc%2fpasswd", "..%5c..%5cx"),
    *("%", "%zz", "%25", "+", "a.b", "a.b.c", ".", "..png", "1.png", "9" * 400 + ".png", "-1.png", "%D9%A3.png"),
    *("1.AAAA.png", "x" * 4000, "%F0%9F%99%82", "a%0d%0aSet-Cookie:x=1", "<script>", "'%22><svg", "//x", "x/code", "/"),
    *(
        "counter.AAAAAAAAAAAAAAAAAAAAAA",
        "%7B%7B7*7%7D%7D",
        "en.js",
        "hu.js",
        "6f4e37.css",
        "NaN",
        "1e9",
        "a;b=c",
        "?&=&",
    ),
    *("&a=%ff", "embed=1&embed=2", "K7M2-9QXA", "0", "null", "t%C3%A9l", "=", "*", "~", "$(id)", "`", "|", "a,b"),
)


@pytest.fixture
async def service(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    """All of a service but its port."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    settings = read_settings(database_url=sqlite_url, secret_key="a secret of sixteen or more", http_port=0)
    service = Service(settings, roles=())
    async with service.core.database.write() as tx:
        await programmes.publish(tx, cast.CAFE, service.core.clock())
    await service.start()
    yield service
    await service.close()
    structlog.reset_defaults()


async def test_no_address_of_a_page_or_webhook_breaks_anything(service: Service) -> None:
    random = Random(1)
    tails = [*TAILS, *("".join(f"%{random.randrange(256):02x}" for _ in range(12)) for _ in range(10))]
    requests: list[volley.Request] = [
        (f"{method} {prefix}{tail}", b"", {"Accept": "text/html", "Accept-Language": "hu;q=x, \u00e9,*;q=9, zh-tw"})
        for prefix in PREFIXES
        for tail in tails
        for method in (("GET", "POST") if prefix in POSTED else ("GET",))
    ]
    async with TestServer(service.application()) as running:
        for request in requests:
            [status] = await volley.send(running.host, running.port or 0, [request])
            assert 200 <= status < 500, request
