"""The programme over HTTP: what it says, what it said before, and publishing another."""

from datetime import timedelta

from bot.actions import keys
from bot.actions.core import Core
from tests.cast import CAFE, Watch
from tests.web.api import Api

PATH = "/api/v1/programme"
DEARER = CAFE.replace("cost = { points = 100 }", "cost = { points = 150 }")


async def test_the_document_in_force_is_told_word_for_word(api: Api, clock: Watch) -> None:
    assert (await api.get(PATH)).body == {"version": 1, "effective_at": clock().isoformat(), "document": CAFE}


async def test_publishing_says_what_changes_and_holds_at_once(api: Api) -> None:
    done = await api.call("PUT", PATH, {"document": DEARER, "note": "Prices went up"})
    assert done.status == 201
    assert done.body["changes"] == ['rewards "free_drink": cost.points was 100, is 150']
    [drink] = (await api.get("/api/v1/rewards")).body["rewards"]
    assert drink["cost"] == 150
    told = (await api.get(PATH + "/versions")).body
    assert told["in_force"] == 2
    assert [(v["version"], v["note"]) for v in told["versions"]] == [(2, "Prices went up"), (1, "")]


async def test_the_same_again_is_no_new_version(api: Api) -> None:
    done = await api.call("PUT", PATH, {"document": CAFE})
    assert (done.status, done.body["version"], done.body["changes"]) == (200, 1, [])


async def test_a_version_may_wait_for_its_day(api: Api, clock: Watch) -> None:
    since = clock() + timedelta(days=3)
    assert (await api.call("PUT", PATH, {"document": DEARER, "since": since.isoformat()})).status == 201
    assert (await api.get(PATH)).body["version"] == 1
    clock.moves(days=3)
    assert (await api.get(PATH)).body["version"] == 2


async def test_faults_are_named_by_their_path_and_nothing_is_published(api: Api) -> None:
    wrong = await api.call("PUT", PATH, {"document": CAFE.replace("need = 10", "need = 0")})
    assert wrong.status == 422 and "stamp_cards.0.need" in wrong.faults
    assert (await api.call("PUT", PATH, {"document": "no toml at all"})).status == 422
    assert len((await api.get(PATH + "/versions")).body["versions"]) == 1


async def test_the_rules_are_told_in_words_with_their_keys_and_staff_may_read_them(api: Api, core: Core) -> None:
    staff = Api(api.client, await keys.create_key(core, "till", "staff"))
    told = (await staff.get(PATH + "/rules?locale=hu")).body
    assert (told["version"], told["language"]) == (1, "hu")
    earning = {"rule": "earning.spend", "text": "1 pont minden elköltött 1\u00a0EUR után"}
    assert told["sections"][0] == {"name": "earning", "title": "Így gyűjthetsz", "lines": [earning]}
    assert (await staff.get(PATH + "/rules?locale=xx")).body["language"] == "en"
    assert (await staff.get(PATH + "/rules?lang=hu")).status == 422


async def test_the_programme_in_force_and_any_document_can_be_looked_over(api: Api) -> None:
    assert (await api.call("POST", PATH + "/lint")).body["warnings"] == []
    cheap = CAFE.replace("need = 10", "need = 3")
    found = (await api.call("POST", PATH + "/lint", {"document": cheap})).body
    assert [one["at"] for one in found["warnings"]] == ["stamp_cards.0.need"]
    assert [one["at"] for one in found["notes"]] == ["rewards.0.cost.points"]
    assert (await api.call("POST", PATH + "/lint", {"document": cheap, "most_percent": 40})).body["warnings"] == []
    assert (await api.get(PATH)).body["document"] == CAFE


async def test_what_cannot_be_looked_over_is_told_by_its_field(api: Api, core: Core) -> None:
    assert (
        "stamp_cards.0.need"
        in (await api.call("POST", PATH + "/lint", {"document": "[[stamp_cards]]\nneed = 0"})).faults
    )
    assert "basket" in (await api.call("POST", PATH + "/lint", {"basket": "much"})).faults
    assert "days" in (await api.call("POST", PATH + "/lint", {"days": 0})).faults
    staff = Api(api.client, await keys.create_key(core, "till", "staff"))
    assert (await staff.call("POST", PATH + "/lint")).status == 403


async def test_staff_may_not_see_and_marketers_may_not_publish(api: Api, core: Core) -> None:
    staff = Api(api.client, await keys.create_key(core, "till", "staff"))
    marketer = Api(api.client, await keys.create_key(core, "desk", "marketer"))
    assert (await staff.get(PATH)).status == 403
    assert (await marketer.get(PATH)).status == 200
    assert (await marketer.call("PUT", PATH, {"document": DEARER})).status == 403
