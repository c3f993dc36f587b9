"""Activities as a stream of lines, NDJSON in and out."""

import asyncio
import socket
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from aiohttp.test_utils import TestServer, get_port_socket

from bot.actions.core import Core
from bot.web import server
from tests.fakes.ports import PATIENCE
from tests.web.api import Api, purchase

BATCH = "/api/v1/activities/batch"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is checked here is the same on every database; what may not be asks for both."""
    return sqlite_url


def lines(*bodies: Any) -> bytes:
    return b"".join(orjson.dumps(body) + b"\n" for body in bodies)


async def tell(api: Api, raw: bytes) -> list[Any]:
    answer = await api.post(BATCH, raw=raw)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/x-ndjson")
    return [orjson.loads(line) for line in answer.body.splitlines()]


def outcome(line: Any) -> Any:
    return line["error"]["status"] if "error" in line else line["duplicate"]


async def test_blank_lines_and_a_missing_last_newline_do_not_matter(api: Api) -> None:
    raw = b"\n \r\n" + lines(purchase("1")) + b"\r\n" + lines(purchase("2")).rstrip()
    assert [outcome(line) for line in await tell(api, raw)] == [False, False]
    assert await tell(api, b"") == []


async def test_a_line_that_is_too_long_is_refused_and_the_next_one_taken(api: Api) -> None:
    long = b'{"type":"' + b"x" * 700_000 + b'"}\n'
    assert [outcome(line) for line in await tell(api, long + lines(purchase("1")) + long)] == [422, False, 422]


async def test_answers_come_while_the_caller_is_still_telling(api: Api) -> None:
    read = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield lines(purchase("1"))
        await read.wait()
        yield lines(purchase("2"))[:30]
        yield lines(purchase("2"))[30:]

    headers = {"Authorization": f"Bearer {api.key}"}
    async with api.client.post(BATCH, data=slowly(), headers=headers) as response:
        assert outcome(orjson.loads(await response.content.readline())) is False
        read.set()
        assert orjson.loads(await response.content.readline())["id"] == "2"


def _keep_little_under_way(end: socket.socket) -> None:
    """Some kilobytes, so that whoever waits for the other end does so at once."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)


def _narrow(host: str, port: int, family: socket.AddressFamily) -> socket.socket:
    listening = get_port_socket(host, port, family)
    _keep_little_under_way(listening)
    return listening


async def test_a_caller_who_tells_all_before_reading_is_not_waited_for(core: Core, api: Api) -> None:
    count, line = 1_000, orjson.dumps(dict.fromkeys("abcdefghijklmnopqrst")).ljust(2000) + b"\n"
    head = f"POST {BATCH} HTTP/1.0\r\nAuthorization: Bearer {api.key}\r\nContent-Length: {count * len(line)}\r\n\r\n"
    loop, told = asyncio.get_running_loop(), b""
    async with TestServer(server.build(core), socket_factory=_narrow) as narrow:
        with socket.socket() as caller:
            caller.setblocking(False)
            _keep_little_under_way(caller)
            await loop.sock_connect(caller, (narrow.host, narrow.port))
            async with asyncio.timeout(PATIENCE):
                await loop.sock_sendall(caller, head.encode() + count * line)
            while part := await loop.sock_recv(caller, 2**20):
                told += part
    assert told.count(b'"error"') == count


async def test_memory_stays_flat_however_long_the_batch_is(api: Api) -> None:
    count, line = 2_000, lines(purchase("1")).rstrip().ljust(10_000) + b"\n"

    async def many() -> AsyncIterator[bytes]:
        for _ in range(count):
            yield line

    headers = {"Authorization": f"Bearer {api.key}"}
    tracemalloc.start()
    try:
        async with api.client.post(BATCH, data=many(), headers=headers) as response:
            told = [outcome(orjson.loads(answer)) async for answer in response.content]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert told == [False] + [True] * (count - 1)
    assert peak < count * len(line) / 3


@pytest.mark.parametrize("key", ["", "reg_" + "x" * 43])
async def test_without_a_key_no_line_is_read(api: Api, key: str) -> None:
    stranger = Api(api.client, key)
    assert (await stranger.post(BATCH, raw=lines(purchase("1")))).status == 401
    assert await api.points() == 0


class TestOnBothDatabases:
    @pytest.fixture
    def database_url(self, either_url: str) -> str:
        return either_url

    async def test_each_line_gets_one_line_in_order_and_a_bad_one_stops_no_other(self, api: Api) -> None:
        raw = (
            lines(purchase("1"), purchase("2", "12.5x"), purchase("1", "99.00"))
            + b"not json\n"
            + lines(
                purchase("3", member={"external_id": "nobody"}), purchase("4", colour="red"), 5, purchase("5", "1.00")
            )
        )
        told = await tell(api, raw)
        assert [outcome(line) for line in told] == [False, 422, True, 400, 404, 422, 422, False]
        assert [told[0]["id"], told[2]["id"], told[7]["id"]] == ["1", "1", "5"]
        assert told[2]["outcomes"] == told[0]["outcomes"]
        assert told[5]["error"]["errors"] == [{"at": "colour", "message": "unknown field; check the spelling"}]
        assert await api.points() == 13

    async def test_the_same_batch_again_is_all_duplicates(self, api: Api) -> None:
        raw = lines(*(purchase(str(number), "1.00") for number in range(1200)))
        first, second = await tell(api, raw), await tell(api, raw)
        assert [line["id"] for line in first] == [str(number) for number in range(1200)]
        assert [{**line, "duplicate": True} for line in first] == second
        assert await api.points() == 1200
