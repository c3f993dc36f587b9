"""Members over HTTP: joining, being found, changing, being erased."""

import asyncio
from typing import Any

import pytest

from bot.actions.core import Core
from tests.web.api import ANNA, Api

MEMBERS = "/api/v1/members"
FULL = {
    "name": "Charlie",
    "phone": "06 30 123 4567",
    "email": "Charlie@Example.com",
    "telegram": "424242",
    "birthday": "1988-02-29",
    "locale": "hu-HU",
    "timezone": "America/New_York",
    "external_id": "c-1",
    "preferred_channel": "email",
    "consent": {"sms": True, "email": True, "whatsapp": False, "telegram": True},
}


@pytest.mark.parametrize(
    "ref",
    [
        *("1", "9" * 19, "9" * 30, "nobody", "id:", "shoe:42", "%F0%9F%98%80", "code:2222"),
        *("phone:+36309999999", "phone:x", "phone:", "email:x"),
        *("external:", "external:%00", "external:anna%0A", "external:' OR 1=1 --"),
    ],
)
async def test_nobody_is_found_by_a_reference_that_nobody_has(api: Api, ref: str) -> None:
    for path in (f"{MEMBERS}/{ref}", f"{MEMBERS}/{ref}/balance", f"{MEMBERS}/{ref}/ledger"):
        answer = await api.get(path)
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is checked here is the same on every database; what may not be asks for both."""
    return sqlite_url


async def test_one_address_or_the_external_id_is_enough(api: Api) -> None:
    for told in ({"phone": "+36301234567"}, {"email": "c@example.com"}, {"telegram": 5}, {"external_id": "c"}):
        made = await api.post(MEMBERS, told)
        assert made.status == 201
        assert (made.body["locale"], made.body["timezone"], made.body["name"]) == ("en", "Europe/Budapest", "")


@pytest.mark.parametrize(
    ("told", "status"), [({"name": "Charlie"}, 422), ({}, 422), ([], 422), (None, 400), ({"phone": None}, 422)]
)
async def test_nobody_joins_without_a_way_to_be_found_again(api: Api, told: Any, status: int) -> None:
    assert (await api.post(MEMBERS, told)).status == status


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12"),
        ("phone", 36301234567),
        ("email", "anna"),
        ("email", "a b@example.com"),
        ("telegram", "@anna"),
        ("birthday", "2026-03-06"),
        ("birthday", "1899-12-31"),
        ("birthday", "1990-02-30"),
        ("birthday", "12/03/1990"),
        ("birthday", "1234567890"),
        ("birthday", 0),
        ("locale", "no language"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("name", ""),
        ("name", "x" * 201),
        ("name", "zero\x00byte"),
        ("name", {"first": "Anna"}),
        ("preferred_channel", "pigeon"),
        ("surname", "Kovács"),
    ],
)
async def test_a_wrong_field_is_named_and_nobody_joins(api: Api, field: str, value: Any) -> None:
    answer = await api.post(MEMBERS, {"external_id": "c", field: value})
    assert answer.status == 422
    assert set(answer.faults) == {field}
    assert (await api.get(f"{MEMBERS}/external:c")).status == 404


async def test_every_wrong_field_is_named_at_once(api: Api) -> None:
    told = {"external_id": "c", "name": 5, "birthday": "soon", "consent": {"fax": True, "sms": "perhaps"}}
    assert set((await api.post(MEMBERS, told)).faults) == {"name", "birthday", "consent.fax", "consent.sms"}
    told = {"phone": "1", "email": "x", "birthday": "2099-01-01"}
    assert set((await api.post(MEMBERS, told)).faults) == {"phone", "email", "birthday"}


async def test_a_new_number_starts_without_consent_and_frees_the_old_one(api: Api) -> None:
    changed = await api.patch(ANNA, {"phone": "+36302222222"})
    assert changed.body["consent"]["sms"] is None
    assert (await api.post(MEMBERS, {"phone": "+36301111111"})).status == 201


async def test_where_no_language_is_known_the_programmes_first_is_answered(api: Api) -> None:
    answered = [(await api.patch(ANNA, {"locale": told})).body["locale"] for told in ("hu-HU", None)]
    assert answered == ["hu-HU", "en"]
    assert (await api.get(ANNA)).body["locale"] == "en"


async def test_an_address_of_another_member_cannot_be_taken_over(api: Api) -> None:
    before = (await api.get(ANNA)).body
    for told in ({"telegram": "2222"}, {"external_id": "bence"}):
        answer = await api.patch(ANNA, {"name": "Thief", **told})
        assert answer.status == 409
        assert answer.body["member"] == (await api.get(f"{MEMBERS}/external:bence")).body["id"]
    assert (await api.get(ANNA)).body == before


async def test_telling_a_member_what_they_have_already_is_no_conflict(api: Api) -> None:
    before = (await api.get(ANNA)).body
    again = await api.patch(ANNA, {"phone": "+36301111111", "email": "anna@example.com", "external_id": "anna"})
    assert (again.status, again.body) == (200, before)


async def test_the_balance_says_what_is_missing_to_the_next_reward_in_the_members_language(api: Api) -> None:
    await api.buys("1", "30.50", items=[{"category": "coffee", "quantity": 12}])
    await api.patch(ANNA, {"locale": "hu-HU"})
    drink = {"key": "free_drink", "name": "Bármelyik ital", "cost": 100, "points_to_go": 70}
    assert (await api.get(f"{ANNA}/balance")).body == {
        "member": (await api.get(ANNA)).body["id"],
        "points": 30,
        "pending": 0,
        "lifetime_points": 30,
        "credit": "0.00",
        "tier": None,
        "tier_until": None,
        "to_next_tier": None,
        "next_reward": drink,
        "stamps": [{"card": "coffee", "have": 2, "need": 10}],
        "expiring": [],
    }


async def test_with_all_rewards_in_reach_there_is_no_next_one(api: Api) -> None:
    await api.buys("1", "100.00")
    assert (await api.get(f"{ANNA}/balance")).body["next_reward"] is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "limit=-1", "before=x", "before=" + "9" * 19, "page=2"]
)
async def test_a_wrong_page_is_an_error(api: Api, query: str) -> None:
    answer = await api.get(f"{ANNA}/ledger?{query}")
    assert (answer.status, set(answer.faults)) == (422, {query.partition("=")[0]})


class TestOnBothDatabases:
    @pytest.fixture
    def database_url(self, either_url: str) -> str:
        return either_url

    async def test_who_joins_is_told_back_with_addresses_in_their_one_form(self, api: Api) -> None:
        made = await api.post(MEMBERS, FULL)
        assert made.status == 201
        assert made.headers["Location"] == f"{MEMBERS}/{made.body['id']}"
        shown = {**FULL, "phone": "+36301234567", "email": "charlie@example.com"}
        assert {name: made.body[name] for name in shown} == shown
        assert made.body["joined_at"] == "2026-03-04T12:00:00+00:00"
        assert isinstance(made.body["id"], str)

    async def test_a_member_is_found_by_every_kind_of_reference(self, api: Api) -> None:
        made = (await api.post(MEMBERS, FULL)).body
        refs = [
            "phone:+36301234567",
            "phone:06301234567",
            "email:CHARLIE@example.com",
            "telegram:424242",
            "external:c-1",
        ]
        for ref in [made["id"], f"code:{made['code']}", f"code:{made['code'].lower().replace('-', '')}", *refs]:
            assert (await api.get(f"{MEMBERS}/{ref}")).body == made, ref

    @pytest.mark.parametrize(
        "name",
        [
            "Ἄννα 🧋👩🏽‍🦰",
            "עַנָּה \u202eannA",
            "'); DROP TABLE members; --",
            "{{ 7 * 7 }} ${x} <b>%s</b>",
            'O\'Neil \\ "Ann"',
        ],
    )
    async def test_a_name_comes_back_letter_by_letter(self, api: Api, name: str) -> None:
        made = await api.post(MEMBERS, {"external_id": "c", "name": name})
        assert (await api.get(f"{MEMBERS}/{made.body['id']}")).body["name"] == name

    @pytest.mark.parametrize(
        "told",
        [{"phone": "06 30 111 1111"}, {"email": "ANNA@example.com"}, {"external_id": "anna"}],
        ids=lambda t: next(iter(t)),
    )
    async def test_an_address_that_is_taken_is_refused_with_the_member_who_has_it(self, api: Api, told: Any) -> None:
        answer = await api.post(MEMBERS, {"name": "Charlie", **told})
        assert (answer.status, answer.body["title"]) == (409, "Conflict")
        assert answer.body["member"] == (await api.get(ANNA)).body["id"]

    async def test_of_many_who_join_at_once_with_one_number_one_does(self, api: Api) -> None:
        told = {"phone": "+36301234567", "consent": {"whatsapp": True}}
        answers = await asyncio.gather(*(api.post(MEMBERS, {**told, "external_id": f"c{i}"}) for i in range(10)))
        [made] = [answer.body for answer in answers if answer.status == 201]
        assert [answer.body["member"] for answer in answers if answer.status == 409] == [made["id"]] * 9
        assert (await api.get(f"{MEMBERS}/phone:+36301234567")).body == made

    async def test_only_what_is_told_is_changed(self, api: Api) -> None:
        before = (await api.get(ANNA)).body
        changed = await api.patch(ANNA, {"name": "Anna K.", "locale": "hu", "consent": {"email": False}})
        assert changed.status == 200
        consent = {**before["consent"], "email": False}
        assert changed.body == {**before, "name": "Anna K.", "locale": "hu", "consent": consent}
        assert (await api.get(ANNA)).body == changed.body

    async def test_a_null_clears_a_field(self, api: Api) -> None:
        await api.patch(ANNA, {"locale": "hu", "timezone": "Asia/Tokyo"})
        nothing = dict.fromkeys(("name", "birthday", "phone", "locale", "timezone", "preferred_channel", "external_id"))
        changed = (await api.patch(ANNA, nothing)).body
        assert changed == {**changed, **nothing, "name": "", "locale": "en", "timezone": "Europe/Budapest"}
        assert changed["consent"] == {"email": True}
        assert (await api.get(f"{MEMBERS}/phone:+36301111111")).status == 404
        assert (await api.get(f"{MEMBERS}/email:anna@example.com")).status == 200

    async def test_whatsapp_follows_the_phone_number(self, api: Api) -> None:
        assert (await api.patch(ANNA, {"consent": {"whatsapp": True}})).body["consent"]["whatsapp"] is True
        changed = await api.patch(ANNA, {"phone": "+36302222222", "consent": {"sms": True, "whatsapp": False}})
        assert changed.body["consent"] == {"email": True, "sms": True, "whatsapp": False}
        assert (await api.patch(ANNA, {"phone": None})).body["consent"] == {"email": True}

    async def test_an_erased_member_is_found_by_nothing_and_leaves_the_addresses_free(
        self, api: Api, core: Core
    ) -> None:
        member = (await api.get(ANNA)).body
        await api.buys("1")
        gone = await api.call("DELETE", ANNA)
        assert (gone.status, gone.body) == (204, "")
        for ref in ("external:anna", member["id"], f"code:{member['code']}", "phone:+36301111111"):
            assert (await api.get(f"{MEMBERS}/{ref}")).status == 404
            assert (await api.call("DELETE", f"{MEMBERS}/{ref}")).status == 404
        assert (await api.patch(ANNA, {"name": "Anna"})).status == 404
        assert (await api.post(MEMBERS, {"phone": "+36301111111"})).status == 201

    async def test_the_ledger_is_read_page_by_page_newest_first(self, api: Api) -> None:
        for number in range(1, 6):
            await api.buys(str(number), f"{number}.00")
        seen, before = [], ""
        while True:
            page = (await api.get(f"{ANNA}/ledger?limit=2{before}")).body
            seen += [(entry["kind"], entry["points"], entry["rule"]) for entry in page["entries"]]
            if page["next"] is None:
                break
            before = f"&before={page['next']}"
        assert seen == [("earn", points, "spend") for points in (5, 4, 3, 2, 1)]
        assert (await api.get(f"{ANNA}/ledger")).body["entries"][0]["at"] == "2026-03-04T12:00:00+00:00"
