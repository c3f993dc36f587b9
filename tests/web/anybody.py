"""A caller of every operation that the description names, with good bodies, possible ones and odd ones."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson
from hypothesis import strategies as st
from yarl import URL

from tests.cast import Watch
from tests.web.api import Api
from tests.web.from_schema import Draw, Maker, Schema, Schemas
from tests.web.odd import TEXTS, spoilt

JSON, NDJSON, PROBLEM = "application/json", "application/x-ndjson", "application/problem+json"
_ACTIVITIES = ("purchase",) * 6 + ("visit", "review", "social_share", "survey", "app_opened", "refund", "refund")
_NOT_THERE = {404, 405}


@dataclass(frozen=True)
class Operation:
    """One call as described."""

    method: str
    path: str
    told: Schema

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def parameters(self, where: str) -> list[Schema]:
        return [one for one in self.told.get("parameters", ()) if one["in"] == where]

    @property
    def body(self) -> tuple[str, Schema] | None:
        """Its media type and schema."""
        content = self.told.get("requestBody", {}).get("content", {})
        return next(((media, one["schema"]) for media, one in content.items()), None)


def operations(document: Schema) -> list[Operation]:
    """All of them, in the order of the document."""
    return [
        Operation(method.upper(), path, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


class Anybody:
    """Calls, keeps what the answers tell to use it again, and checks each answer against the description.

    ``keys`` are what the programme calls its things, by the place in a path where they are asked for.
    """

    def __init__(self, api: Api, clock: Watch, document: Schema, keys: Mapping[str, list[str]], draw: Draw) -> None:
        self._api = api
        self._clock = clock
        self._document = document
        self._schemas = Schemas(document)
        self._keys = keys
        self._draw = draw
        self._known: dict[str, list[str]] = defaultdict(list)
        self._said: list[str] = []
        self._fresh = 0
        self.good: Counter[str] = Counter()
        """How many calls that were meant well ended well, by operation."""
        self.meant: Counter[str] = Counter()

    async def begin(self) -> None:
        """Learn who is there and what they hold."""
        self._known["purchase"] = [f"first of {who}" for who in _PEOPLE[1:]]
        for who in (*_PEOPLE, "erin"):
            for what in ("", "/vouchers"):
                self._learn((await self._api.get(f"/api/v1/members/external:{who}{what}")).body)

    async def call(self, one: Operation, kind: str = "meant") -> Any:
        """A call that is ``meant`` well, is ``possible`` by the schema alone, or ``odd``; answers the body."""
        maker = Maker(self._schemas, self._draw, self._hints(one) if kind != "possible" else {})
        url = self._url(one, maker, odd=kind == "odd" and (one.body is None or self._draw(st.booleans())))
        sent = self._body(one, maker, odd=kind == "odd")
        headers = {"Authorization": f"Bearer {self._api.key}", "Content-Type": one.body[0] if one.body else JSON}
        async with self._api.client.request(one.method, url, data=sent, headers=headers) as response:
            told, media = await response.read(), response.content_type
        seen = f"{one.method} {url} {(sent or b'')[:2000]!r} -> {response.status} {told[:2000]!r}"
        assert response.status < 500, seen
        answer = list(map(orjson.loads, told.splitlines())) if media == NDJSON else told
        answer = orjson.loads(told) if media in (JSON, PROBLEM) else answer
        assert not [*self._faults(one, response.status, media, answer, kind)], seen
        if kind == "meant":
            self.meant[one.name] += 1
            self.good[one.name] += response.status < 300
            self._learn(answer)
            self._known["purchase"] += self._said if response.status < 300 else []
        self._said.clear()
        return answer

    def _faults(self, one: Operation, status: int, media: str, answer: Any, kind: str) -> Iterator[str]:
        declared = one.told["responses"]
        if str(status) not in declared:
            # An odd path may be none of ours; anything else has to be announced.
            yield from () if kind == "odd" and status in _NOT_THERE else (f"{status} is not declared",)
            return
        told = declared[str(status)]
        content = (
            self._document["components"]["responses"]["Problem"]["content"] if "$ref" in told else told.get("content")
        )
        if content is None:
            yield from () if answer == b"" else ("there should be no body",)
        elif media not in content:
            yield f"{media} is not declared"
        elif media == NDJSON:
            for line in answer:
                yield from self._schemas.faults(line, content[media]["schema"])
                yield from _of_problem(line["error"], line["error"]["status"]) if "error" in line else ()
        elif media in (JSON, PROBLEM):
            yield from self._schemas.faults(answer, content[media]["schema"])
            yield from _of_problem(answer, status) if media == PROBLEM else ()

    def _learn(self, answer: Any) -> None:
        """Vouchers and members, wherever they stand in an answer."""
        if isinstance(answer, list):
            for one in answer:
                self._learn(one)
        elif isinstance(answer, dict):
            self._known["voucher"] += [answer["voucher"]] if "voucher" in answer else []
            self._known["voucher"] += [answer["code"]] if "issued_at" in answer else []
            self._known["member"] += (
                [answer["id"]] if "joined_at" in answer and answer["id"] not in self._known["member"] else []
            )
            for one in answer.values():
                self._learn(one)

    def _url(self, one: Operation, maker: Maker, *, odd: bool) -> URL:
        path, query = one.path, {p["name"]: p for p in one.parameters("query")}
        told = {p["name"]: str(maker.value(p["schema"], p["name"])) for p in one.parameters("path")}
        asked = {
            name: str(maker.value(p["schema"], name)) for name, p in query.items() if p["required"] or self._chance()
        }
        if odd and (told or asked):
            where = told if not asked or (told and self._chance()) else asked
            where[self._draw(st.sampled_from(sorted(where)))] = self._draw(st.sampled_from(TEXTS))
        elif odd:
            asked["unknown"] = "1"
        for name, value in told.items():
            path = path.replace("{" + name + "}", _escaped(value))
        return URL(path + "?" * bool(asked) + "&".join(f"{n}={_escaped(v)}" for n, v in asked.items()), encoded=True)

    def _body(self, one: Operation, maker: Maker, *, odd: bool) -> bytes | None:
        if one.body is None:
            return None
        media, schema = one.body
        bodies = [
            self._made(one, maker, schema) for _ in range(self._draw(st.integers(1, 4)) if media == NDJSON else 1)
        ]
        return b"\n".join(spoilt(self._draw, made) if odd else json.dumps(made).encode() for made in bodies)

    def _made(self, one: Operation, maker: Maker, schema: Schema) -> Any:
        """What the schema alone does not tell: which fields go together."""
        made = maker.value(schema)
        if one.path.endswith("/quote"):
            made.setdefault("amount", "12.50")
        if one.path.endswith("/adjust"):
            given = {"points": self._draw(st.integers(-40, 400)) or 1} if self._chance() else {"credit": "2.50"}
            made = {"id": made["id"], "reason": made["reason"], **given}
        if one.method == "PATCH":
            made.pop("external_id", None)
        if one.path.endswith("/members"):
            made.setdefault("phone", "+36301234567")
        if made.get("type") == "refund":
            made |= {"refunds": self._one("purchase"), "items": []}
        elif "type" in made and "id" in made:
            made.pop("refunds", None)
            self._said.append(made["id"])
        return made

    def _chance(self) -> bool:
        return bool(self._draw(st.booleans()))

    def _one(self, kind: str) -> str:
        return str(self._draw(st.sampled_from(self._known[kind] or ["0"])))

    def _hints(self, one: Operation) -> dict[str, Callable[[], Any]]:
        def pick(*values: Any) -> Callable[[], Any]:
            return lambda: self._draw(st.sampled_from(values))

        def money() -> str:
            cents = self._draw(st.integers(1, 500 if "/credit/" in one.path else 30000))
            return f"{cents // 100}.{cents % 100:02}"

        def at(days: int) -> Callable[[], str]:
            return lambda: (self._clock() + timedelta(days=self._draw(st.integers(*sorted((0, days)))))).isoformat()

        keys = [names for part, names in self._keys.items() if part in one.path.split("/")]
        return {
            "ref": lambda: self._ref(one),
            "member": (lambda: self._draw(st.sampled_from(_PATH_REFS))) if one.body is None else self._member,
            "from": at(-30) if one.body is None else lambda: {"external_id": "anna"},
            "to": at(30) if one.body is None else lambda: {"external_id": self._draw(st.sampled_from(_PEOPLE[1:]))},
            "referred_by": self._member,
            "code": lambda: self._one("voucher"),
            "key": pick(*(keys[-1] if keys else ["none"])),
            "reward": pick(*self._keys["rewards"]),
            "cause": pick(*self._keys["causes"]),
            "round_up": pick(*self._keys["causes"], None),
            "type": pick("purchase") if one.path.endswith("quote") else pick(*_ACTIVITIES),
            "id": (lambda: self._one("purchase")) if one.path.endswith("/confirm") else self._name,
            "source": pick("till"),
            "currency": pick(self._keys["currency"][0]),
            "amount": money,
            "price": money,
            "basket": money,
            "credit": pick(None),
            "points": lambda: self._draw(st.integers(1, 40)),
            "category": pick("coffee", "top", "shoes", "gift_card"),
            "occurred_at": at(-40),
            "attributes": lambda: {"verified": self._chance(), "product": self._draw(st.sampled_from("abc"))},
            "phone": lambda: f"+3630{self._draw(st.integers(1000000, 9999999))}",
            "email": lambda: f"guest{self._draw(st.integers(0, 10**6))}@example.com",
            "telegram": lambda: str(self._draw(st.integers(1, 10**9))),
            "external_id": lambda: f"x{self._draw(st.integers(0, 10**6))}",
            "consent": lambda: {"sms": self._chance()},
            "codes": lambda: [f"K{self._draw(st.integers(0, 99))}" for _ in range(3)],
            "locale": pick("en", "hu", "pt-BR"),
            "timezone": pick("Europe/Budapest", "Pacific/Apia", "UTC"),
            "birthday": pick("1990-03-12", "2000-02-29"),
            "document": pick(*self._keys["documents"]),
            "since": pick(None, (self._clock() + timedelta(days=1)).isoformat()),
            "other": lambda: {"id": self._guest()},
            **({"channel": pick("telegram"), "address": pick("2222")} if "conversations" in one.path else {}),
        }

    def _name(self) -> str:
        """Mostly a new one; what was told twice is told again."""
        self._fresh += self._draw(st.integers(0, 7)) > 0
        return f"n{self._fresh}"

    def _ref(self, one: Operation) -> str:
        """Whoever is erased or merged is none of the cast, without whom there would be nothing more to see."""
        if one.path.startswith("/api/v1/referrals"):
            return f"external:{self._draw(st.sampled_from(_PEOPLE[2:]))}"
        if one.path.endswith("/members/{ref}") and one.method == "DELETE":
            return self._guest()
        if one.path.endswith("/merge"):
            return str(self._draw(st.sampled_from(_PATH_REFS)))
        return self._member_id() if self._chance() else str(self._draw(st.sampled_from(_PATH_REFS)))

    def _member(self) -> dict[str, str]:
        return {"id": self._member_id()} if self._chance() else {"external_id": self._draw(st.sampled_from(_PEOPLE))}

    def _guest(self) -> str:
        return (self._known["member"][len(_PEOPLE) :] or ["0"])[-1]

    def _member_id(self) -> str:
        return self._one("member")


_PEOPLE = ("anna", "bence", "charlie", "dora")
_PATH_REFS = (*(f"external:{who}" for who in _PEOPLE), "telegram:2222", "email:anna@example.com")


def _escaped(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


def _of_problem(told: Mapping[str, Any], status: int) -> Iterator[str]:
    if told["status"] != status:
        yield f"the problem says {told['status']}"
    if status == 422 and not (told.get("errors") and all(fault["message"] for fault in told["errors"])):
        yield "no fault is named"
