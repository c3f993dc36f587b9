"""A till that calls the API over real HTTP."""

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import orjson
from aiohttp import web
from aiohttp.test_utils import TestClient
from multidict import CIMultiDictProxy

Client = TestClient[web.Request, web.Application]
ANNA = "/api/v1/members/external:anna"


@dataclass(frozen=True)
class Answer:
    """What came back; ``body`` is parsed when it is JSON."""

    status: int
    body: Any
    headers: CIMultiDictProxy[str]

    @property
    def faults(self) -> dict[str, str]:
        """The wrong fields of a problem, with what is said of each."""
        return {fault["at"]: fault["message"] for fault in self.body["errors"]}


class Api:
    """Calls with one key."""

    def __init__(self, client: Client, key: str) -> None:
        self.client = client
        self.key = key

    async def call(self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str) -> Answer:
        """``body`` is sent as JSON, ``raw`` as it is."""
        if body is not None:
            raw = json.dumps(body).encode()
        data = BytesIO(raw) if raw is not None else None
        sent = {"Authorization": f"Bearer {self.key}", **headers}
        async with self.client.request(method, path, data=data, headers=sent) as response:
            told = await response.read()
            is_json = response.content_type in ("application/json", "application/problem+json")
            return Answer(response.status, orjson.loads(told) if told and is_json else told.decode(), response.headers)

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.call("GET", path, None, None, **headers)

    async def post(self, path: str, body: Any = None, raw: bytes | None = None) -> Answer:
        return await self.call("POST", path, body, raw)

    async def patch(self, path: str, body: Any) -> Answer:
        return await self.call("PATCH", path, body)

    async def buys(self, name: str, amount: Any = "12.99", **more: Any) -> Answer:
        """Anna buys something under the id ``name``, unless ``more`` says otherwise."""
        return await self.post("/api/v1/activities", purchase(name, amount, **more))

    async def redeems(self, name: str | None = None, **more: Any) -> Answer:
        """Anna redeems a free drink."""
        body = {"member": {"external_id": "anna"}, "reward": "free_drink", **more}
        if name is not None:
            body["id"] = name
        return await self.post("/api/v1/redemptions", body)

    async def points(self) -> int:
        """What Anna has."""
        return int((await self.get(f"{ANNA}/balance")).body["points"])


def purchase(name: str, amount: Any = "12.99", **more: Any) -> dict[str, Any]:
    """A purchase of Anna's as a body."""
    base = {"type": "purchase", "source": "till", "id": name, "member": {"external_id": "anna"}}
    return {**base, "amount": amount, "currency": "EUR", **more}
